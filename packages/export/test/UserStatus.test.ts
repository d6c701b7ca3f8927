/** What users were up to: what a copy has of it as time goes by, by the query and by jobs, and what comes between. */
import { assert, it } from "@effect/vitest"
import { Simulator } from "@effect-genesys/simulator/Simulator"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import * as TestClock from "effect/testing/TestClock"
import * as Exporter from "../src/Exporter.ts"
import * as Kinds from "../src/Kinds.ts"
import type { Row } from "../src/Row.ts"
import { Sink } from "../src/Sink.ts"
import * as Tables from "../src/Tables.ts"
import * as FactsTruth from "./FactsTruth.ts"
import * as MemorySink from "./MemorySink.ts"
import * as World from "./World.ts"

const since = World.first
const kind = Kinds.userStatus
const day = 86_400_000
const path = "/api/v2/analytics/users/details"
const run = (options: Partial<Parameters<typeof kind.source>[0]> = {}) =>
  World.running(Exporter.run(kind, { since, ...options }))
const textOf = (cell: unknown) => (typeof cell === "string" ? cell : "")
const inOrder = <A>(found: ReadonlyMap<string, A>) => [...found].toSorted(([one], [other]) => (one < other ? -1 : 1))
const held = (rows: ReadonlyMap<string, Row>) => inOrder(new Map([...rows].map(([, { key, value }]) => [key, value])))
const truth = (days: ReadonlyArray<string>) =>
  Effect.map(
    FactsTruth.ofDays("user_status", days, () => Effect.die("nothing is asked")),
    (rows) => inOrder(new Map(rows.map((row) => [String(row["_key"]), row])))
  )
const flat = (rows: ReadonlyMap<string, Row>, table: string) =>
  [...rows.values()].flatMap((row) => Tables.of(kind.layout)(row).children[table] ?? [])
const asked = (part: string) =>
  Effect.map(
    Simulator.use(({ journal }) => journal),
    ({ requests }) => requests.filter((one) => one.method === "POST" && one.path === `${path}/${part}`).length
  )

it.effect(
  "a copy has each status once, cut at midnight; what goes on has its end on a later reading",
  () => {
    const rows = new Map<string, Row>()
    return Effect.gen(function* () {
      yield* World.start
      const until = "1970-03-04"
      yield* TestClock.adjust("33 hours")
      yield* TestClock.adjust("10 minutes")
      assert.deepStrictEqual((yield* run({ until })).failed, [])
      const going = flat(rows, "user_presences").filter((one) => one["end_time"] === null)
      assert.isAbove(going.length, 15)
      // Of a day that is over, it is known how long it lasted there.
      for (const one of going) {
        assert.deepStrictEqual([one["duration_ms"], one["goes_on"]], [null, true])
        assert.isTrue(textOf(one["key"]).endsWith(":1970-03-02"))
      }
      for (let step = 0; step < 4; step++) {
        yield* TestClock.adjust("1 day")
        assert.deepStrictEqual((yield* run({ until })).failed, [])
      }
      const days = [since, "1970-03-02", "1970-03-03"]
      assert.deepStrictEqual<unknown>(held(rows), yield* truth(days))
      const users = new Set([...rows.values()].map(({ value }) => value["userId"]))
      assert.isAbove(users.size, 15)
      assert.lengthOf([...rows], users.size * days.length)
      let nights = 0
      for (const table of ["user_presences", "user_routing_statuses"]) {
        const all = Map.groupBy(flat(rows, table), (one) => textOf(one["key"]))
        assert.lengthOf([...all], rows.size)
        for (const [key, spans] of all) {
          // Each moment of the day is in one of them.
          assert.strictEqual(
            spans.reduce((sum, one) => sum + Number(one["duration_ms"]), 0),
            day,
            `${table} ${key}`
          )
          for (const [place, one] of spans.entries())
            if (place > 0) assert.strictEqual(one["start_time"], spans[place - 1]?.["end_time"])
          const last = spans.at(-1)
          if (last?.["goes_on"] !== true) continue
          nights++
          const [user = "", own = ""] = key.split(":")
          const next = all.get(`${user}:${new Date(Date.parse(own) + day).toISOString().slice(0, 10)}`)?.[0]
          if (next !== undefined) assert.strictEqual(next["began_at"], last["began_at"])
        }
      }
      assert.isAbove(nights, users.size)
      // A page for each hundred users, and nothing more is due of what is settled.
      yield* TestClock.adjust("5 days")
      assert.deepStrictEqual((yield* run({ until })).done, [])
      assert.strictEqual(yield* asked("jobs"), 0)
    }).pipe(Effect.provide(MemorySink.make(rows)), Effect.provide(World.layer({ users: 20, conversationsPerHour: 8 })))
  },
  60_000
)

it.effect(
  "more users than the query gives are read by jobs, as of their own moment; one that fails is submitted again",
  () => {
    const rows = new Map<string, Row>()
    return Effect.gen(function* () {
      yield* World.start
      yield* TestClock.adjust("36 hours")
      const until = "1970-03-03"
      assert.deepStrictEqual((yield* run({ until })).failed, [])
      const { "user_status/1970-03-02": entry } = yield* Sink.use(({ checkpoint }) => checkpoint)
      assert.strictEqual(entry?.source, "job")
      // The lake is two hours behind.
      assert.isAtMost(entry?.asOf ?? Infinity, Date.parse("1970-03-02T10:00:00Z"))
      for (const days of [1, 1, 1, 1]) {
        yield* TestClock.adjust(`${days} days`)
        assert.deepStrictEqual((yield* run({ until })).failed, [])
      }
      assert.deepStrictEqual<unknown>(held(rows), yield* truth([since, "1970-03-02"]))
      assert.isAbove(yield* asked("jobs"), (yield* asked("query")) / 2)
    }).pipe(
      Effect.provide(MemorySink.make(rows)),
      Effect.provide(
        World.layer({ users: 30, conversationsPerHour: 8, queryLimit: 50, jobFailures: 0.3, jobAppearsAfter: 3 })
      )
    )
  }
)

const decodePage = Schema.decodeUnknownOption(
  Schema.fromJsonString(
    Schema.Struct({
      totalHits: Schema.Number,
      userDetails: Schema.Array(
        Schema.Struct({
          userId: Schema.String,
          primaryPresence: Schema.Array(Schema.Unknown),
          routingStatus: Schema.Array(Schema.Unknown)
        })
      )
    })
  )
)

it.effect("a user whom a query gives in two parts is one row with all of them", () => {
  const rows = new Map<string, Row>()
  const inParts = World.changed({ users: 20, conversationsPerHour: 8 }, (url, text) => {
    const page = url.endsWith(`${path}/query`) ? decodePage(text) : undefined
    if (page?._tag !== "Some") return undefined
    const { totalHits, userDetails } = page.value
    const parts = [
      ...userDetails.map((one, place) =>
        place === 0 ? { ...one, routingStatus: one.routingStatus.slice(0, 2) } : one
      ),
      { userId: userDetails[0]?.userId, routingStatus: userDetails[0]?.routingStatus.slice(1) }
    ]
    return { text: JSON.stringify({ totalHits: totalHits + 1, userDetails: parts }) }
  })
  return Effect.gen(function* () {
    yield* World.start
    yield* TestClock.adjust("30 hours")
    assert.deepStrictEqual((yield* run({ until: "1970-03-02" })).failed, [])
    assert.deepStrictEqual<unknown>(held(rows), yield* truth([since]))
    assert.isAbove(rows.size, 15)
  }).pipe(Effect.provide(MemorySink.make(rows)), Effect.provide(inParts))
})

it.effect("the permission that is missing is named", () =>
  Effect.gen(function* () {
    yield* World.start
    yield* TestClock.adjust("25 hours")
    const refused = (yield* run()).failed[0]?.error
    assert.strictEqual(refused?._tag, "PermissionError")
    assert.include(refused?.message, "analytics:userDetail:view")
  }).pipe(
    Effect.provide(MemorySink.make(new Map())),
    Effect.provide(World.layer({ clients: [{ id: "few", secret: Redacted.make("s"), permissions: [] }] }))
  )
)
