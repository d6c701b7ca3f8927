/** How long users were in each status: what a copy has of it, in other grains and groups, and what comes between. */
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
const kind = Kinds.userAggregates
const run = (options: Partial<Parameters<typeof kind.source>[0]> = {}) =>
  World.running(Exporter.run(kind, { since, ...options }))
const path = "/api/v2/analytics/users/aggregates/query"
const truth = (days: ReadonlyArray<string>) => SummedRows.truth("user_aggregates", days)
const flat = (rows: ReadonlyMap<string, Row>) =>
  [...rows.values()].flatMap((row) => Tables.of(kind.layout)(row).children["user_aggregate_values"] ?? [])
const sumOf = (rows: ReadonlyMap<string, Row>, metric: string) =>
  flat(rows).reduce((sum, one) => sum + (one["metric"] === metric ? Number(one["sum_ms"]) : 0), 0)

it.effect(
  "a copy has each half hour as Genesys has it; each user is in one presence at each moment",
  () => {
    const rows = new Map<string, Row>()
    return Effect.gen(function* () {
      yield* World.start
      yield* TestClock.adjust("37 hours")
      yield* TestClock.adjust("10 minutes")
      const until = "1970-03-03"
      assert.deepStrictEqual((yield* run({ until })).failed, [])
      // What goes on is not there yet.
      assert.lengthOf([...rows], 48 + 26)
      for (const days of [1, 1, 1]) {
        yield* TestClock.adjust(`${days} days`)
        assert.deepStrictEqual((yield* run({ until })).failed, [])
      }
      assert.deepStrictEqual<unknown>(SummedRows.held(rows), yield* truth([since, "1970-03-02"]))
      const users = new Set(flat(rows).map((one) => one["user_id"]))
      assert.isAbove(users.size, 15)
      for (const metric of ["tSystemPresence", "tAgentRoutingStatus"])
        assert.strictEqual(sumOf(rows, metric), users.size * 2 * 86_400_000, metric)
      const statuses = new Set(flat(rows).map((one) => one["qualifier"]))
      for (const status of ["ON_QUEUE", "OFFLINE", "INTERACTING", "IDLE", "OFF_QUEUE"])
        assert.isTrue(statuses.has(status))
      yield* TestClock.adjust("9 days")
      assert.deepStrictEqual((yield* run({ until })).done, [])
    }).pipe(Effect.provide(MemorySink.make(rows)), Effect.provide(World.layer({ users: 20, conversationsPerHour: 8 })))
  },
  60_000
)

it.effect("another grain, grouping or choice of metrics has the same totals, and a place of its own", () => {
  const [rows, others] = [new Map<string, Row>(), new Map<string, Row>()]
  return Effect.gen(function* () {
    yield* World.start
    yield* TestClock.adjust("25 hours")
    const until = "1970-03-02"
    yield* run({ until })
    const options = { until, granularity: "P1D", groupBy: [], metrics: ["tAgentRoutingStatus"] } as const
    const error = yield* Effect.flip(run(options))
    assert.strictEqual(error._tag, "ListError")
    assert.deepStrictEqual((yield* Effect.provide(run(options), MemorySink.make(others))).failed, [])
    assert.lengthOf([...others], 1)
    assert.strictEqual(sumOf(others, "tAgentRoutingStatus"), sumOf(rows, "tAgentRoutingStatus"))
    assert.deepStrictEqual(new Set(flat(others).map((one) => one["user_id"])), new Set([null]))
    assert.strictEqual(sumOf(others, "tSystemPresence"), 0)
  }).pipe(Effect.provide(MemorySink.make(rows)), Effect.provide(World.layer({ users: 20, conversationsPerHour: 8 })))
})

it.effect("what is too much at once is asked for in fewer spans, and a permission that is missing is named", () => {
  const rows = new Map<string, Row>()
  return Effect.gen(function* () {
    yield* World.start
    yield* TestClock.adjust("25 hours")
    const { addFault, journal, updateClient } = yield* Simulator
    yield* addFault({ path, status: 413, times: 3 })
    assert.deepStrictEqual((yield* run({ until: "1970-03-02" })).failed, [])
    assert.lengthOf(
      (yield* journal).requests.filter((one) => one.path === path),
      6 + 6
    )
    assert.lengthOf([...rows], 48)
    yield* updateClient("few", { permissions: [] })
    const refused = (yield* run()).failed[0]?.error
    assert.strictEqual(refused?._tag, "PermissionError")
    assert.include(refused?.message, "analytics:userAggregate:view")
  }).pipe(
    Effect.provide(MemorySink.make(rows)),
    Effect.provide(World.layer({ users: 20, clients: [{ id: "few", secret: Redacted.make("s") }] }))
  )
})
