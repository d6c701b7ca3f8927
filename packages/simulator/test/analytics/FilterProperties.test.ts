/**
 * Whatever the filters, the order, the place and the moment, a query finds what looking at every row finds, also when it found
 * something else a moment before.
 */
import { assert, it } from "@effect/vitest"
import * as Arbitrary from "effect/Arbitrary"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import { TestClock } from "effect/testing"
import {
  ConversationDimension,
  ConversationMetric,
  CountedDimension,
  RangedMetric,
  SegmentDimension,
  SegmentMetric
} from "../../src/api/ConversationFilter.ts"
import { ConversationQueryResult } from "../../src/api/AnalyticsApi.ts"
import type { Conversation } from "../../src/api/Conversation.ts"
import { Simulator } from "../../src/Simulator.ts"
import { at, details, runJob } from "../support/Analytics.ts"
import { call, login } from "../support/Calls.ts"
import * as Oracle from "../support/DetailsOracle.ts"

const int = (minimum: number, maximum: number) =>
  Arbitrary.schema(Schema.Int.check(Schema.isBetween({ minimum, maximum })))
const literal = <const L extends ReadonlyArray<string>>(literals: L) => Arbitrary.schema(Schema.Literals(literals))
const some = <A>(item: Arbitrary.Arbitrary<A>, minLength: number, maxLength: number) =>
  Arbitrary.array(item, { minLength, maxLength })

/** Of which the numbers become values that are found in the rows, or nearly. */
interface Shape {
  readonly name: string
  readonly operator: "matches" | "exists" | "notExists"
  readonly pick: number
}

const shape = (names: ReadonlyArray<string>): Arbitrary.Arbitrary<Shape> =>
  Arbitrary.all({
    name: literal(names),
    operator: literal(["matches", "matches", "matches", "exists", "notExists"]),
    pick: int(0, 400)
  })
const join = literal(["and", "or"])
const filter = (names: ReadonlyArray<string>) =>
  Arbitrary.all({
    type: join,
    predicates: some(shape(names), 0, 2),
    clauses: some(Arbitrary.all({ type: join, predicates: some(shape(names), 1, 2) }), 0, 2)
  })

const query = Arbitrary.all({
  conversationFilters: some(filter([...ConversationDimension.literals, ...ConversationMetric.literals]), 0, 1),
  segmentFilters: some(filter([...SegmentDimension.literals, ...SegmentMetric.literals]), 0, 2),
  order: literal(["asc", "desc", "unordered"]),
  orderBy: literal(["conversationStart", "conversationEnd"]),
  page: int(0, 100),
  pageSize: int(1, 100),
  dimensions: some(literal(CountedDimension.literals), 0, 2),
  ranged: some(literal(RangedMetric.literals), 0, 1)
})
type Query = typeof query extends Arbitrary.Arbitrary<infer A> ? A : never

/** A second or an hour on; to the very moment at which something happened, or at which the pipeline comes next. */
const move = Arbitrary.all({ to: literal(["second", "hour", "event", "night"]), pick: int(0, 400) })

const isMetric = (name: string) => [...ConversationMetric.literals, ...SegmentMetric.literals].some((m) => m === name)

/** The predicate of a shape: its value is that of one of the rows. */
const predicateOf = (rows: ReadonlyArray<Conversation>, { name, operator, pick }: Shape): Oracle.Predicate => {
  const named = isMetric(name) ? { type: "metric", metric: name } : { dimension: name }
  if (operator !== "matches") return { ...named, operator }
  const row = rows[(pick * 7919) % rows.length]!
  const found = [Oracle.ofWhole(row), ...Oracle.ofSegments(row)].flatMap((values) => values[name] ?? [])
  const value = found[pick % Math.max(1, found.length)] ?? "nothing"
  if (!isMetric(name)) return { ...named, value: pick === 0 ? "nothing" : String(value) }
  if (pick % 5 === 0) return { ...named, value: String(value) }
  return { ...named, range: { [["gt", "gte", "lt", "lte"][pick % 4]!]: Number(value) || 0 } }
}

const bodyOf = (rows: ReadonlyArray<Conversation>, given: Query) => {
  const filters = (all: Query["segmentFilters"]) =>
    all.map(({ clauses, predicates, type }) => ({
      type,
      predicates: predicates.map((one) => predicateOf(rows, one)),
      clauses: clauses.map((clause) => ({
        type: clause.type,
        predicates: clause.predicates.map((one) => predicateOf(rows, one))
      }))
    }))
  return {
    conversationFilters: filters(given.conversationFilters),
    segmentFilters: filters(given.segmentFilters),
    order: given.order,
    orderBy: given.orderBy,
    aggregations: [
      ...given.dimensions.map((dimension, place) => (place === 0 ? { dimension } : { dimension, size: 2 })),
      ...given.ranged.map((metric) => ({
        metric,
        ranges: [{ lt: 30_000 }, { gte: 30_000, lt: 300_000 }, { gte: 300_000 }]
      }))
    ]
  }
}

const days = ["2026-11-01", "2026-11-02"]
const interval = "2026-11-01/2026-11-03"

const rowsOf = Effect.fnUntraced(function* (wanted: ReadonlyArray<string>) {
  const simulator = yield* Simulator
  const rows = yield* Effect.forEach(wanted, (day) => Stream.runCollect(simulator.truth(day)))
  return rows.flat()
})

type Rows = ReadonlyArray<Conversation>

type Body = Oracle.Filters & {
  readonly order: string
  readonly orderBy: string
  readonly aggregations: ReadonlyArray<Oracle.Aggregation>
}

const compare = Effect.fnUntraced(function* (
  token: string,
  rows: Rows,
  body: Body,
  { page, pageSize }: Pick<Query, "page" | "pageSize">
) {
  const hits = Oracle.sort(Oracle.filter(rows, body), body)
  const pageNumber = 1 + Math.floor((Math.ceil(hits.length / pageSize) * page) / 100)
  const answer = yield* call(token, "POST", `${details}/query`, { ...body, interval, paging: { pageNumber, pageSize } })
  const said = JSON.stringify(body)
  assert.strictEqual(answer.status, 200, said)
  const expected = hits.slice((pageNumber - 1) * pageSize, pageNumber * pageSize)
  const minute = new Date(Math.floor((yield* Clock.currentTimeMillis) / 60_000) * 60_000).toISOString()
  const found = yield* Schema.decodeUnknownEffect(ConversationQueryResult)(answer.body)
  const { conversations = [] } = found
  if (body.order === "unordered") {
    assert.strictEqual(conversations.length, expected.length, said)
    const byId = new Map(hits.map((row) => [row.conversationId, row]))
    for (const row of conversations) assert.deepStrictEqual(row, byId.get(row.conversationId), said)
  } else assert.deepStrictEqual(conversations, expected, said)
  assert.deepStrictEqual(
    { ...found, conversations: [] },
    {
      conversations: [],
      aggregations: body.aggregations.map((aggregation) => Oracle.aggregate(hits, aggregation)),
      totalHits: hits.filter((row) => row.conversationStart < minute).length
    },
    said
  )
})

type Move = typeof move extends Arbitrary.Arbitrary<infer A> ? A : never

/** The moments of a move: a millisecond before something happens, and when it does. */
const momentsOf = (rows: Rows, now: number, { pick, to }: Move): ReadonlyArray<number> => {
  const [second, hour, day] = [1000, 3_600_000, 86_400_000]
  if (to === "second") return [now + second]
  if (to === "hour") return [now + hour]
  const night = Math.ceil((now - 2 * hour + 1) / day) * day + 2 * hour
  const dates = Oracle.ofSegments(rows[(pick * 7919) % rows.length]!).flatMap(({ segmentEnd }) => segmentEnd ?? [])
  const moment = to === "night" ? night : Date.parse(String(dates[pick % Math.max(1, dates.length)])) || now
  return [moment - 1, moment]
}

it.effect.prop(
  "finds what looking at every row finds, while the world moves",
  { queries: some(query, 2, 2), moves: some(move, 1, 3), seed: int(1, 5) },
  ({ moves, queries, seed }) =>
    Effect.gen(function* () {
      yield* at("2026-11-02T20:00:30Z")
      const token = yield* login()
      let rows = yield* rowsOf(days)
      const bodies = queries.map((given) => bodyOf(rows, given))
      for (const next of moves) {
        for (const moment of momentsOf(rows, yield* Clock.currentTimeMillis, next)) {
          yield* TestClock.setTime(moment)
          rows = yield* rowsOf(days)
          for (const [place, body] of bodies.entries()) yield* compare(token, rows, body, queries[place]!)
        }
      }
    }).pipe(
      Effect.provide(
        Simulator.layerHttpClient({ seed, rateLimit: "off", tokenLifetime: 900_000, conversationsPerHour: 30 })
      )
    ),
  { arbitrary: { runs: 20 }, timeout: 120_000 }
)

it.effect("knows of whatever happens at its very moment, and not a millisecond before", () =>
  Effect.gen(function* () {
    yield* at("2026-11-01T23:00:00Z")
    const token = yield* login()
    const exists = (names: ReadonlyArray<string>) =>
      names.map((name) => {
        const named = isMetric(name) ? { metric: name } : { dimension: name }
        return [{ type: "and", predicates: [{ ...named, operator: "exists" }] }] as const
      })
    const aggregations = [
      ...CountedDimension.literals.map((dimension) => ({ dimension })),
      ...RangedMetric.literals.map((metric) => ({ metric, ranges: [{ gte: 0 }] }))
    ]
    const sorted = { order: "asc", orderBy: "conversationEnd", aggregations } as const
    const bodies = [
      ...exists([...ConversationDimension.literals, ...ConversationMetric.literals]).map((conversationFilters) =>
        Object.assign({ conversationFilters, segmentFilters: [] }, sorted)
      ),
      ...exists([...SegmentDimension.literals, ...SegmentMetric.literals]).map((segmentFilters) =>
        Object.assign({ conversationFilters: [], segmentFilters }, sorted)
      )
    ]
    const row = (yield* rowsOf(["2026-11-01"])).find(({ participants }) => participants.length === 3)
    const moments = new Set(Oracle.ofSegments(row!).map(({ segmentEnd = "" }) => Date.parse(String(segmentEnd))))
    assert.strictEqual(moments.size, 3)
    for (const moment of moments) {
      for (const now of [moment - 1, moment]) {
        yield* TestClock.setTime(now)
        const rows = yield* rowsOf(["2026-11-01"])
        // The last page has those that have just ended or are running.
        for (const body of bodies) yield* compare(token, rows, body, { page: 99, pageSize: 10 })
      }
    }
  }).pipe(
    Effect.provide(Simulator.layerHttpClient({ rateLimit: "off", tokenLifetime: 900_000, conversationsPerHour: 60 }))
  )
)

it.effect.prop(
  "and so does a job, also of conversations that began days before",
  { query, hour: int(0, 23) },
  ({ hour, query: given }) =>
    Effect.gen(function* () {
      const now = `2026-11-05T${String(hour).padStart(2, "0")}:00:00Z`
      yield* at(now)
      const token = yield* login()
      const rows = yield* rowsOf(["2026-11-01", "2026-11-02", "2026-11-03", "2026-11-04", "2026-11-05"])
      const { aggregations: _, ...body } = bodyOf(rows, given)
      const from = "2026-11-04T12:00:00.000Z"
      const alive = rows.filter(
        (row) => row.conversationStart >= from || row.conversationEnd === undefined || row.conversationEnd > from
      )
      const expected = Oracle.sort(Oracle.filter(alive, body), body)
      const found = yield* runJob(token, { ...body, interval: `${from}/2026-11-06` }, 333)
      if (body.order === "unordered") assert.sameDeepMembers([...found], [...expected])
      else assert.deepStrictEqual(found, expected, JSON.stringify(body))
    }).pipe(
      Effect.provide(
        Simulator.layerHttpClient({
          jobQueueTime: 0,
          dataLag: 0,
          dataLagStep: 1,
          rateLimit: "off",
          conversationsPerHour: 30
        })
      )
    ),
  { arbitrary: { runs: 8 }, timeout: 120_000 }
)
