/** Measures by day in time zones, and of what agents were up to: those of Genesys' own aggregates, also where a day has 23 or 25 hours. */
import { assert, layer } from "@effect/vitest"
import { GenesysClient } from "@effect-genesys/client/GenesysClient"
import { Simulator } from "@effect-genesys/simulator/Simulator"
import * as NodeServices from "@effect/platform-node/NodeServices"
import * as Effect from "effect/Effect"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import * as TestClock from "effect/testing/TestClock"
import type { CopyQuery } from "../src/CopyQuery.ts"
import * as FilesQuery from "../src/FilesQuery.ts"
import * as Kinds from "../src/Kinds.ts"
import * as PostgresQuery from "../src/PostgresQuery.ts"
import type { Row } from "../src/Row.ts"
import { asked, copies, type Part } from "./AskedCopies.ts"
import * as FactsTruth from "./FactsTruth.ts"
import { Postgres } from "./Postgres.ts"
import * as World from "./World.ts"

const length = 86_400_000
/** Lines are slow to ask: one zone of them tells whether they are as the others. */
const isProof = process.env["PROVE"] !== undefined
const decodeAnswer = Schema.decodeUnknownSync(
  Schema.Struct({
    results: Schema.Array(
      Schema.Struct({
        group: Schema.Record(Schema.String, Schema.String),
        data: Schema.Array(
          Schema.Struct({
            interval: Schema.String,
            metrics: Schema.Array(
              Schema.Struct({
                metric: Schema.String,
                qualifier: Schema.optionalKey(Schema.String),
                stats: Schema.Record(Schema.String, Schema.Number)
              })
            )
          })
        )
      })
    )
  })
)
type Answer = ReturnType<typeof decodeAnswer>["results"]

/** Midnight there, as the tests of the day know it. */
interface Zone {
  readonly name: string
  /** When the first of two days begins, and the second ends, in UTC. */
  readonly from: string
  readonly to: string
  readonly hours: readonly [number, number]
  /** A day that begins at one o'clock is asked for alone: those after it would begin at one o'clock, too. */
  readonly isApart?: boolean
}

/** Three UTC days, with two whole ones of each zone in them. */
const allCases: ReadonlyArray<{
  readonly first: string
  readonly days: readonly [string, string]
  zones: Array<Zone>
}> = [
  {
    first: "2026-03-28",
    days: ["2026-03-29", "2026-03-30"],
    zones: [
      { name: "Europe/Berlin", from: "2026-03-28T23:00:00.000Z", to: "2026-03-30T22:00:00.000Z", hours: [23, 24] },
      // There is no midnight: it is one o'clock then.
      {
        name: "Asia/Beirut",
        from: "2026-03-28T22:00:00.000Z",
        to: "2026-03-30T21:00:00.000Z",
        hours: [23, 24],
        isApart: true
      },
      { name: "Asia/Kolkata", from: "2026-03-28T18:30:00.000Z", to: "2026-03-30T18:30:00.000Z", hours: [24, 24] },
      { name: "Asia/Kathmandu", from: "2026-03-28T18:15:00.000Z", to: "2026-03-30T18:15:00.000Z", hours: [24, 24] }
    ]
  },
  {
    first: "2026-10-24",
    days: ["2026-10-25", "2026-10-26"],
    zones: [
      { name: "Europe/Berlin", from: "2026-10-24T22:00:00.000Z", to: "2026-10-26T23:00:00.000Z", hours: [25, 24] },
      // In the other direction, past midnight and back.
      { name: "Asia/Beirut", from: "2026-10-24T22:00:00.000Z", to: "2026-10-26T22:00:00.000Z", hours: [24, 24] }
    ]
  }
]

/** Those whose days are of odd lengths or odd beginnings; `PROVE=1`: others, too. */
const cases = allCases.map(({ days, first, zones }) => ({
  first,
  days,
  zones: zones.filter(({ name }) => isProof || ["Europe/Berlin", "Asia/Kathmandu"].includes(name))
}))

const presences = ["available", "away", "break", "busy", "idle", "meal", "meeting", "offline", "on_queue", "training"]
const routings = ["communicating", "idle", "interacting", "not_responding", "off_queue"]
const statuses = [
  ...presences.map((status) => [`presence_${status}_ms`, "tSystemPresence", status.toUpperCase()] as const),
  ...routings.map((status) => [`routing_${status}_ms`, "tAgentRoutingStatus", status.toUpperCase()] as const)
]
const worked = [
  ["offered", "nOffered", "count"],
  ["answered", "tAnswered", "count"],
  ["abandoned", "tAbandon", "count"],
  ["handled", "tHandle", "count"],
  ["handle_ms", "tHandle", "sum"],
  ["talk_ms", "tTalk", "sum"]
] as const
type Found = Readonly<Record<string, unknown>>

/** What Genesys says of a place and span, by the columns that say the same. */
const statusOf = (metrics: Answer[number]["data"][number]["metrics"]) => {
  const of = (metric: string, qualifier: string) =>
    metrics.find((one) => one.metric === metric && one.qualifier === qualifier)?.stats["sum"] ?? 0
  const busy = of("tAgentRoutingStatus", "INTERACTING")
  const onQueue = busy + of("tAgentRoutingStatus", "COMMUNICATING") + of("tAgentRoutingStatus", "IDLE")
  return {
    ...Object.fromEntries(statuses.map(([column, metric, qualifier]) => [column, of(metric, qualifier)])),
    presence_other_ms: 0,
    routing_other_ms: 0,
    logged_in_ms: presences
      .filter((status) => status !== "offline")
      .reduce((sum, status) => sum + of("tSystemPresence", status.toUpperCase()), 0),
    occupancy: onQueue === 0 ? null : (100 * busy) / onQueue
  }
}

/** When the second day begins. */
const secondOf = ({ from, hours }: Zone) => Date.parse(from) + hours[0] * 3_600_000

/** A day of what Genesys has, and what it says of it. */
const world = Effect.fnUntraced(
  function* ({ first, zones }: (typeof cases)[number]) {
    const simulator = yield* Simulator
    const client = yield* GenesysClient
    yield* TestClock.setTime(Date.parse(first) + 4 * length)
    const days = [0, 1, 2].map((number) => new Date(Date.parse(first) + number * length).toISOString().slice(0, 10))
    const now = yield* simulator.now
    const rowOf =
      (key: string) =>
      (value: object): Row => {
        const fields = Object.fromEntries(Object.entries(value))
        return { key: String(fields[key]), asOf: now, value: fields }
      }
    const parts = yield* Effect.forEach(
      days,
      Effect.fnUntraced(function* (day) {
        const conversations = yield* Stream.runCollect(simulator.truth(day))
        const users = yield* FactsTruth.ofDays("user_status", [day], () => Effect.die("nothing is asked"))
        return [
          { kind: Kinds.conversations.layout, day, rows: conversations.map(rowOf("conversationId")) },
          { kind: Kinds.userStatus.layout, day, rows: users.map(rowOf("_key")) }
        ] satisfies ReadonlyArray<Part>
      })
    )
    const post = (path: string, body: object) =>
      World.running(
        Effect.orDie(client.json(HttpClientRequest.bodyJsonUnsafe(HttpClientRequest.post(path), body), Schema.Unknown))
      ).pipe(Effect.map((answer) => decodeAnswer(answer).results))
    const statusIn = (interval: string, granularity: string, timeZone: string) =>
      post("/api/v2/analytics/users/aggregates/query", {
        interval,
        granularity,
        timeZone,
        groupBy: ["userId"],
        metrics: ["tAgentRoutingStatus", "tSystemPresence"]
      })
    const inZones = yield* Effect.forEach(
      zones,
      Effect.fnUntraced(function* (zone) {
        const second = new Date(secondOf(zone)).toISOString()
        const intervals =
          zone.isApart === true ? [`${zone.from}/${second}`, `${second}/${zone.to}`] : [`${zone.from}/${zone.to}`]
        const work = yield* Effect.forEach(intervals, (interval) =>
          post("/api/v2/analytics/conversations/aggregates/query", {
            interval,
            granularity: "P1D",
            timeZone: zone.name,
            groupBy: ["conversationId", "queueId"],
            metrics: [...new Set(worked.map(([, metric]) => metric))]
          })
        )
        const status = yield* Effect.forEach(intervals, (interval) => statusIn(interval, "P1D", zone.name))
        return { zone, status: status.flat(), work: work.flat() }
      })
    )
    const halves = yield* statusIn(`${days[1]!}T00:00:00.000Z/${days[2]!}T00:00:00.000Z`, "PT30M", "UTC")
    return { days, halves, inZones, parts: parts.flat() }
  },
  Effect.provide(
    Layer.provideMerge(
      World.layer({ users: 16, conversationsPerHour: 4, rateLimit: { limit: 1_000_000 } }),
      TestClock.layer()
    )
  )
)

const byKey = (rows: ReadonlyArray<Found>, keys: ReadonlyArray<string>) =>
  Object.fromEntries(
    rows
      .map((row) => {
        const key = keys.map((name) => String(row[name])).join(" ")
        return [key, Object.fromEntries(Object.entries(row).filter(([name]) => !keys.includes(name)))] as const
      })
      .toSorted(([one], [other]) => (one < other ? -1 : 1))
  )

const expectedStatus = (results: Answer, spanOf: (begin: string) => string, user: string, span: string) =>
  byKey(
    results.flatMap(({ data, group }) =>
      data.map(({ interval, metrics }) => ({
        [span]: spanOf(interval.slice(0, 24)),
        [user]: group["userId"],
        ...statusOf(metrics)
      }))
    ),
    [span, user]
  )

const columns = [
  ...statuses.map(([column]) => column),
  "presence_other_ms",
  "routing_other_ms",
  "logged_in_ms",
  "occupancy"
].join(", ")

const openers = ({ lines, tables, url }: Effect.Success<ReturnType<typeof copies>>) => ({
  lines: (timeZone?: string) => FilesQuery.open({ directory: lines, timeZone }),
  Parquet: (timeZone?: string) => FilesQuery.open({ directory: tables, timeZone }),
  PostgreSQL: (timeZone?: string) => PostgresQuery.open({ url, timeZone })
})

layer(Layer.merge(Postgres.layer, NodeServices.layer), { excludeTestServices: true, timeout: 120_000 })(
  "views with days of a time zone",
  ({ effect }) => {
    effect.each(cases)("are those of Genesys' own aggregates, from $first on", (one) =>
      Effect.gen(function* () {
        const { days, halves, inZones, parts } = yield* world(one)
        const ids = new Set(
          parts.flatMap(({ kind, rows }) => (kind.name === "conversations" ? rows.map(({ key }) => key) : []))
        )
        for (const [engine, open] of Object.entries(openers(yield* copies(parts)))) {
          const inUtc: CopyQuery = yield* open()
          assert.deepStrictEqual<unknown>(
            byKey(
              yield* asked(
                inUtc,
                `SELECT half_hour, user_id, ${columns} FROM agent_status_half_hours WHERE day = '${days[1]!}'`
              ),
              ["half_hour", "user_id"]
            ),
            expectedStatus(halves, (begin) => `${begin.slice(0, 19)}+00:00`, "user_id", "half_hour"),
            engine
          )
          for (const { status, work, zone } of engine === "lines" && !isProof ? inZones.slice(0, 1) : inZones) {
            const what = `${zone.name} in ${engine}`
            const query = yield* open(zone.name)
            /** The days as Genesys names them: by the moments at which they begin. */
            const dayOf = (begin: string) => one.days[Date.parse(begin) < secondOf(zone) ? 0 : 1]
            const found = yield* asked(
              query,
              `SELECT local_day, user_id, ${columns} FROM agent_status_days WHERE local_day IN ('${one.days.join("', '")}')`
            )
            const expected = expectedStatus(status, dayOf, "user_id", "local_day")
            assert.isAbove(Object.keys(expected).length, 30)
            assert.deepStrictEqual<unknown>(byKey(found, ["local_day", "user_id"]), expected, what)
            // Each moment of a day is in one presence and one routing status.
            for (const row of found) {
              const hours = zone.hours[row["local_day"] === one.days[0] ? 0 : 1]
              for (const names of ["presence_", "routing_"]) {
                const sum = Object.entries(row).reduce(
                  (all, [name, cell]) => all + (name.startsWith(names) ? Number(cell) : 0),
                  0
                )
                assert.strictEqual(sum, hours * 3_600_000, what)
              }
            }
            const sums = new Map<string, Record<string, number>>()
            for (const { data, group } of work) {
              if (!ids.has(group["conversationId"] ?? "") || group["queueId"] === undefined) continue
              for (const { interval, metrics } of data)
                for (const [column, metric, stat] of worked) {
                  const key = `${dayOf(interval.slice(0, 24))} ${group["queueId"]}`
                  const row = sums.get(key) ?? Object.fromEntries(worked.map(([name]) => [name, 0]))
                  sums.set(key, row)
                  row[column] = (row[column] ?? 0) + (metrics.find((of) => of.metric === metric)?.stats[stat] ?? 0)
                }
            }
            const measured = worked.map(([name]) => `sum(${name}) AS ${name}`).join(", ")
            const queues = yield* asked(
              query,
              `SELECT local_day, queue_id, ${measured} FROM queue_days WHERE local_day IN ('${one.days.join("', '")}') GROUP BY 1, 2`
            )
            const some = (row: Found) => Object.values(row).some((cell) => Number(cell) > 0)
            assert.isAbove(sums.size, 6)
            assert.deepStrictEqual<unknown>(
              Object.entries(byKey(queues, ["local_day", "queue_id"])).filter(([, row]) => some(row)),
              [...sums].filter(([, row]) => some(row)).toSorted(([a], [b]) => (a < b ? -1 : 1)),
              what
            )
            const [agents] = yield* asked(
              query,
              `SELECT (SELECT sum(handle_ms) FROM agent_days WHERE local_day = '${one.days[0]}') AS days,
                (SELECT sum(handle_ms) FROM agent_half_hours
                 WHERE CAST(half_hour AT TIME ZONE '${zone.name}' AS date) = '${one.days[0]}') AS half_hours`
            )
            // A half hour of UTC may lie in two days of Kathmandu.
            if (zone.name !== "Asia/Kathmandu") assert.strictEqual(agents!["days"], agents!["half_hours"], what)
            assert.isAbove(Number(agents!["days"]), 0)
          }
        }
      })
    )

    effect("refuse what is no time zone, in each engine alike", () =>
      Effect.gen(function* () {
        for (const [engine, open] of Object.entries(openers(yield* copies([{ kind: Kinds.users.layout, rows: [] }]))))
          for (const zone of ["Mars/Olympus", "+05:30", "", "UTC'; SELECT 1 --"]) {
            const error = yield* Effect.flip(open(zone))
            assert.include(error.message, "is no time zone. Write its name, such as", `${zone} in ${engine}`)
          }
      })
    )
  }
)
