/** How a day is read by jobs: which spans are asked for, how often, and for how long. The jobs are made up, and take no time. */
import { ConversationDetails, type ExportOptions, type ResultsPage } from "@effect-genesys/client/ConversationDetails"
import { JobError } from "@effect-genesys/client/ConversationJob"
import { GenesysClient } from "@effect-genesys/client/GenesysClient"
import { assert, describe, it } from "@effect/vitest"
import * as Clock from "effect/Clock"
import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as References from "effect/References"
import * as Stream from "effect/Stream"
import * as TestClock from "effect/testing/TestClock"
import * as Scripted from "../../client/test/ScriptedApi.ts"
import type { Checkpoint, Entry } from "../src/Checkpoint.ts"
import * as Exporter from "../src/Exporter.ts"
import * as Partition from "../src/Partition.ts"
import type { Row } from "../src/Row.ts"
import { Sink } from "../src/Sink.ts"

const day = "2026-11-01"
const start = Date.parse(`${day}T00:00:00Z`)
const minute = 60_000
const hour = 60 * minute
const now = start + 48 * hour

type Job = Stream.Stream<ResultsPage, JobError>

/** What is asked for. */
interface Asked {
  /** In minutes since the day began, and when. */
  readonly from: number
  readonly to: number
  readonly at: number
  readonly options: ExportOptions
}

const page = (conversations: ReadonlyArray<unknown>, date?: number): ResultsPage => ({
  conversations: [...conversations],
  ...(date === undefined ? {} : { dataAvailabilityDate: DateTime.makeUnsafe(date) })
})
const brings = (...pages: ReadonlyArray<ResultsPage>): Job => Stream.fromIterable(pages)
const nothing = brings(page([]))
const after = (millis: number, job: Job): Job => Stream.unwrap(Effect.as(Effect.sleep(millis), job))
const fails = (state: JobError["state"]): Job =>
  Stream.fail(new JobError({ jobId: "one", state, message: `it is ${state}` }))

const unused = () => Effect.die("nobody asks for this")
const unusedStream = () => Stream.die("nobody asks for this")

interface World {
  readonly job: (asked: Asked, count: number) => Job
  readonly byIds?: (ids: ReadonlyArray<string>) => ReadonlyArray<unknown>
  readonly options?: Partial<Parameters<typeof Exporter.conversations>[0]>
  readonly previous?: Entry
  readonly query?: (interval: string, at: number) => ReadonlyArray<unknown>
  /** Two days after its beginning, if it is not said. */
  readonly time?: number
  readonly step?: Duration.Input
}

/** Lets all that needs no time come to pass, then moves the clock, until it is done. */
const running = <A, E, R>(effect: Effect.Effect<A, E, R>, step: Duration.Input) =>
  Effect.gen(function* () {
    const fiber = yield* Effect.forkChild(effect, { startImmediately: true })
    while (fiber.pollUnsafe() === undefined) {
      for (let turn = 0; turn < 3; turn++) yield* Effect.promise(() => new Promise<void>((done) => setImmediate(done)))
      if (fiber.pollUnsafe() === undefined) yield* TestClock.adjust(step)
    }
    return yield* Fiber.join(fiber)
  })

/** One run of an export of the day, and what it asked for. */
const run = Effect.fnUntraced(function* ({
  byIds,
  job,
  options,
  previous,
  query,
  step = "1 minute",
  time = now
}: World) {
  yield* TestClock.setTime(time)
  const asked: Array<Asked> = []
  const details = ConversationDetails.of({
    query: unused,
    queryAll: unusedStream,
    queryAllRaw: ({ interval }) =>
      query === undefined
        ? unusedStream()
        : Stream.unwrap(Effect.map(Clock.currentTimeMillis, (at) => Stream.fromIterable(query(interval, at - time)))),
    byIdsRaw: (ids) => (byIds === undefined ? unused() : Effect.succeed(byIds(ids))),
    submit: unused,
    status: unused,
    results: unusedStream,
    resultsRaw: unusedStream,
    cancel: unused,
    availability: unused(),
    export: unusedStream,
    exportRaw: unusedStream,
    exportPages: (wanted) =>
      Stream.unwrap(
        Effect.map(Clock.currentTimeMillis, (millis) => {
          const [from = 0, to = 0] = wanted.interval.split("/").map((text) => (Date.parse(text) - start) / minute)
          const one = { from, to, at: millis - time, options: wanted }
          asked.push(one)
          return job(one, asked.length)
        })
      )
  })
  const moment = new Date(time).toISOString()
  const { client } = yield* Scripted.make([
    ({ url }) =>
      url.endsWith("/availability")
        ? Response.json({ dataAvailabilityDate: moment }, { headers: { date: new Date(time).toUTCString() } })
        : Response.json({ id: "an-org", name: "An org" })
  ])
  const rows = new Map<string, Row>()
  const name = `conversations/${day}`
  let checkpoint: Checkpoint = previous === undefined ? {} : { [name]: previous }
  const sink = Sink.of({
    checkpoint: Effect.sync(() => checkpoint),
    write: Effect.fnUntraced(function* ({ entry, partition, rows: all }) {
      for (const row of yield* Stream.runCollect(all)) rows.set(row.key, row)
      checkpoint = { ...checkpoint, [Partition.nameOf(partition)]: yield* entry }
    })
  })
  const summary = yield* running(Exporter.conversations({ since: day, until: "2026-11-02", ...options }), step).pipe(
    Effect.provide(
      Layer.mergeAll(
        Layer.succeed(ConversationDetails, details),
        Layer.succeed(GenesysClient, client),
        Layer.succeed(Sink, sink)
      )
    )
  )
  return { asked, summary, keys: [...rows.keys()].toSorted(), entry: checkpoint[name] }
})

const spans = (asked: ReadonlyArray<Asked>) => asked.map(({ from, to }) => [from, to])

describe("a day", () => {
  it.effect("is asked for as a whole by the day of the start, and in parts by what was alive in them", () =>
    Effect.gen(function* () {
      const whole = yield* run({ job: () => nothing })
      assert.deepStrictEqual(spans(whole.asked), [[0, 1440]])
      assert.deepStrictEqual(
        whole.asked.map(({ options }) => [options.startOfDayIntervalMatching, options.lookAhead, options.pageSize]),
        [[true, 1, 1000]]
      )
      const parts = yield* run({ job: () => nothing, options: { jobsPerDay: 4, pageSize: 7 } })
      assert.deepStrictEqual(spans(parts.asked), [
        [0, 360],
        [360, 720],
        [720, 1080],
        [1080, 1440]
      ])
      for (const { options } of parts.asked) {
        assert.deepInclude(options, { startOfDayIntervalMatching: false, lookAhead: 0, pageSize: 7 })
      }
    })
  )

  it.effect("has the conversations that began in it, from its first moment to the last one before the next day", () =>
    Effect.gen(function* () {
      const rowAt = (conversationId: string, millis: number) => ({
        conversationId,
        conversationStart: new Date(start + millis).toISOString(),
        conversationEnd: new Date(start + millis + 1).toISOString()
      })
      const all = [
        rowAt("before", -1),
        rowAt("first", 0),
        rowAt("middle", 12 * hour),
        rowAt("last", 24 * hour - 1),
        rowAt("after", 24 * hour)
      ]
      const { entry, keys } = yield* run({ job: () => brings(page(all)), options: { jobsPerDay: 2 } })
      assert.deepStrictEqual(keys, ["first", "last", "middle"])
      assert.deepInclude(entry, { rows: 3, running: 0 })
    })
  )

  it.effect("leaves out what has no id or no start, says how much of each, and says nothing if there is none", () =>
    Effect.gen(function* () {
      const told: Array<unknown> = []
      const logger = Logger.make(({ fiber }) => {
        const { event, rows } = fiber.getRef(References.CurrentLogAnnotations)
        if (event === "export.left_out") told.push(rows)
      })
      const good = { conversationId: "good", conversationStart: new Date(start).toISOString() }
      const odd = [{ ...good, conversationId: "" }, "text", { conversationId: "no start" }, { conversationId: "\0" }]
      const read = (rows: ReadonlyArray<unknown>) =>
        Effect.provide(run({ job: () => brings(page(rows)) }), Logger.layer([logger]))
      assert.notProperty((yield* read([good])).entry, "leftOut")
      assert.deepStrictEqual(told, [])
      const { entry, keys } = yield* read([good, ...odd])
      assert.deepInclude(entry, { rows: 1, leftOut: 4 })
      assert.deepStrictEqual([keys, told], [["good"], [3, 1]])
    })
  )

  it.effect("is known as of the earliest moment that a page tells of", () =>
    Effect.gen(function* () {
      const dates = [now - hour, now - 2 * hour, now - minute]
      const { entry } = yield* run({ job: () => brings(...dates.map((date) => page([], date))) })
      assert.strictEqual(entry?.asOf, now - 2 * hour)
    })
  )

  for (const [rows, jobs] of [
    [250_000, 1],
    [250_001, 2],
    [1e9, 96]
  ] as const) {
    it.effect(`of ${rows} conversations is asked for in ${jobs} jobs the next time`, () =>
      Effect.gen(function* () {
        const previous: Entry = { source: "job", asOf: now - hour, rows, running: 0 }
        assert.lengthOf((yield* run({ job: () => nothing, previous })).asked, jobs)
      })
    )
  }
})

it.effect(
  "the day that is not over is asked for by a query, up to a minute ago, and again while jobs are waited for",
  () =>
    Effect.gen(function* () {
      const queries: Array<readonly [string, number]> = []
      const { asked, summary } = yield* run({
        time: start + 36 * hour,
        job: () => after(40 * minute, nothing),
        query: (interval, at) => {
          queries.push([interval, at / minute])
          return []
        },
        options: { until: undefined }
      })
      assert.deepStrictEqual(spans(asked), [[0, 1440]])
      assert.lengthOf(summary.done, 2)
      // Genesys' own time stands still in this test: the second time, only what has happened since is asked for.
      const since = "2026-11-02T11:49:00.000Z/2026-11-02T11:59:00.000Z"
      assert.deepStrictEqual(queries, [
        ["2026-11-02T00:00:00.000Z/2026-11-02T11:59:00.000Z", 0],
        [since, 15],
        [since, 30]
      ])
    })
)

describe("a job", () => {
  const states: ReadonlyArray<readonly [JobError["state"], number]> = [
    ["FAILED", 3],
    ["CANCELLED", 3],
    ["EXPIRED", 2],
    ["TOO_LARGE", 1]
  ]
  for (const [state, times] of states) {
    it.effect(`that is ${state} is made ${times} times, and then two of half its span are`, () =>
      Effect.gen(function* () {
        const { asked, entry } = yield* run({ job: ({ from, to }) => (to - from > 720 ? fails(state) : nothing) })
        assert.deepStrictEqual(spans(asked), [...Array.from({ length: times }, () => [0, 1440]), [0, 720], [720, 1440]])
        // Only what was too large would be so again.
        assert.strictEqual(entry?.jobs, state === "TOO_LARGE" ? 2 : undefined)
      })
    )
  }

  it.effect("that is always too large is halved until its span is no longer than a quarter of an hour", () =>
    Effect.gen(function* () {
      const { asked, summary } = yield* run({ job: () => fails("TOO_LARGE") })
      assert.deepStrictEqual(
        asked.map(({ to }) => to),
        [1440, 720, 360, 180, 90, 45, 22.5, 11.25]
      )
      assert.lengthOf(summary.failed, 1)
      const quarters = yield* run({ job: () => fails("TOO_LARGE"), options: { jobsPerDay: 96 } })
      assert.isTrue(quarters.asked.every(({ from, to }) => to - from === 15))
    })
  )

  it.effect("that fails is made again after 2 s, then 4", () =>
    Effect.gen(function* () {
      const { asked } = yield* run({ job: (_, count) => (count < 3 ? fails("FAILED") : nothing), step: "1 second" })
      assert.deepStrictEqual(
        asked.map(({ at }) => at),
        [0, 2_000, 6_000]
      )
    })
  )

  it.effect("may wait for as long as its day has patience, and each one after it for what is left of that", () =>
    Effect.gen(function* () {
      const { asked } = yield* run({
        job: (_, count) => (count === 1 ? after(3 * hour, fails("FAILED")) : nothing)
      })
      const [first, second] = asked.map(({ at, options }) => ({
        at,
        queue: Duration.toMillis(Duration.fromInputUnsafe(options.queueTimeout ?? 0)),
        work: Duration.toMillis(Duration.fromInputUnsafe(options.timeout ?? 0))
      }))
      assert.deepStrictEqual(first, { at: 0, queue: 4 * hour, work: 2 * hour })
      assert.strictEqual(second?.queue, 4 * hour - second!.at)
      assert.strictEqual(second?.work, second?.queue)
    })
  )

  it.effect(
    "that Genesys does not begin with fails its day at once, as does one that fails when there is no patience left",
    () =>
      Effect.gen(function* () {
        for (const job of [fails("NOT_STARTED"), after(4 * hour, fails("FAILED"))]) {
          const { asked, summary } = yield* run({ job: () => job })
          assert.lengthOf(asked, 1)
          assert.deepStrictEqual(
            summary.failed.map(({ error }) => error._tag),
            ["JobError"]
          )
        }
      })
  )

  it.effect("of a day has new patience whenever one of that day brings a page", () =>
    Effect.gen(function* () {
      const slow = Stream.concat(after(3 * hour, nothing), after(2 * hour, fails("FAILED")))
      const { asked, summary } = yield* run({ job: (_, count) => (count === 1 ? slow : nothing) })
      assert.lengthOf(asked, 2)
      assert.lengthOf(summary.done, 1)
    })
  )
})

describe("conversations that have not ended", () => {
  const rowOf = (id: number, more: Record<string, unknown> = {}) => ({
    conversationId: `id-${id}`,
    conversationStart: new Date(start + hour).toISOString(),
    ...more
  })
  const many = (from: number, to: number) => Array.from({ length: to - from }, (_, id) => rowOf(from + id))
  const read = (rows: ReadonlyArray<unknown>, previous?: Entry) =>
    Effect.map(run({ job: () => brings(page(rows, now - hour)), ...(previous && { previous }) }), ({ entry }) => entry!)
  /** As it was, but read of a moment before. */
  const before = (entry: Entry) => ({ ...entry, asOf: now - 2 * hour })

  it.effect("are remembered by 200 ids, those of before first, and none where all have ended", () =>
    Effect.gen(function* () {
      const first = yield* read(many(0, 250))
      assert.deepStrictEqual([first.running, Object.keys(first.open ?? {}).length], [250, 200])
      const again = yield* read(many(0, 250).toReversed(), before(first))
      assert.deepStrictEqual(Object.keys(again.open ?? {}).toSorted(), Object.keys(first.open ?? {}).toSorted())
      const ended = yield* read([rowOf(1, { conversationEnd: new Date(start + 2 * hour).toISOString() })])
      assert.notProperty(ended, "open")
    })
  )

  it.effect("have fewer among them, or others: then one has ended", () =>
    Effect.gen(function* () {
      const first = before(yield* read(many(0, 3)))
      const endedAt = (rows: ReadonlyArray<unknown>, previous: Entry) =>
        Effect.map(read(rows, previous), (entry) => entry.endedAt)
      assert.isUndefined(yield* endedAt(many(0, 3), first))
      assert.isUndefined(yield* endedAt(many(0, 4), first))
      assert.strictEqual(yield* endedAt(many(0, 2), first), now - hour)
      assert.strictEqual(yield* endedAt(many(1, 4), first), now - hour)
      const crowd = before(yield* read(many(0, 250)))
      assert.isUndefined(yield* endedAt(many(0, 250), crowd))
      assert.strictEqual(yield* endedAt(many(0, 249), crowd), now - hour)
      assert.strictEqual(yield* endedAt(many(0, 2), { ...first, endedAt: 1 }), now - hour)
      assert.strictEqual(yield* endedAt(many(0, 3), { ...first, endedAt: 1 }), 1)
    })
  )

  it.effect(
    "look as before if nothing but what is not there is told in another way; a moment that is new tells more",
    () =>
      Effect.gen(function* () {
        const late = start + 30 * 24 * hour
        const first = yield* read([rowOf(1)])
        const previous = { ...first, asOf: late - 10 * 24 * hour }
        const asked = (row: unknown) =>
          Effect.map(
            run({ job: () => nothing, byIds: () => [row], previous, time: late }),
            (found) => found.asked.length
          )
        assert.strictEqual(yield* asked(rowOf(1)), 0)
        assert.strictEqual(yield* asked(rowOf(1, { conversationEnd: null, participants: [] })), 0)
        assert.strictEqual(yield* asked(rowOf(1, { conversationEnd: new Date(late).toISOString() })), 1)
        assert.strictEqual(yield* asked(rowOf(2)), 1)
      })
  )
})
