/**
 * Who has which e-mail address, from a copy that is read anew every quarter of an hour: an answer costs no call, and an outage of Genesys
 * Cloud is told to nobody who asks.
 */
import { Users, type User } from "@effect-genesys/client/Users"
import * as Context from "effect/Context"
import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Ref from "effect/Ref"
import * as Schedule from "effect/Schedule"
import * as Stream from "effect/Stream"

interface Copy {
  readonly byEmail: ReadonlyMap<string, User>
  readonly readAt: DateTime.Utc
}

export class Colleagues extends Context.Service<
  Colleagues,
  {
    /** None, too, while nothing has been read yet. */
    readonly find: (email: string) => Effect.Effect<Option.Option<User>>
    /** How old the copy is; none while nothing has been read yet. */
    readonly age: Effect.Effect<Option.Option<Duration.Duration>>
  }
>()("example/Colleagues") {
  static readonly layer: Layer.Layer<Colleagues, never, Users> = Layer.effect(
    Colleagues,
    Effect.suspend(() => make)
  )
}

const key = (email: string) => email.trim().toLowerCase()

const make = Effect.gen(function* () {
  const users = yield* Users
  const copy = yield* Ref.make(Option.none<Copy>())

  const read = Effect.gen(function* () {
    const all = yield* Stream.runCollect(users.listAll())
    const byEmail = new Map(all.flatMap((user) => (user.email === undefined ? [] : [[key(user.email), user] as const])))
    yield* Ref.set(copy, Option.some({ byEmail, readAt: yield* DateTime.now }))
  })

  // As long as the service lives. What has gone wrong is tried again the next time; until then the last copy is good.
  yield* read.pipe(
    Effect.catch((error) => Effect.logWarning("the list of users could not be read", error.message)),
    Effect.repeat(Schedule.spaced("15 minutes")),
    Effect.forkScoped({ startImmediately: true })
  )

  return Colleagues.of({
    find: (email) =>
      Effect.map(
        Ref.get(copy),
        Option.flatMap(({ byEmail }) => Option.fromUndefinedOr(byEmail.get(key(email))))
      ),
    age: Effect.gen(function* () {
      const now = yield* DateTime.now
      return Option.map(yield* Ref.get(copy), ({ readAt }) => DateTime.distance(readAt, now))
    })
  })
})
