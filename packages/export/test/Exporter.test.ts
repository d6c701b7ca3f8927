import { assert, describe, it } from "@effect/vitest"
import { Simulator } from "@effect-genesys/simulator/Simulator"
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as NodeServices from "@effect/platform-node/NodeServices"
import * as Effect from "effect/Effect"
import * as TestClock from "effect/testing/TestClock"
import { readdirSync } from "node:fs"
import { join } from "node:path"
import * as Exporter from "../src/Exporter.ts"
import * as NdjsonSink from "../src/NdjsonSink.ts"
import * as Day from "../src/Day.ts"
import * as Files from "./Files.ts"
import * as World from "./World.ts"

const isProof = process.env["PROVE"] !== undefined
const since = World.first
const perHour = isProof ? 10 : 4
const world = World.layer({ conversationsPerHour: perHour })
const conversations = (options: Partial<Parameters<typeof Exporter.conversations>[0]> = {}) =>
  World.running(Exporter.conversations({ since, ...options }))
const days = (count: number) => Day.range(since, Day.of(Day.start(since) + count * 86_400_000))

describe("conversations", () => {
  it.effect("a first run has every conversation up to now, and lags behind nothing", () =>
    Effect.gen(function* () {
      const directory = yield* Files.temporary
      yield* World.start
      yield* TestClock.adjust("100 hours")
      const began = yield* Clock.currentTimeMillis
      const summary = yield* Effect.provide(conversations(), NdjsonSink.layer({ directory }))
      assert.deepStrictEqual(summary.failed, [])
      assert.strictEqual(summary.pending, 0)
      assert.lengthOf(summary.done, 5)
      assert.strictEqual(Duration.toMillis(summary.lag), 0)
      const found = Files.rows(directory, Files.conversations)
      assert.isAbove(found.size, 98 * perHour)
      const known = began - 60_000
      const missing = [...(yield* World.truth(days(5))).values()].filter(
        (row) => Date.parse(row.conversationStart) < known && !found.has(row.conversationId)
      )
      assert.deepStrictEqual(missing, [])
    }).pipe(Effect.provide(world))
  )

  it.effect(
    "once nothing changes any more, it has what the simulator has, row by row, and asks for nothing again",
    () =>
      Effect.gen(function* () {
        const directory = yield* Files.temporary
        const sink = NdjsonSink.layer({ directory })
        yield* World.start
        yield* TestClock.adjust("30 hours")
        const until = days(3).at(-1)!
        // `PROVE=1`: every 18 hours; else every 36.
        for (let run = 0; run < (isProof ? 12 : 6); run++) {
          const { failed } = yield* Effect.provide(conversations({ until }), sink)
          assert.deepStrictEqual(failed, [])
          yield* TestClock.adjust(isProof ? "18 hours" : "36 hours")
        }
        assert.deepStrictEqual(Files.rows(directory, Files.conversations), yield* World.truth(days(2)))
        yield* Simulator.use(({ clearJournal }) => clearJournal)
        const { done, lag } = yield* Effect.provide(conversations({ until }), sink)
        assert.deepStrictEqual(done, [])
        assert.strictEqual(Duration.toMillis(lag), 0)
        const { requests } = yield* Simulator.use(({ journal }) => journal)
        assert.deepStrictEqual(
          requests.filter(({ path }) => path.startsWith("/api/")).map(({ path }) => path.split("/").slice(3).join("/")),
          ["organizations/me", "analytics/conversations/details/jobs/availability"]
        )
      }).pipe(Effect.provide(world))
  )

  it.effect("what is there of another organization is left alone, and the error says so", () =>
    Effect.gen(function* () {
      const directory = yield* Files.temporary
      const sink = NdjsonSink.layer({ directory })
      yield* World.start
      yield* TestClock.adjust("30 hours")
      yield* conversations().pipe(Effect.provide(sink), Effect.provide(world))
      const before = Files.rows(directory, Files.conversations)
      const both = Effect.all([Effect.flip(conversations()), Effect.flip(World.running(Exporter.users()))])
      const other = World.layer({ conversationsPerHour: perHour, seed: 2 })
      for (const error of yield* both.pipe(Effect.provide(sink), Effect.provide(other))) {
        assert.strictEqual(error._tag, "OtherOrgError")
        assert.match(error.message, /of the organization [0-9a-f-]{36}, and these .* Give this one a directory/)
      }
      assert.deepStrictEqual(Files.rows(directory, Files.conversations), before)
      assert.isEmpty(readdirSync(join(directory, "users")))
    }).pipe(Effect.provide(NodeServices.layer))
  )

  it.effect(
    "a run that is to stop finishes what is under way and starts nothing; the next one goes on from there",
    () =>
      Effect.gen(function* () {
        const directory = yield* Files.temporary
        const sink = NdjsonSink.layer({ directory })
        yield* World.start
        yield* TestClock.adjust("100 hours")
        let asked = 0
        const isStopping = Effect.sync(() => ++asked > 3)
        const stopped = yield* Effect.provide(conversations({ isStopping, concurrency: 1, openEvery: "10 days" }), sink)
        assert.deepStrictEqual([stopped.done.length, stopped.failed.length, stopped.pending], [3, 0, 2])
        // Time passes while it works, and may bring the next step of what is available.
        assert.closeTo(Duration.toHours(stopped.lag), 50, 0.2)
        const { done, lag } = yield* Effect.provide(conversations(), sink)
        assert.isAtLeast(done.length, 3)
        assert.strictEqual(Duration.toMillis(lag), 0)
      }).pipe(Effect.provide(world))
  )

  it.effect("reads four jobs at a time, however many days and jobs there are", () =>
    Effect.gen(function* () {
      const directory = yield* Files.temporary
      yield* World.start
      yield* TestClock.adjust("100 hours")
      const { done } = yield* Effect.provide(conversations({ jobsPerDay: 3 }), NdjsonSink.layer({ directory }))
      assert.lengthOf(done, 5)
      const { requests } = yield* Simulator.use(({ journal }) => journal)
      let [open, most, submitted] = [0, 0, 0]
      for (const { method, path } of requests) {
        if (method === "POST" && path.endsWith("/details/jobs")) [open, submitted] = [open + 1, submitted + 1]
        if (method === "DELETE") open--
        most = Math.max(most, open)
      }
      assert.deepStrictEqual([most, submitted, open], [4, 12, 0])
    }).pipe(Effect.provide(world))
  )

  it.effect(
    "what fails for one would fail for all: the rest is left to the next run, but the day that needs no job",
    () =>
      Effect.gen(function* () {
        const directory = yield* Files.temporary
        const simulator = yield* Simulator
        yield* World.start
        yield* TestClock.adjust("100 hours")
        yield* simulator.addFault({ path: "/api/v2/analytics/conversations/details/jobs", method: "POST", status: 403 })
        const { done, failed, pending } = yield* Effect.provide(
          conversations({ concurrency: 1 }),
          NdjsonSink.layer({ directory })
        )
        assert.deepStrictEqual(
          [done.length, failed.map(({ error }) => error._tag), pending],
          [1, ["PermissionError"], 3]
        )
      }).pipe(Effect.provide(world))
  )
})
