/** Aggregates of conversations: what a copy has of them as codes come late, in other grains and time zones, and what comes between. */
import { assert, it } from "@effect/vitest"
import { Simulator } from "@effect-genesys/simulator/Simulator"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import * as TestClock from "effect/testing/TestClock"
import * as Exporter from "../src/Exporter.ts"
import * as Kinds from "../src/Kinds.ts"
import type { Row } from "../src/Row.ts"
import * as Tables from "../src/Tables.ts"
import * as MemorySink from "./MemorySink.ts"
import * as SummedRows from "./SummedRows.ts"
import * as World from "./World.ts"

const since = World.first
const kind = Kinds.conversationAggregates
const run = (options: Partial<Parameters<typeof kind.source>[0]> = {}) =>
  World.running(Exporter.run(kind, { since, ...options }))
const path = "/api/v2/analytics/conversations/aggregates/query"
const asked = Effect.map(
  Simulator.use(({ journal }) => journal),
  ({ requests }) => requests.filter((one) => one.path === path).length
)
const truth = (days: ReadonlyArray<string>) => SummedRows.truth("conversation_aggregates", days)
const flat = (rows: ReadonlyMap<string, Row>) =>
  [...rows.values()].flatMap((row) => Tables.of(kind.layout)(row).children["conversation_aggregate_values"] ?? [])

it.effect(
  "a copy has each half hour as Genesys has it at last; a group that is no more is gone",
  () => {
    const rows = new Map<string, Row>()
    return Effect.gen(function* () {
      yield* World.start
      const until = "1970-03-03"
      yield* TestClock.adjust("37 hours")
      yield* TestClock.adjust("10 minutes")
      assert.deepStrictEqual((yield* run({ until })).failed, [])
      // What goes on is not there yet.
      assert.lengthOf([...rows], 48 + 26)
      const early = new Set(
        flat(rows).map((one) =>
          JSON.stringify([one["interval_start"], one["queue_id"], one["user_id"], one["wrap_up_code"], one["metric"]])
        )
      )
      for (const days of [1, 2, 4]) {
        yield* TestClock.adjust(`${days} days`)
        assert.deepStrictEqual((yield* run({ until })).failed, [])
      }
      assert.deepStrictEqual<unknown>(SummedRows.held(rows), yield* truth(["1970-03-01", "1970-03-02"]))
      const late = new Set(
        flat(rows).map((one) =>
          JSON.stringify([one["interval_start"], one["queue_id"], one["user_id"], one["wrap_up_code"], one["metric"]])
        )
      )
      assert.isAbove([...early].filter((one) => !late.has(one)).length, 0, "no group has gone")
      assert.isAbove(late.size, 200)
      yield* TestClock.adjust("9 days")
      assert.deepStrictEqual((yield* run({ until })).done, [])
    }).pipe(Effect.provide(MemorySink.make(rows)), Effect.provide(World.layer({ users: 20, conversationsPerHour: 8 })))
  },
  60_000
)

it.effect(
  "days are those of the time zone, an hour shorter or longer when its clocks change; totals are the same in each grain",
  () => {
    const rows = new Map<string, Row>()
    return Effect.gen(function* () {
      // The clocks of Berlin go forward on 29 March 2026.
      yield* TestClock.setTime(Date.parse("2026-04-08T00:00:00Z"))
      const options = {
        since: "2026-03-28",
        until: "2026-03-31",
        timeZone: "Europe/Berlin",
        granularity: "P1D"
      } as const
      assert.deepStrictEqual((yield* run(options)).failed, [])
      const days = SummedRows.held(rows).map((row) => [row["day"], row["intervalStart"], row["intervalEnd"]])
      assert.deepStrictEqual<unknown>(days, [
        ["2026-03-28", "2026-03-27T23:00:00.000Z", "2026-03-28T23:00:00.000Z"],
        ["2026-03-29", "2026-03-28T23:00:00.000Z", "2026-03-29T22:00:00.000Z"],
        ["2026-03-30", "2026-03-29T22:00:00.000Z", "2026-03-30T22:00:00.000Z"]
      ])
      const sum = () =>
        flat(rows)
          .filter(({ metric }) => metric === "tTalk")
          .reduce((before, one) => before + Number(one["sum"]), 0)
      const byDay = sum()
      assert.isAbove(byDay, 0)
      // Another list does not take its place.
      const error = yield* Effect.flip(run({ ...options, granularity: "PT30M" }))
      assert.strictEqual(error._tag, "ListError")
      const others = new Map<string, Row>()
      const fine = run({ ...options, granularity: "PT30M", groupBy: ["queueId"] })
      assert.deepStrictEqual((yield* Effect.provide(fine, MemorySink.make(others))).failed, [])
      assert.lengthOf([...others], 2 * (24 + 23 + 24))
      rows.clear()
      for (const [key, row] of others) rows.set(key, row)
      assert.strictEqual(sum(), byDay)
    }).pipe(Effect.provide(MemorySink.make(rows)), Effect.provide(World.layer({ users: 20, conversationsPerHour: 20 })))
  },
  60_000
)

it.effect("a day west of Greenwich is not over before it ends there", () => {
  const rows = new Map<string, Row>()
  return Effect.gen(function* () {
    yield* TestClock.setTime(Date.parse("2026-03-02T03:00:00Z"))
    const options = { since: "2026-03-01", until: "2026-03-02", timeZone: "America/New_York" }
    yield* run(options)
    // Of the day there, that begins at five, two hours and a minute are yet to come.
    assert.lengthOf([...rows], 43)
    yield* TestClock.adjust("3 hours")
    assert.lengthOf((yield* run(options)).done, 1)
    assert.lengthOf([...rows], 48)
    assert.lengthOf((yield* run(options)).done, 0)
  }).pipe(Effect.provide(MemorySink.make(rows)), Effect.provide(World.layer({ users: 20, conversationsPerHour: 5 })))
})

it.effect("what is too much at once is asked for in fewer spans, and a permission that is missing is named", () => {
  const rows = new Map<string, Row>()
  return Effect.gen(function* () {
    yield* World.start
    yield* TestClock.adjust("25 hours")
    const { addFault, updateClient } = yield* Simulator
    yield* addFault({ path, status: 413, times: 3 })
    assert.deepStrictEqual((yield* run({ until: "1970-03-02" })).failed, [])
    assert.strictEqual(yield* asked, 6 + 6)
    assert.lengthOf([...rows], 48)
    yield* updateClient("few", { permissions: [] })
    const refused = (yield* run()).failed[0]?.error
    assert.strictEqual(refused?._tag, "PermissionError")
    assert.include(refused?.message, "analytics:conversationAggregate:view")
  }).pipe(
    Effect.provide(MemorySink.make(rows)),
    Effect.provide(World.layer({ users: 20, clients: [{ id: "few", secret: Redacted.make("s") }] }))
  )
})
