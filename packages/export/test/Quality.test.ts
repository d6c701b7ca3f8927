/** Evaluations and surveys: what a copy has of them as they are made late, finished, scored again and answered. */
import { assert, it } from "@effect/vitest"
import { Simulator } from "@effect-genesys/simulator/Simulator"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import * as TestClock from "effect/testing/TestClock"
import * as Day from "../src/Day.ts"
import * as Exporter from "../src/Exporter.ts"
import * as Kinds from "../src/Kinds.ts"
import type { Row } from "../src/Row.ts"
import * as MemorySink from "./MemorySink.ts"
import * as World from "./World.ts"

type Name = "evaluations" | "surveys"
const names = ["evaluations", "surveys"] as const
const since = World.first

const run = (name: Name, options: { readonly until?: string; readonly again?: "6 days" } = {}) =>
  World.running(Exporter.run(Kinds.facts[name], { since, ...options }), "1 second")
const truth = Effect.fnUntraced(function* (name: Name, days: ReadonlyArray<string>) {
  const { facts } = yield* Simulator
  const found = (yield* Effect.forEach(days, (day) => facts(name, day))).flat()
  return new Map(found.map((row) => [`${name}/${String(row["id"])}`, row]))
})
const held = (rows: ReadonlyMap<string, Row>, name: Name) =>
  new Map([...rows].filter(([key]) => key.startsWith(`${name}/`)).map(([key, { value }]) => [key, value]))
const inOrder = <A>(found: ReadonlyMap<string, A>) => [...found].toSorted(([one], [other]) => (one < other ? -1 : 1))
const asked = (path: string) =>
  Effect.map(
    Simulator.use(({ journal }) => journal),
    ({ requests }) => requests.filter((one) => one.path.startsWith(path)).length
  )
const world = World.layer({ users: 30, conversationsPerHour: 12, evaluations: 0.1, rateLimit: "off" })

it.effect(
  "a copy is as Genesys has it at last, whatever has come late, changed and expired",
  () => {
    const rows = new Map<string, Row>()
    return Effect.gen(function* () {
      yield* World.start
      const until = "1970-03-05"
      const days = Day.range(since, until)
      yield* TestClock.adjust("60 hours")
      for (const name of names) assert.deepStrictEqual((yield* run(name, { until })).failed, [])
      const early = { evaluations: held(rows, "evaluations"), surveys: held(rows, "surveys") }
      for (let day = 0; day < 95; day += 19) {
        yield* TestClock.adjust("19 days")
        for (const name of names) assert.deepStrictEqual((yield* run(name, { until })).failed, [])
      }
      for (const name of names) {
        const there = yield* truth(name, days)
        assert.isAbove(there.size, 100, name)
        assert.deepStrictEqual(inOrder(held(rows, name)), inOrder(there), name)
        assert.isTrue(
          [...early[name]].some(([key, row]) => JSON.stringify(there.get(key)) !== JSON.stringify(row)),
          name
        )
      }
      const evaluations = [...held(rows, "evaluations").values()]
      const weeks = evaluations.filter(
        ({ conversationEndDate, createdDate }) =>
          Date.parse(String(createdDate)) - Date.parse(String(conversationEndDate)) > 14 * 86_400_000
      )
      assert.isAbove(weeks.length, 5)
      assert.isAbove(evaluations.filter(({ rescore }) => rescore === true).length, 5)
      // Settled: nothing is asked for any more.
      yield* TestClock.adjust("100 days")
      for (const name of names) assert.deepStrictEqual((yield* run(name, { until })).done, [])
    }).pipe(Effect.provide(MemorySink.make(rows)), Effect.provide(world))
  },
  60_000
)

it.effect("a day is read again when it is 1, 2, 4, … days old, and at last when it is as old as that may be", () => {
  const rows = new Map<string, Row>()
  return Effect.gen(function* () {
    yield* World.start
    yield* TestClock.adjust("24 hours")
    yield* TestClock.adjust("5 minutes")
    const ages: Array<number> = []
    for (let hour = 0; hour < 12 * 24; hour += 6) {
      const { done } = yield* run("surveys", { until: "1970-03-02", again: "6 days" })
      if (done.length > 0) ages.push(hour / 24)
      yield* TestClock.adjust("6 hours")
    }
    assert.deepStrictEqual(ages, [0, 1, 2, 4, 6])
  }).pipe(Effect.provide(MemorySink.make(rows)), Effect.provide(world))
})

it.effect("what analytics does not give at once is asked for in parts; one that is gone is left out", () => {
  const rows = new Map<string, Row>()
  return Effect.gen(function* () {
    yield* World.start
    yield* TestClock.adjust("30 days")
    const { addFault, clearFaults } = yield* Simulator
    const path = "/api/v2/analytics/evaluations/aggregates/query"
    const [one] = yield* (yield* Simulator).facts("evaluations", since)
    const gone = String(one?.["id"])
    yield* addFault({ path, status: 413, times: 2 })
    yield* addFault({ path: String(one?.["selfUri"]), status: 404 })
    const { failed } = yield* run("evaluations", { until: "1970-03-02" })
    assert.deepStrictEqual(failed, [])
    assert.strictEqual(yield* asked(path), 5)
    const there = yield* truth("evaluations", [since])
    assert.strictEqual(rows.size, there.size - 1)
    assert.isFalse(rows.has(`evaluations/${gone}`))
    // What is refused in every part is that day's failure.
    yield* clearFaults
    yield* addFault({ path: "/api/v2/analytics/surveys/aggregates/query", status: 400 })
    const refused = yield* run("surveys", { until: "1970-03-02" })
    assert.strictEqual(refused.failed[0]?.error._tag, "InvalidRequestError")
  }).pipe(Effect.provide(MemorySink.make(rows)), Effect.provide(world))
})

it.effect("the permissions that are missing are named", () =>
  Effect.gen(function* () {
    yield* World.start
    yield* TestClock.adjust("30 hours")
    for (const [name, permissions] of [
      ["evaluations", ["analytics:evaluationAggregate:view", "quality:evaluation:view"]],
      ["surveys", ["analytics:surveyAggregate:view", "quality:survey:view"]]
    ] as const) {
      const { updateClient } = yield* Simulator
      yield* updateClient("few", { permissions: [] })
      const first = (yield* run(name)).failed[0]?.error
      assert.strictEqual(first?._tag, "PermissionError")
      assert.include(first?.message, permissions[0])
      yield* updateClient("few", { permissions: [permissions[0]] })
      assert.include((yield* run(name)).failed[0]?.error.message, permissions[1])
    }
  }).pipe(
    Effect.provide(MemorySink.make(new Map())),
    Effect.provide(
      World.layer({ clients: [{ id: "few", secret: Redacted.make("s"), permissions: [] }], evaluations: 0.3 })
    )
  )
)
