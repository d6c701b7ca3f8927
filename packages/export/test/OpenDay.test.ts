/**
 * The day that is not over: a run asks for what has happened since the last one, and for all of it once an hour. `PROVE=1`: a day of
 * 20,000 conversations; else of a tenth.
 */
import { assert, describe, it } from "@effect/vitest"
import { Simulator } from "@effect-genesys/simulator/Simulator"
import type { Conversation } from "@effect-genesys/simulator/api/Conversation"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as TestClock from "effect/testing/TestClock"
import { isDeepStrictEqual } from "node:util"
import { mostOpen } from "../src/Checkpoint.ts"
import * as Day from "../src/Day.ts"
import * as Exporter from "../src/Exporter.ts"
import type { Row } from "../src/Row.ts"
import { Sink } from "../src/Sink.ts"
import * as MemorySink from "./MemorySink.ts"
import * as World from "./World.ts"

const isProof = process.env["PROVE"] !== undefined
const since = World.first
const until = Day.of(Day.end(since))
const name = `conversations/${since}`
const minute = 60_000
const options = { since, until, pageSize: 100 }
type More = Partial<Parameters<typeof Exporter.conversations>[0]>
/** In next to no time: what is read is what there is before and after. */
const run = (more: More = {}) => World.running(Exporter.conversations({ ...options, ...more }), "1 millis")
const held = Effect.map(
  Sink.use(({ checkpoint }) => checkpoint),
  (checkpoint) => checkpoint[name]!
)
const queries = Effect.map(
  Simulator.use(({ journal }) => journal),
  ({ requests }) => requests.filter(({ path }) => path.endsWith("/details/query")).length
)
const truth = World.truth([since])
const to = (hours: number) => TestClock.setTime(Day.start(since) + hours * 60 * minute)

describe("a day that is not over", () => {
  it.effect(
    "is there row by row after each whole reading; between, but for what changes long after its end, and no row is older than an hour",
    () =>
      Effect.gen(function* () {
        const rows = new Map<string, Row>()
        yield* World.start
        yield* TestClock.adjust("20 minutes")
        /** What there was at the runs of the last hour. */
        let known: Array<ReadonlyMap<string, Conversation>> = []
        const count = { whole: 0, rest: 0, stale: 0, killed: 0, endedLate: 0 }
        const running = new Set<string>()
        yield* Effect.gen(function* () {
          let wholeAt: number | undefined
          for (let turn = 1; (yield* Clock.currentTimeMillis) < Day.end(since) + 110 * minute; turn++) {
            // Each fifth one is killed in the middle, and nothing of it is there.
            if (turn % 5 === 0) {
              yield* Simulator.use(({ addFault }) =>
                addFault({ path: "/api/v2/analytics/conversations/details/query", delayMs: 10, times: 1 })
              )
              const before = [rows.size, yield* Sink.use(({ checkpoint }) => checkpoint)]
              const killed = yield* Effect.forkChild(run(), { startImmediately: true })
              const asked = yield* queries
              while ((yield* queries) === asked) yield* Effect.promise(() => new Promise((done) => setImmediate(done)))
              yield* Fiber.interrupt(killed)
              assert.deepStrictEqual([rows.size, yield* Sink.use(({ checkpoint }) => checkpoint)], before)
              count.killed++
            } else {
              const { done, failed, rows: read } = yield* run()
              assert.deepStrictEqual([done.length, failed], [1, []])
              const entry = yield* held
              const isWhole = entry.wholeAt === entry.asOf
              const present = new Map(
                [...(yield* truth)].filter(([, row]) => Date.parse(row.conversationStart) < entry.asOf)
              )
              known = isWhole ? [present] : [...known, present]
              count[isWhole ? "whole" : "rest"]++
              assert.deepStrictEqual(
                [...rows.values()].map(({ key }) => key).toSorted(),
                [...present.keys()].toSorted()
              )
              const open = [...present.values()].filter((row) => row.conversationEnd === undefined)
              assert.deepStrictEqual(
                { rows: entry.rows, running: entry.running, open: Object.keys(entry.open ?? {}).toSorted() },
                { rows: present.size, running: open.length, open: open.map((row) => row.conversationId).toSorted() }
              )
              assert.strictEqual(read === present.size, isWhole || present.size === 0)
              for (const { key, value } of rows.values()) {
                const row = present.get(key)
                if (row?.conversationEnd === undefined) running.add(key)
                else if (
                  Date.parse(row.conversationEnd) - Date.parse(row.conversationStart) > 60 * minute &&
                  running.delete(key)
                )
                  count.endedLate++
                if (isDeepStrictEqual(value, row)) continue
                count.stale++
                assert.isFalse(isWhole)
                assert.isBelow(Date.parse(row?.conversationEnd ?? ""), entry.asOf - 10 * minute)
                assert.isTrue(known.some((before) => isDeepStrictEqual(value, before.get(key))))
              }
              const now = yield* Clock.currentTimeMillis
              wholeAt = isWhole ? now : wholeAt
              assert.isAtMost(now - (wholeAt ?? 0), 60 * minute)
            }
            yield* TestClock.adjust("15 minutes")
          }
        }).pipe(Effect.provide(MemorySink.make(rows)))
        assert.isAbove(count.whole, 20)
        assert.isAbove(count.rest, 40)
        assert.isAbove(count.killed, 15)
        assert.isAbove(count.stale, 20)
        assert.isAbove(count.endedLate, 0)
      }).pipe(Effect.provide(World.layer({ conversationsPerHour: 30, longestConversation: 6 * 3600 })))
  )

  it.effect("costs a run a few calls, however many conversations it has", () =>
    Effect.gen(function* () {
      const perHour = isProof ? 834 : 84
      yield* Effect.gen(function* () {
        yield* World.start
        yield* to(23)
        const calls = (more: More = {}) =>
          Effect.gen(function* () {
            yield* Simulator.use(({ clearJournal }) => clearJournal)
            const { rows } = yield* World.running(Exporter.conversations({ ...options, ...more }), "1 second")
            return { queries: yield* queries, rows }
          })
        const whole = yield* calls()
        yield* to(23.25)
        const rest = yield* calls()
        if (isProof) console.log({ perDay: perHour * 24, whole, rest })
        assert.isAtLeast(whole.queries, (perHour * 23) / 100)
        assert.isBelow(rest.queries, isProof ? 12 : 6)
        // Twenty-five minutes, and what was going on.
        assert.isBelow(rest.rows, perHour * 0.8)
        assert.isAbove(rest.rows, perHour * 0.3)
      }).pipe(
        Effect.provide(MemorySink.make(new Map())),
        Effect.provide(World.layer({ conversationsPerHour: perHour }))
      )
    })
  )

  it.effect("is read as a whole when other fields are to be empty", () =>
    Effect.gen(function* () {
      const rows = new Map<string, Row>()
      yield* World.start
      yield* to(12)
      yield* Effect.gen(function* () {
        yield* run()
        for (const [redact, isWhole] of [
          [["ani"], true],
          [["ani"], false],
          [undefined, false],
          [["ani", "dnis"], true],
          [[], true],
          [[], false]
        ] as const) {
          yield* TestClock.adjust("5 minutes")
          yield* run({ redact })
          const { asOf, redacted, wholeAt } = yield* held
          assert.deepStrictEqual([redact, asOf === wholeAt], [redact, isWhole])
          assert.deepStrictEqual(redacted, redact?.length === 0 ? undefined : (redact ?? ["ani"]))
          const all = JSON.stringify([...rows.values()])
          assert.strictEqual(/"ani":"/.test(all), redact?.length === 0)
        }
      }).pipe(Effect.provide(MemorySink.make(rows)))
    }).pipe(Effect.provide(World.layer({ conversationsPerHour: 15 })))
  )
})

describe("rows without a start", () => {
  const odd = (url: string, text: string) => {
    let place = 0
    const changed = () => text.replaceAll(/"conversationStart":"[^"]*",/g, (all) => (place++ % 9 === 0 ? "" : all))
    return url.endsWith("/details/query") ? { text: changed() } : undefined
  }

  it.effect("are told of as long as there may be as many, although fewer come", () =>
    Effect.gen(function* () {
      yield* World.start
      yield* to(12)
      yield* Effect.gen(function* () {
        yield* run()
        const { leftOut, wholeAt } = yield* held
        assert.isAbove(leftOut ?? 0, 10)
        yield* TestClock.adjust("15 minutes")
        yield* run()
        const rest = yield* held
        assert.deepStrictEqual([rest.leftOut, rest.wholeAt], [leftOut, wholeAt])
      }).pipe(Effect.provide(MemorySink.make(new Map())))
    }).pipe(Effect.provide(World.changed({ conversationsPerHour: 15 }, odd)))
  )
})

describe("conversations that have not ended", () => {
  /** Genesys, but it gives nothing that goes on. */
  let isSilent = false
  const silent = (url: string, text: string) => {
    if (!isSilent || !url.endsWith("/details/query")) return undefined
    const page = JSON.parse(text)
    const conversations = (page.conversations ?? []).filter((row: Conversation) => row.conversationEnd !== undefined)
    return { text: JSON.stringify({ ...page, conversations, totalHits: conversations.length }) }
  }

  it.effect("are counted, also where there are more than the checkpoint has ids of", () =>
    Effect.gen(function* () {
      yield* World.start
      yield* to(0.7)
      yield* Effect.gen(function* () {
        for (const isWhole of [true, false, false]) {
          yield* run()
          const { asOf, open = {}, rows, running, wholeAt } = yield* held
          const present = [...(yield* truth).values()].filter((row) => Date.parse(row.conversationStart) < asOf)
          const goOn = present.filter((row) => row.conversationEnd === undefined)
          assert.isAbove(goOn.length, mostOpen)
          assert.deepStrictEqual([rows, running], [present.length, goOn.length])
          assert.lengthOf(Object.keys(open), mostOpen)
          assert.strictEqual(wholeAt === asOf, isWhole)
          yield* TestClock.adjust("10 minutes")
        }
      }).pipe(Effect.provide(MemorySink.make(new Map())))
    }).pipe(Effect.provide(World.layer({ conversationsPerHour: 2_400 })))
  )

  it.effect("and do not come count as going on, and as ended when the whole day says so", () =>
    Effect.gen(function* () {
      isSilent = false
      yield* World.start
      yield* to(12)
      yield* Effect.gen(function* () {
        yield* run()
        const before = yield* held
        assert.isAbove(before.running, 1)
        isSilent = true
        yield* TestClock.adjust("1 minute")
        yield* run()
        const after = yield* held
        const present = yield* truth
        const goOn = Object.entries(before.open ?? {}).filter(([id]) => present.get(id)?.conversationEnd === undefined)
        assert.isAbove(goOn.length, 0)
        assert.deepStrictEqual(after.open, Object.fromEntries(goOn))
        assert.strictEqual(after.running, goOn.length)
        assert.strictEqual(after.endedAt, goOn.length < before.running ? after.asOf : undefined)
        yield* TestClock.adjust("1 hour")
        yield* run()
        const last = yield* held
        assert.deepInclude(last, { running: 0, wholeAt: last.asOf, endedAt: last.asOf })
        assert.notProperty(last, "open")
      }).pipe(Effect.provide(MemorySink.make(new Map())))
    }).pipe(Effect.provide(World.changed({ conversationsPerHour: 60 }, silent)))
  )
})
