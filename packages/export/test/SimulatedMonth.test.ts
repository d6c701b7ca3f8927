/**
 * `PROVE=1`: a month in which both kinds are exported into files every hour. In each test run a worker does so less often, in
 * apps/worker/test/WorkerMonth.test.ts.
 */
import { assert, it } from "@effect/vitest"
import { Simulator } from "@effect-genesys/simulator/Simulator"
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as TestClock from "effect/testing/TestClock"
import * as Exporter from "../src/Exporter.ts"
import * as GenesysTime from "../src/GenesysTime.ts"
import * as NdjsonSink from "../src/NdjsonSink.ts"
import * as Plan from "../src/Plan.ts"
import { Sink } from "../src/Sink.ts"
import * as Files from "./Files.ts"
import * as World from "./World.ts"
import * as Day from "../src/Day.ts"

const prove = process.env["PROVE"] !== undefined
const interval = Duration.hours(1)
const since = World.first
const days = Day.range(since, Day.of(Day.start(since) + 30 * 86_400_000))

/** In step with real time, or hours would pass while a disk writes. */
const withDisk = <A, E, R>(effect: Effect.Effect<A, E, R>) => World.running(effect, "250 millis", 1)

it.effect.runIf(prove)(
  "the lag never exceeds the interval plus one run",
  () =>
    Effect.gen(function* () {
      const directory = yield* Files.temporary
      yield* World.start
      yield* TestClock.adjust("1 hour")
      let [worst, longest, runs] = [0, 0, 0]

      const both = Effect.all([Exporter.conversations({ since }), Exporter.users()], { concurrency: 2 })
      const behind = Effect.gen(function* () {
        const { checkpoint } = yield* Sink
        const held = yield* checkpoint
        const time = yield* GenesysTime.ofConversations
        const users = time.now - (held["users"]?.asOf ?? Number.NEGATIVE_INFINITY)
        return Math.max(Plan.lag(held, { since }, time), users)
      })
      const month = Effect.gen(function* () {
        const simulator = yield* Simulator
        while ((yield* Clock.currentTimeMillis) < Day.end(days.at(-1)!) + 5 * 86_400_000) {
          if (runs > 0) worst = Math.max(worst, yield* withDisk(behind))
          if (runs % 7 === 3) yield* simulator.revokeTokens
          const started = yield* Clock.currentTimeMillis
          const summaries = yield* withDisk(both)
          for (const { failed, pending } of summaries) assert.deepStrictEqual([failed, pending], [[], 0])
          const took = (yield* Clock.currentTimeMillis) - started
          assert.isBelow(took, Duration.toMillis(interval))
          longest = Math.max(longest, took)
          runs++
          yield* TestClock.adjust(Duration.toMillis(interval) - took)
        }
      })
      yield* Effect.provide(month, NdjsonSink.layer({ directory }))
      console.log({ runs, longestRunSeconds: longest / 1000, worstLagMinutes: worst / 60_000 })
      assert.isAtMost(worst, Duration.toMillis(interval) + longest)
      const truth = yield* World.truth(days)
      const held = Files.rows(directory, Files.conversations)
      assert.deepStrictEqual(new Map([...truth.keys()].map((key) => [key, held.get(key)])), truth)
    }).pipe(
      Effect.provide(
        // The data lake is but five minutes behind, so that it is the schedule that is measured.
        World.layer({ conversationsPerHour: 6, dataLag: 300, jobFailures: 0.05, users: 120 })
      )
    ),
  1_800_000
)
