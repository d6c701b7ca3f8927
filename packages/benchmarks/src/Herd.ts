/**
 * How long 10,000 callers that come at once wait for the first token, when the login host takes 50 ms: as fibers with
 * the token manager, against as many that await one memoised promise.
 */
import * as Deferred from "effect/Deferred"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Login from "./Login.ts"
import * as Measure from "./Measure.ts"
import { memoise } from "./MemoisedPromise.ts"

export const callers = 10_000

const herd = <A, E>(caller: Effect.Effect<A, E>) =>
  Effect.orDie(Measure.millis(Effect.replicateEffect(caller, callers, { concurrency: "unbounded", discard: true })))

const login = () =>
  new Promise<{ readonly expiresAt: number }>((resolve) => {
    const answer = () => resolve({ expiresAt: Date.now() + Duration.toMillis(Login.life) })
    setTimeout(answer, Duration.toMillis(Login.delay))
  })

const promises = Effect.suspend(() => {
  const handWritten = memoise(login)
  const caller = async () => {
    await handWritten()
  }
  return Measure.millis(Effect.promise(() => Promise.all(Array.from({ length: callers }, caller))))
})

/** The least that fibers can cost: no token, no patience, no state. */
const deferred = Effect.gen(function* () {
  const answer = yield* Deferred.make<void>()
  yield* Effect.forkChild(Effect.delay(Deferred.succeed(answer, undefined), Login.delay))
  return yield* herd(Deferred.await(answer))
})

/** @param counts how many requests for a token a round came to */
export const printHerd = (name: string, rows: Parameters<typeof Measure.print>[1], counts: ReadonlySet<number>) =>
  Measure.print(
    `${name}: ${callers.toLocaleString("en")} cold callers, a login host that takes ${Duration.format(Login.delay)}`,
    rows,
    "ms",
    [`Requests for a token in each round: ${[...counts].join(" or ")} (must be 1).`]
  )

export const coldHerd = Effect.gen(function* () {
  const counts = new Set<number>()
  const manager = Effect.scoped(
    Effect.gen(function* () {
      const { manager: cold, requests } = yield* Login.make
      const took = yield* herd(cold.token)
      counts.add(requests())
      return took
    })
  )
  const rows = yield* Measure.rounds(
    [
      { name: "memoised promise, awaited", run: promises },
      { name: "token manager, fibers", target: { figure: 100 }, run: manager },
      { name: "bare Deferred, fibers", run: deferred }
    ],
    { warmUp: 3, rounds: 21 }
  )
  yield* printHerd("herd", rows, counts)
})
