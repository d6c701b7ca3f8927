/**
 * Disks that are full, databases that are down, clocks that jump, jobs that fail: nothing is lost by any of them. `PROVE=1`: of more conversations, with more jumps, and a database, of which
 * `PostgresSink.test.ts` says what one that is down is told as.
 */
import { assert, describe, it, layer } from "@effect/vitest"
import { Simulator } from "@effect-genesys/simulator/Simulator"
import * as NodeServices from "@effect/platform-node/NodeServices"
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as TestClock from "effect/testing/TestClock"
import * as Day from "../src/Day.ts"
import * as Exporter from "../src/Exporter.ts"
import * as Kinds from "../src/Kinds.ts"
import * as NdjsonSink from "../src/NdjsonSink.ts"
import * as Partition from "../src/Partition.ts"
import * as PostgresSink from "../src/PostgresSink.ts"
import { Sink } from "../src/Sink.ts"
import * as Database from "./Database.ts"
import * as Files from "./Files.ts"
import * as OverHttp from "./OverHttp.ts"
import { OwnServer, Postgres } from "./Postgres.ts"
import * as World from "./World.ts"

const isProof = process.env["PROVE"] !== undefined
const since = World.first
const conversationsPerHour = isProof ? 15 : 4
const world = World.layer({ conversationsPerHour })
const until = Day.of(Day.end(since))
const run = World.running(Exporter.conversations({ since, until }))

/** Whatever is written to a file that is opened meanwhile, is written to a disk that is full. */
const fullDisk = (isFull: (path: string) => boolean) =>
  Layer.effect(
    FileSystem.FileSystem,
    Effect.map(FileSystem.FileSystem, (fs) => ({
      ...fs,
      open: (path: string, options?: Parameters<typeof fs.open>[1]) =>
        isFull(path) && options?.flag !== undefined && options.flag !== "r"
          ? Effect.zipWith(fs.open(path, options), fs.open("/dev/full", { flag: "w" }), onFull)
          : fs.open(path, options)
    }))
  ).pipe(Layer.provideMerge(NodeServices.layer))

const onFull = (file: FileSystem.File, full: FileSystem.File): FileSystem.File =>
  new Proxy(file, { get: (_, name) => (name === "writeAll" ? full.writeAll.bind(full) : Reflect.get(file, name)) })

describe("a disk that is full", () => {
  it.effect("fails the unit, with an error that says so; what was there stays, and it goes on once there is room", () =>
    Effect.gen(function* () {
      const directory = yield* Files.temporary
      let isFull = false
      yield* World.start
      yield* TestClock.adjust("20 hours")
      const body = Effect.gen(function* () {
        yield* run
        const before = Files.rows(directory, Files.conversations)
        const { checkpoint } = yield* Sink
        const held = yield* checkpoint
        isFull = true
        yield* TestClock.adjust("1 hour")
        const { done, failed, pending } = yield* run
        assert.deepStrictEqual([done.length, failed.length, pending], [0, 1, 0])
        assert.strictEqual(failed[0]!.error._tag, "SinkError")
        assert.match(failed[0]!.error.message, /There is no room left on the disk of .* nothing is lost/)
        assert.deepStrictEqual(Files.rows(directory, Files.conversations), before)
        assert.deepStrictEqual(yield* checkpoint, held)
        isFull = false
        yield* TestClock.adjust("7 days")
        assert.deepStrictEqual((yield* run).failed, [])
        assert.deepStrictEqual(Files.rows(directory, Files.conversations), yield* World.truth([since]))
      })
      yield* Effect.provide(
        body,
        Layer.provide(
          NdjsonSink.layer({ directory }),
          fullDisk(() => isFull)
        )
      )
    }).pipe(Effect.provide(world))
  )

  it.effect("one that has room again during the run costs a retry only", () =>
    Effect.gen(function* () {
      const directory = yield* Files.temporary
      yield* World.start
      yield* TestClock.adjust("20 hours")
      let openings = 0
      const sink = Layer.provide(
        NdjsonSink.layer({ directory }),
        fullDisk((path) => path.includes("/.work/") && ++openings <= 2)
      )
      const { done, failed } = yield* Effect.provide(run, sink)
      assert.deepStrictEqual([done.length, failed.length], [1, 0])
    }).pipe(Effect.provide(world))
  )
})

describe("jobs", () => {
  it.effect("that fail are submitted again, and split where they fail for ever", () =>
    Effect.gen(function* () {
      const directory = yield* Files.temporary
      const sink = NdjsonSink.layer({ directory })
      yield* World.start
      yield* TestClock.adjust("9 days")
      const { done, failed } = yield* Effect.provide(run, sink)
      assert.deepStrictEqual([done.length, failed], [1, []])
      assert.deepStrictEqual(Files.rows(directory, Files.conversations), yield* World.truth([since]))
      const { answers } = yield* Simulator.use(({ journal }) => journal)
      // A day in more than one job: it was split.
      assert.isAbove(answers["202"] ?? 0, 3)
    }).pipe(Effect.provide(World.layer({ conversationsPerHour, jobFailures: 0.7, seed: 4 })))
  )

  it.effect("several for a day give the same rows", () =>
    Effect.gen(function* () {
      const directory = yield* Files.temporary
      yield* World.start
      yield* TestClock.adjust("9 days")
      const parts = World.running(Exporter.conversations({ since, until, jobsPerDay: 5 }))
      const { rows } = yield* Effect.provide(parts, NdjsonSink.layer({ directory }))
      const truth = yield* World.truth([since])
      assert.deepStrictEqual(Files.rows(directory, Files.conversations), truth)
      assert.strictEqual(rows, truth.size)
    }).pipe(Effect.provide(world))
  )

  it.effect("that never succeed fail their day, and no other one", () =>
    Effect.gen(function* () {
      const directory = yield* Files.temporary
      yield* World.start
      yield* TestClock.adjust("30 hours")
      const summary = yield* Effect.provide(
        // In step with real time, or a busy disk takes so many hours of this clock that the next day is due as well.
        World.running(Exporter.conversations({ since }), "1 minute", 1),
        NdjsonSink.layer({ directory })
      )
      assert.deepStrictEqual(
        summary.failed.map(({ error, partition }) => [error._tag, Partition.nameOf(partition)]),
        [["JobError", `conversations/${since}`]]
      )
      // The open day, which is read again while the jobs for the other one fail, as often as there is time for it.
      assert.lengthOf(new Set(summary.done.map(({ partition }) => Partition.nameOf(partition))), 1)
      assert.isAbove(Files.rows(directory, Files.conversations).size, 0)
    }).pipe(Effect.provide(World.layer({ conversationsPerHour, jobFailures: 1, rateLimit: "off" })))
  )
})

describe("the clock of the host", () => {
  it.live(
    "has no effect, wherever it jumps to",
    () =>
      Effect.gen(function* () {
        const directory = yield* Files.temporary
        const simulator = yield* Simulator
        const today = Day.of(yield* simulator.now)
        const real = Clock.Clock.defaultValue()
        let jump = 0
        const year = 365 * 86_400_000
        const millis = () => real.currentTimeMillisUnsafe() + jump
        const nanos = () => real.currentTimeNanosUnsafe() + BigInt(jump) * 1_000_000n
        const jumping: Clock.Clock = {
          currentTimeMillisUnsafe: millis,
          currentTimeMillis: Effect.sync(millis),
          currentTimeNanosUnsafe: nanos,
          currentTimeNanos: Effect.sync(nanos),
          monotonicTimeNanosUnsafe: () => real.monotonicTimeNanosUnsafe(),
          monotonicTimeNanos: real.monotonicTimeNanos,
          sleep: (duration) => real.sleep(duration)
        }
        const runs = Effect.gen(function* () {
          for (const there of isProof ? [3 * year, -3 * year, 40 * 60_000, 0] : [3 * year, -3 * year]) {
            jump = there
            yield* simulator.advanceClock(40 * 3600)
            const now = Day.of(yield* Effect.provideService(simulator.now, Clock.Clock, real))
            const { done, failed, lag } = yield* Exporter.conversations({ since: today })
            assert.deepStrictEqual(failed, [])
            const days = done.map(({ partition }) => partition.day ?? "")
            assert.deepStrictEqual([days.includes(now), days.filter((day) => day > now)], [true, []])
            assert.strictEqual(Duration.toMillis(lag), 0)
          }
        })
        yield* runs.pipe(
          Effect.provide(Layer.merge(NdjsonSink.layer({ directory }), OverHttp.layer(simulator))),
          Effect.provideService(Clock.Clock, jumping)
        )
        const found = Files.rows(directory, Files.conversations)
        const truth = yield* World.truth([today])
        assert.deepStrictEqual(new Map([...truth.keys()].map((key) => [key, found.get(key)])), truth)
      }).pipe(
        Effect.provide(
          Layer.merge(Simulator.layer({ conversationsPerHour, jobQueueTime: 0, jobRunTime: 0 }), NodeServices.layer)
        )
      ),
    60_000
  )
})

layer(Postgres.layerOwn, { excludeTestServices: true, timeout: 60_000 })("a database", ({ effect }) => {
  effect.skipIf(!isProof)(
    "that is down for an hour: the run says so, and the next one goes on where it was",
    () =>
      Effect.gen(function* () {
        const server = yield* OwnServer
        const url = Redacted.make(yield* (yield* Postgres).database)
        const simulator = yield* Simulator
        const today = Day.of(yield* simulator.now)
        const once = Exporter.conversations({ since: today, until: Day.of(Day.end(today)) })
        const runs = Effect.gen(function* () {
          yield* simulator.advanceClock(20 * 3600)
          assert.deepStrictEqual((yield* once).failed, [])
          yield* server.stop
          const error = yield* Effect.flip(once)
          assert.strictEqual(error._tag, "SinkError")
          assert.match(error.message, /cannot be read or written: .* Nothing is lost; the export goes on once it can/)
          yield* simulator.advanceClock(3600)
          yield* server.start
          assert.deepStrictEqual((yield* once).failed, [])
          yield* simulator.advanceClock(6 * 86_400)
          assert.deepStrictEqual((yield* once).failed, [])
        })
        yield* Effect.provide(runs, Layer.merge(PostgresSink.layerUrl({ url }), OverHttp.layer(simulator)))
        assert.deepStrictEqual(yield* Database.rows(url, Kinds.conversations.layout), yield* World.truth([today]))
      }).pipe(Effect.provide(Simulator.layer({ conversationsPerHour, jobQueueTime: 0, jobRunTime: 0 }))),
    120_000
  )
})
