/** Details jobs as they are: not found at first, too large, with cursors that expire, and in a queue that may not move. `PROVE=1`: each status of a cursor. */
import { assert, describe, it } from "@effect/vitest"
import { Simulator } from "@effect-genesys/simulator/Simulator"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import * as TestClock from "effect/testing/TestClock"
import * as ConversationRows from "../src/ConversationRows.ts"
import * as Day from "../src/Day.ts"
import * as Exporter from "../src/Exporter.ts"
import type { Row } from "../src/Row.ts"
import { Sink } from "../src/Sink.ts"
import * as MemorySink from "./MemorySink.ts"
import * as World from "./World.ts"

const isProof = process.env["PROVE"] !== undefined
const since = World.first
const until = Day.of(Day.end(since))
const conversationsPerHour = 15
const jobs = "/api/v2/analytics/conversations/details/jobs"
const query = "/api/v2/analytics/conversations/details/query"
const exported = (
  options: Partial<Parameters<typeof Exporter.conversations>[0]> = {},
  step: "1 second" | "1 minute" = "1 second"
) => World.running(Exporter.conversations({ since, until, ...options }), step)
/** In memory, so that no time passes while a disk writes. */
const values = (rows: ReadonlyMap<string, Row>) => new Map([...rows.values()].map(({ key, value }) => [key, value]))
const submitted = Effect.map(
  Simulator.use(({ journal }) => journal),
  ({ requests }) => requests.filter(({ method, path }) => method === "POST" && path === jobs).length
)
const refused = World.answered(400, 404, 410)

describe("a job", () => {
  it.effect("that is not found in its first seconds is not there yet: one is enough", () =>
    Effect.gen(function* () {
      const rows = new Map<string, Row>()
      yield* World.start
      yield* TestClock.adjust("9 days")
      const { done, failed } = yield* Effect.provide(exported(), MemorySink.make(rows))
      assert.deepStrictEqual([done.length, failed], [1, []])
      assert.deepStrictEqual(values(rows), yield* World.truth([since]))
      assert.strictEqual(yield* submitted, 1)
      assert.isAbove(yield* refused, 1)
    }).pipe(Effect.provide(World.layer({ conversationsPerHour, jobAppearsAfter: 20 })))
  )

  for (const cursorExpiredStatus of [400, 404, 410] as const) {
    it.effect.skipIf(cursorExpiredStatus !== 410 && !isProof)(
      `whose cursor has expired (${cursorExpiredStatus}) is submitted again`,
      () =>
        Effect.gen(function* () {
          const rows = new Map<string, Row>()
          yield* World.start
          yield* TestClock.adjust("9 days")
          // What is available, twice; its status; then pages: the second one is asked for when its cursor is old.
          yield* Simulator.use(({ addFault }) =>
            addFault({ path: `${jobs}/`, method: "GET", delayMs: 12_000, times: 5 })
          )
          const { failed } = yield* Effect.provide(exported({ pageSize: 100 }), MemorySink.make(rows))
          assert.deepStrictEqual(failed, [])
          assert.deepStrictEqual(values(rows), yield* World.truth([since]))
          assert.strictEqual(yield* submitted, 2)
          assert.strictEqual(yield* refused, 1)
        }).pipe(Effect.provide(World.layer({ conversationsPerHour, cursorLifetime: 10, cursorExpiredStatus })))
    )
  }

  it.effect("whose cursors never live long enough is split until a page holds all", () =>
    Effect.gen(function* () {
      const rows = new Map<string, Row>()
      yield* World.start
      yield* TestClock.adjust("9 days")
      yield* Simulator.use(({ addFault }) => addFault({ path: `${jobs}/`, method: "GET", delayMs: 12_000 }))
      const { failed } = yield* Effect.provide(exported({ pageSize: 200 }), MemorySink.make(rows))
      assert.deepStrictEqual(failed, [])
      assert.deepStrictEqual(values(rows), yield* World.truth([since]))
      // Twice for the day, twice or once for each half and quarter.
      const count = yield* submitted
      assert.isTrue(count >= 4 && count <= 14, `${count}`)
    }).pipe(Effect.provide(World.layer({ conversationsPerHour, cursorLifetime: 10 })))
  )

  it.effect("with more results than Genesys gives is split at once, and its size is remembered", () =>
    Effect.gen(function* () {
      const sink = MemorySink.make(new Map())
      const { clearJournal } = yield* Simulator
      yield* World.start
      yield* TestClock.adjust("27 hours")
      yield* Effect.provide(exported({ pageSize: 50 }), sink)
      // One for the day, two for its halves; each with a page that is refused.
      assert.strictEqual(yield* refused, 3)
      assert.strictEqual(yield* submitted, 7)
      const { [`conversations/${since}`]: entry } = yield* Effect.provide(
        Sink.use(({ checkpoint }) => checkpoint),
        sink
      )
      assert.strictEqual(entry?.jobs, 4)
      // That day again, and the one after it: nobody has to find out once more.
      yield* TestClock.adjust("24 hours")
      yield* clearJournal
      const { done, failed } = yield* Effect.provide(exported({ pageSize: 50, until: Day.of(Day.end(until)) }), sink)
      assert.deepStrictEqual([done.length, failed], [2, []])
      assert.deepStrictEqual([yield* submitted, yield* refused], [8, 0])
    }).pipe(Effect.provide(World.layer({ conversationsPerHour, jobResultsLimit: 150 })))
  )
})

it.effect("one file has all of an interval, however many jobs that takes", () =>
  Effect.gen(function* () {
    yield* World.start
    yield* TestClock.adjust("9 days")
    const interval = `${new Date(Day.start(since)).toISOString()}/${new Date(Day.end(until)).toISOString()}`
    const rows = yield* World.running(Stream.runCollect(ConversationRows.ofInterval({ interval })), "1 minute")
    const ids = new Set(rows.map((row) => String(Object(row)["conversationId"])))
    assert.deepStrictEqual([...ids].toSorted(), [...(yield* World.truth([since, until])).keys()].toSorted())
    assert.isAbove(yield* submitted, 2)
  }).pipe(Effect.provide(World.layer({ conversationsPerHour: 60, jobResultsLimit: 1_500 })))
)

describe("a queue that does not move", () => {
  it.effect("is waited for with an end, and nothing is split; the open day is read meanwhile", () =>
    Effect.gen(function* () {
      const rows = new Map<string, Row>()
      const { clearJournal, journal } = yield* Simulator
      yield* World.start
      yield* TestClock.adjust("78 hours")
      yield* clearJournal
      const from = yield* Clock.currentTimeMillis
      const { done, failed, pending } = yield* Effect.provide(
        exported({ until: undefined, openEvery: "30 minutes" }, "1 minute"),
        MemorySink.make(rows)
      )
      const hours = ((yield* Clock.currentTimeMillis) - from) / 3_600_000
      assert.isTrue(hours >= 4 && hours < 4.2, `${hours} hours`)
      assert.deepStrictEqual(
        failed.map(({ error }) => error._tag === "JobError" && error.state),
        ["NOT_STARTED", "NOT_STARTED", "NOT_STARTED"]
      )
      assert.deepStrictEqual([done.length, pending], [1, 0])
      assert.strictEqual(yield* submitted, 3)
      const { requests } = yield* journal
      assert.isAtLeast(requests.filter(({ path }) => path === query).length, 8)
    }).pipe(Effect.provide(World.layer({ conversationsPerHour: 3, jobQueueTime: 400 * 3600 })))
  )

  it.effect("is waited for as long as the setting says", () =>
    Effect.gen(function* () {
      const sink = MemorySink.make(new Map())
      yield* World.start
      yield* TestClock.adjust("30 hours")
      const from = yield* Clock.currentTimeMillis
      const { failed } = yield* Effect.provide(exported({ jobWait: "10 minutes" }, "1 second"), sink)
      assert.strictEqual(failed.length, 1)
      assert.closeTo(((yield* Clock.currentTimeMillis) - from) / 60_000, 10, 0.5)
      // One that begins in time is read.
      const { done } = yield* Effect.provide(exported({ jobWait: "25 minutes" }, "1 second"), sink)
      assert.lengthOf(done, 1)
    }).pipe(Effect.provide(World.layer({ conversationsPerHour: 3, jobQueueTime: 20 * 60 })))
  )
})
