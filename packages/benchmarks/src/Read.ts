/**
 * What it costs to read a token that is held: in one fiber, against awaiting a memoised promise. The bare loops show
 * which part of that is the language's and Effect's own.
 */
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Login from "./Login.ts"
import * as Measure from "./Measure.ts"
import { memoise } from "./MemoisedPromise.ts"

const reads = 50_000

const nanosPerRead = <E>(loop: Effect.Effect<unknown, E>) =>
  Effect.map(Effect.orDie(Measure.millis(loop)), (millis) => (millis * 1e6) / reads)

export const read = Effect.scoped(
  Effect.gen(function* () {
    const { manager, requests } = yield* Login.make
    const held = yield* manager.token
    const handWritten = memoise(() => Promise.resolve({ held, expiresAt: held.expiresAt.epochMilliseconds }))
    const kept = Promise.resolve(held)
    const exit = Exit.succeed(held)

    const rows = yield* Measure.rounds(
      [
        {
          name: "memoised promise, await",
          run: nanosPerRead(
            Effect.promise(async () => {
              for (let n = 0; n < reads; n++) await handWritten()
            })
          )
        },
        {
          name: "token manager, yield*",
          target: { ratio: 3 },
          run: nanosPerRead(
            Effect.gen(function* () {
              for (let n = 0; n < reads; n++) yield* manager.token
            })
          )
        },
        {
          name: "bare loop, await",
          run: nanosPerRead(
            Effect.promise(async () => {
              for (let n = 0; n < reads; n++) await kept
            })
          )
        },
        {
          name: "bare loop, yield*",
          run: nanosPerRead(
            Effect.gen(function* () {
              for (let n = 0; n < reads; n++) yield* exit
            })
          )
        }
      ],
      { warmUp: 12, rounds: 101 }
    )
    yield* Measure.print(`read: a token that is held, read ${reads.toLocaleString("en")} times in a row`, rows, "ns", [
      `Requests for a token in all rounds: ${requests()}.`
    ])
  })
)
