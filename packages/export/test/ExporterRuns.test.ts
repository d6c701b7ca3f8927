/** What a run does with its units, whatever they are: the source and the sink are made up, and take no time. */
import { ConflictError, PermissionError, UnavailableError } from "@effect-genesys/client/GenesysError"
import { assert, describe, it } from "@effect/vitest"
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Metric from "effect/Metric"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import * as TestClock from "effect/testing/TestClock"
import { type ExportError, SinkError, type SourceError } from "../src/ExportError.ts"
import * as Exporter from "../src/Exporter.ts"
import * as Kinds from "../src/Kinds.ts"
import * as Metrics from "../src/Metrics.ts"
import * as Partition from "../src/Partition.ts"
import { Sink } from "../src/Sink.ts"
import type { Plan, Source, Unit } from "../src/Source.ts"

const kind = Kinds.conversations.layout
const dayOf = (number: number) => `2026-11-0${number}`

interface Told {
  /** Its reading takes so many minutes. */
  readonly minutes?: number
  readonly apart?: boolean
  readonly fails?: SourceError
}

/** A source of days, the n-th of which is as told; each has as many rows as its number says. */
const world = (
  days: ReadonlyArray<Told>,
  more: { readonly plan?: Source["plan"]; readonly sink?: () => SinkError | undefined } = {}
) => {
  const reads: Array<readonly [day: number, minute: number]> = []
  const unit = (told: Told, index: number): Unit => ({
    partition: Partition.ofDay(kind, dayOf(index + 1)),
    ...(told.apart === undefined ? {} : { apart: told.apart }),
    read: Effect.gen(function* () {
      reads.push([index + 1, (yield* Clock.currentTimeMillis) / 60_000])
      yield* Effect.sleep(Duration.minutes(told.minutes ?? 0))
      if (told.fails !== undefined) return yield* told.fails
      // There are ten more of it, which this reading does not bring.
      const entry = Effect.succeed({ source: "job" as const, asOf: 1, rows: index + 11, running: 0 })
      const rows = Stream.map(Stream.range(0, index), (row) => ({ key: `${row}`, asOf: 1, value: {} }))
      return { rows, entry }
    })
  })
  const plan: Plan = { units: days.map(unit), available: 1 }
  const source: Source = {
    kind,
    lag: () => 0,
    org: Effect.succeed(Option.none()),
    plan: more.plan ?? (() => Effect.succeed(plan))
  }
  let writes = 0
  const sink = Sink.of({
    checkpoint: Effect.succeed({}),
    write: Effect.fnUntraced(function* ({ entry, rows }) {
      writes++
      yield* Stream.runDrain(rows)
      const refused = more.sink?.()
      if (refused !== undefined) return yield* refused
      yield* entry
    })
  })
  const run = (options: Exporter.RunOptions = {}, minutes = 120) =>
    Effect.gen(function* () {
      const fiber = yield* Effect.forkChild(Exporter.runOnce(source, options), { startImmediately: true })
      yield* TestClock.adjust(Duration.minutes(minutes))
      return yield* Fiber.join(fiber)
    }).pipe(Effect.provide(Layer.succeed(Sink, sink)))
  return { plan, reads, run, writes: () => writes }
}

const api = { method: "GET", path: "/api/v2/things", status: 409 }
const refused = new ConflictError({ api, details: [], message: "this one is refused" })
const forbidden = new PermissionError({ api, details: [], permissions: [], message: "all are" })
const down = new UnavailableError({ reason: "Down", host: "the API", message: "it is down" })
const full = (lasting?: boolean) =>
  new SinkError({ sink: "here", message: "it is full", ...(lasting === undefined ? {} : { lasting }) })
const numbers = (ends: ReadonlyArray<{ readonly partition: Partition.Partition }>) =>
  ends.map(({ partition: { day } }) => Number(day?.slice(-2)))

describe("a run", () => {
  it.effect("reads what is due, and counts the rows that it has read and committed, not those that are there", () =>
    Effect.gen(function* () {
      const { run } = world([{}, {}, {}, { fails: refused }])
      const labels = { job: "counts" }
      const { done, failed, pending, rows } = yield* run({ labels })
      assert.deepStrictEqual([numbers(done), numbers(failed), pending, rows], [[1, 2, 3], [4], 0, 6])
      assert.deepStrictEqual(
        done.map((one) => [one.rows, one.entry.rows]),
        [
          [1, 11],
          [2, 12],
          [3, 13]
        ]
      )
      const metric = Metric.withAttributes(Metrics.exportedRows, { ...labels, kind: kind.name })
      assert.strictEqual((yield* Metric.value(metric)).count, 6)
    })
  )

  it.effect("counts what it reads several times as often as it does", () =>
    Effect.gen(function* () {
      const { run } = world([{ minutes: 40 }, { apart: true }])
      const { done, rows } = yield* run()
      // At 0, 15 and 30 minutes.
      assert.deepStrictEqual([done.length, rows], [2, 1 + 3 * 2])
    })
  )

  it.effect("goes on after what is refused of one unit, and ends where all would be", () =>
    Effect.gen(function* () {
      const one = yield* world([{ fails: refused }, {}, {}]).run({ concurrency: 1 })
      assert.deepStrictEqual([numbers(one.done), numbers(one.failed), one.pending], [[2, 3], [1], 0])
      for (const fails of [forbidden, down]) {
        const all = yield* world([{}, { fails }, {}, {}]).run({ concurrency: 1 })
        assert.deepStrictEqual([numbers(all.done), numbers(all.failed), all.pending], [[1], [2], 2])
      }
    })
  )

  it.effect("starts nothing once it is to stop", () =>
    Effect.gen(function* () {
      let asked = 0
      const isStopping = Effect.sync(() => ++asked > 2)
      const { done, pending } = yield* world([{}, {}, {}, {}, {}]).run({ concurrency: 1, isStopping })
      assert.deepStrictEqual([numbers(done), pending], [[1, 2], 3])
    })
  )

  it.effect("reads as many at a time as it is told to", () =>
    Effect.gen(function* () {
      const { reads, run } = world(Array.from({ length: 5 }, () => ({ minutes: 10 })))
      yield* run({ concurrency: 2 })
      assert.deepStrictEqual(
        reads.map(([, minute]) => minute),
        [0, 0, 10, 10, 20]
      )
    })
  )
})

describe("what is apart", () => {
  it.effect("is read beside the others at once, and again while they go on, each time after the pause", () =>
    Effect.gen(function* () {
      const { reads, run } = world([{ minutes: 50 }, { apart: true }, { minutes: 50 }])
      const { done } = yield* run({ concurrency: 1, openEvery: "30 minutes" })
      assert.deepStrictEqual(reads, [
        [1, 0],
        [2, 0],
        [2, 30],
        [3, 50],
        [2, 60],
        [2, 90]
      ])
      assert.sameMembers(numbers(done), [1, 2, 3])
    })
  )

  it.effect("is read every 15 minutes, if it is not told otherwise", () =>
    Effect.gen(function* () {
      const { reads, run } = world([{ minutes: 50 }, { apart: true }])
      yield* run()
      assert.deepStrictEqual(
        reads.filter(([day]) => day === 2).map(([, minute]) => minute),
        [0, 15, 30, 45]
      )
    })
  )

  it.effect("waits for its next turn if it cannot be told what is due", () =>
    Effect.gen(function* () {
      let plans = 0
      const { plan, reads, run } = world([{ minutes: 50 }, { apart: true }], {
        plan: () => (++plans === 2 ? Effect.fail(down) : Effect.succeed(plan))
      })
      const { failed } = yield* run()
      assert.deepStrictEqual(failed, [])
      assert.deepStrictEqual(
        reads.filter(([day]) => day === 2).map(([, minute]) => minute),
        [0, 30, 45]
      )
    })
  )
})

describe("a sink that fails", () => {
  it.effect("for a moment is tried again, four times within 15 s, and each reading is a new one", () =>
    Effect.gen(function* () {
      let times = 2
      const passing = world([{}], { sink: () => (times-- > 0 ? full() : undefined) })
      assert.lengthOf((yield* passing.run()).done, 1)
      assert.deepStrictEqual([passing.writes(), passing.reads.length], [3, 3])
      const lasting = world([{}, {}], { sink: () => full(false) })
      const { failed, pending } = yield* lasting.run({ concurrency: 1 })
      const tags = failed.map(({ error }: { readonly error: ExportError }) => error._tag)
      assert.deepStrictEqual([lasting.writes(), tags, pending], [5, ["SinkError"], 1])
      const minutes = lasting.reads.map(([, minute]) => minute)
      assert.closeTo((minutes.at(-1)! - minutes[0]!) * 60, 15, 0.001)
    })
  )

  it.effect("until somebody mends it is not", () =>
    Effect.gen(function* () {
      const { run, writes } = world([{}], { sink: () => full(true) })
      assert.lengthOf((yield* run()).failed, 1)
      assert.strictEqual(writes(), 1)
    })
  )
})
