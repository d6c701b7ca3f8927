/** The audit log: what a copy has of it as time goes by, and what comes between. */
import { assert, it } from "@effect/vitest"
import { Simulator } from "@effect-genesys/simulator/Simulator"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import * as TestClock from "effect/testing/TestClock"
import * as Day from "../src/Day.ts"
import * as Exporter from "../src/Exporter.ts"
import * as Kinds from "../src/Kinds.ts"
import type { Row } from "../src/Row.ts"
import { Sink } from "../src/Sink.ts"
import * as MemorySink from "./MemorySink.ts"
import * as World from "./World.ts"

const since = World.first
const run = (options: Partial<Parameters<typeof Kinds.audits.source>[0]> = {}) =>
  World.running(Exporter.run(Kinds.audits, { since, ...options }))

const truth = Effect.fnUntraced(function* (days: ReadonlyArray<string>) {
  const { facts } = yield* Simulator
  const found = (yield* Effect.forEach(days, (day) => facts("audits", day))).flat()
  return new Map(found.map((audit) => [`audits/${String(audit["id"])}`, audit]))
})
const held = (rows: ReadonlyMap<string, Row>) => new Map([...rows].map(([key, { value }]) => [key, value]))
const inOrder = <A>(found: ReadonlyMap<string, A>) => [...found].toSorted(([one], [other]) => (one < other ? -1 : 1))
const asked = Effect.map(
  Simulator.use(({ journal }) => journal),
  ({ requests }) => requests.filter(({ method, path }) => method === "POST" && path === "/api/v2/audits/query").length
)

it.effect("a copy has every entry once, those that come late too, and asks for a day until it is settled", () => {
  const rows = new Map<string, Row>()
  return Effect.gen(function* () {
    yield* World.start
    yield* TestClock.adjust("10 hours")
    for (let half = 0; half < 6; half++) {
      const { failed, kind } = yield* run()
      assert.deepStrictEqual(failed, [])
      assert.strictEqual(kind.name, "audits")
      yield* TestClock.adjust("11 hours")
    }
    const last = Day.before(Day.of(yield* (yield* Simulator).now))
    const days = Day.range(since, last)
    assert.isAbove(days.length, 1)
    yield* run({ until: last })
    const there = yield* truth(days)
    assert.isAbove(there.size, 100)
    const found = new Map(
      [...held(rows)].filter(([, { eventDate }]) => typeof eventDate === "string" && eventDate < last)
    )
    assert.deepStrictEqual(inOrder(found), inOrder(there))
    // Nothing more is due of what is settled.
    yield* TestClock.adjust("1 day")
    yield* run({ until: last })
    const before = yield* asked
    yield* TestClock.adjust("3 days")
    const { done } = yield* run({ until: last })
    assert.deepStrictEqual(done, [])
    assert.strictEqual(yield* asked, before)
  }).pipe(Effect.provide(MemorySink.make(rows)), Effect.provide(World.layer({ users: 30, auditDelay: 7200 })))
})

it.effect("what a query misses because it comes later is there when the day is read again", () => {
  const rows = new Map<string, Row>()
  return Effect.gen(function* () {
    yield* World.start
    // A moment after its end.
    yield* TestClock.adjust("24 hours")
    yield* TestClock.adjust("2 minutes")
    const until = "1970-03-02"
    yield* run({ until })
    const early = rows.size
    assert.strictEqual((yield* run({ until })).done.length, 0)
    yield* TestClock.adjust("25 hours")
    yield* run({ until })
    assert.isAbove(rows.size, early)
    assert.deepStrictEqual(inOrder(held(rows)), inOrder(yield* truth([since])))
  }).pipe(
    Effect.provide(MemorySink.make(rows)),
    Effect.provide(World.layer({ users: 30, auditsPerHour: 60, auditDelay: 20 * 3600 }))
  )
})

it.effect("another query of the organization is waited for, and what fails or expires is asked again", () => {
  const rows = new Map<string, Row>()
  return Effect.gen(function* () {
    yield* World.start
    yield* TestClock.adjust("50 hours")
    const { addFault } = yield* Simulator
    yield* addFault({ path: "/api/v2/audits/query", method: "POST", status: 409, times: 4 })
    const { failed } = yield* run({ until: "1970-03-03" })
    assert.deepStrictEqual(failed, [])
    assert.deepStrictEqual(inOrder(held(rows)), inOrder(yield* truth([since, "1970-03-02"])))
    // For ever, it is this day's failure, which says why.
    yield* addFault({ path: "/api/v2/audits/query", method: "POST", status: 409 })
    const late = yield* run({ queryWait: "5 minutes" })
    assert.strictEqual(late.failed[0]?.error._tag, "JobError")
    assert.include(late.failed[0]?.error.message, "another audit query of the organization is running")
  }).pipe(
    Effect.provide(MemorySink.make(rows)),
    Effect.provide(World.layer({ users: 30, jobFailures: 0.3, jobAppearsAfter: 3 }))
  )
})

it.effect("only what the services have logged that are named, by a query for each; one that is none is refused", () => {
  const rows = new Map<string, Row>()
  return Effect.gen(function* () {
    yield* World.start
    yield* TestClock.adjust("25 hours")
    const until = "1970-03-02"
    yield* run({ until, services: ["Routing", "Quality"] })
    assert.strictEqual(yield* asked, 2)
    const meant = [...(yield* truth([since]))].filter(([, { serviceName }]) =>
      ["Routing", "Quality"].includes(String(serviceName))
    )
    assert.isAbove(meant.length, 10)
    assert.deepStrictEqual(inOrder(held(rows)), inOrder(new Map(meant)))
    const { failed } = yield* run({ services: ["Rooting"] })
    assert.strictEqual(failed[0]?.error._tag, "InvalidRequestError")
    assert.include(failed[0]?.error.message, "serviceName")
  }).pipe(Effect.provide(MemorySink.make(rows)), Effect.provide(World.layer({ users: 30, auditDelay: 0 })))
})

it.effect("the permission that is missing is named, also where Genesys does not name it", () =>
  Effect.gen(function* () {
    yield* World.start
    const error = yield* Effect.flip(run())
    assert.strictEqual(error._tag, "PermissionError")
    assert.include(error.message, "audits:audit:view")
    const { addFault } = yield* Simulator
    yield* addFault({ path: "/api/v2/audits", status: 403 })
    assert.include((yield* Effect.flip(run())).message, "audits:audit:view")
    assert.deepStrictEqual(yield* Sink.use(({ checkpoint }) => checkpoint), {})
  }).pipe(
    Effect.provide(MemorySink.make(new Map())),
    Effect.provide(
      World.layer({ clients: [{ id: "few", secret: Redacted.make("s"), permissions: ["routing:skill:view"] }] })
    )
  )
)

it.effect("days of which Genesys has nothing more are not asked for", () => {
  const rows = new Map<string, Row>()
  return Effect.gen(function* () {
    yield* TestClock.setTime(Date.parse("1972-03-05T12:00:00Z"))
    const { done, failed } = yield* run({ since: "1970-01-01", until: "1971-03-09", services: ["Quality"] })
    assert.deepStrictEqual(failed, [])
    assert.deepStrictEqual(
      done.map(({ partition: { day = "" } }) => day),
      ["1971-03-07", "1971-03-08"]
    )
  }).pipe(Effect.provide(MemorySink.make(rows)), Effect.provide(World.layer({ users: 30 })))
})
