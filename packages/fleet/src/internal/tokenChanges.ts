/**
 * Tells which tokens have changed: at once where PostgreSQL can tell it (LISTEN), and by looking every few seconds, behind a pooler that
 * keeps no session, or after a connection was lost.
 */
import * as Cause from "effect/Cause"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as PubSub from "effect/PubSub"
import * as Queue from "effect/Queue"
import type * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import type { Sessions } from "./session.ts"
import * as TokenTable from "./tokenTable.ts"

/** After a connection was lost. */
const again = Duration.seconds(1)

/** Between two looks for those who were told of a change. */
const breath = Duration.millis(50)

/** Again and again, with a pause in between. */
const whenever = (effect: Effect.Effect<unknown>, pause: Duration.Duration) =>
  Effect.forkScoped(Effect.forever(Effect.andThen(effect, Effect.sleep(pause))))

export interface Options {
  readonly sessions: Sessions
  readonly poll: Duration.Duration
}

export const make = Effect.fnUntraced(function* ({
  poll,
  sessions
}: Options): Effect.fn.Return<Stream.Stream<string>, never, Scope.Scope> {
  const hub = yield* Effect.acquireRelease(PubSub.unbounded<string>(), PubSub.shutdown)
  const known = new Map<string, string>()
  let isBroken = false

  /** Also when it has become too old to be told of. */
  const look = Effect.gen(function* () {
    for (const { name, version } of yield* TokenTable.versions(sessions)) {
      if (known.get(name) === version) continue
      known.set(name, version)
      yield* PubSub.publish(hub, name)
    }
    if (isBroken) yield* Effect.logInfo("the tokens of the fleet are shared again")
    isBroken = false
  })

  const broken = (cause: Cause.Cause<{ readonly message: string }>) =>
    Effect.suspend(() => {
      if (isBroken) return Effect.void
      isBroken = true
      const reason = Cause.findErrorOption(cause)
      return Effect.logWarning(
        "the tokens of the fleet are not shared; each worker goes on with the token that it has"
      ).pipe(
        Effect.annotateLogs({ event: "fleet.tokens", ...(reason._tag === "Some" && { reason: reason.value.message }) })
      )
    })

  const listen = Effect.gen(function* () {
    yield* sessions.prepare
    const told = yield* sessions.client.listen(TokenTable.channel)
    // What was changed before somebody listened.
    yield* look
    while (true) {
      // Whoever may connect to the database can tell anything, as often as they like: what is so, the table says.
      yield* Queue.takeAll(told)
      yield* look
      yield* Effect.sleep(breath)
    }
  }).pipe(Effect.scoped, Effect.ignoreCause)

  yield* whenever(listen, again)
  yield* whenever(Effect.catchCause(look, broken), poll)
  return Stream.fromPubSub(hub)
})
