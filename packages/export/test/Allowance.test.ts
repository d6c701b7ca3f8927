/** What an export makes of the calls that Genesys allows: nearly all of them, and never one too many. `PROVE=1`: also of one by queries, and in finer steps. */
import { assert, it } from "@effect/vitest"
import { Simulator } from "@effect-genesys/simulator/Simulator"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Stream from "effect/Stream"
import * as TestClock from "effect/testing/TestClock"
import * as Checkpoint from "../src/Checkpoint.ts"
import * as Day from "../src/Day.ts"
import * as Exporter from "../src/Exporter.ts"
import { Sink } from "../src/Sink.ts"
import * as World from "./World.ts"

const isProof = process.env["PROVE"] !== undefined

const nowhere = Layer.succeed(Sink, {
  checkpoint: Effect.succeed(Checkpoint.empty),
  write: ({ entry, rows }) => Effect.andThen(Stream.runDrain(rows), Effect.asVoid(entry))
})

const since = World.first

for (const [name, options, hours, conversationsPerHour] of [
  ["a day by jobs", { jobsPerDay: 4, pageSize: 10 }, 30, 390],
  ["the open day by a query", { pageSize: 10 }, 20, 470]
] as const) {
  it.effect.skipIf(!("jobsPerDay" in options) && !isProof)(
    `${name}: at least 99 % of the allowance is used, without a 429`,
    () =>
      Effect.gen(function* () {
        const simulator = yield* Simulator
        yield* World.start
        yield* TestClock.adjust(`${hours} hours`)
        // Answers take their time; that must not cost any of the allowance.
        yield* simulator.addFault({ path: "/api/", delayMs: 400 })
        const until = Day.of(Day.end(since))
        const { failed } = yield* World.running(
          Exporter.conversations({ since, until, ...options }),
          isProof ? "50 millis" : "100 millis"
        ).pipe(Effect.provide(nowhere))
        assert.deepStrictEqual(failed, [])
        const { answers, rateWindows } = yield* simulator.journal
        assert.notProperty(answers, "429")
        // The first window has the waiting for the jobs in it, the last one the end.
        const full = rateWindows.slice(1, -1).map(({ count }) => count)
        console.log(name, { full, answers })
        assert.isAtLeast(full.length, 2)
        for (const requests of full) assert.isAtLeast(requests, 297)
      }).pipe(Effect.provide(World.layer({ conversationsPerHour }))),
    120_000
  )
}
