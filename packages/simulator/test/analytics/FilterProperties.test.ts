/**
 * Whatever the filters, the order, the place and the moment, a query finds what looking at every row finds, also when it found
 * something else a moment before. `PROVE=1`: 20 worlds; else 2.
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
import { bodyOf, int, isMetric, literal, type Query, query, some } from "../support/AnyQuery.ts"
import * as Oracle from "../support/DetailsOracle.ts"

const isProof = process.env["PROVE"] !== undefined

/** A second or an hour on; to the very moment at which something happened, or at which the pipeline comes next. */
const move = Arbitrary.all({ to: literal(["second", "hour", "event", "night"]), pick: int(0, 400) })

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
  { arbitrary: { runs: isProof ? 20 : 2 }, timeout: isProof ? 900_000 : 120_000 }
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
    const row = (yield* rowsOf(["2026-11-01"])).find(
      (one) => one.participants.length === 4 && Oracle.ofSegments(one).some(({ segmentType }) => segmentType === "hold")
    )
    // Out of the IVR, answered, held, on again, hung up, wrapped up.
    const moments = new Set(Oracle.ofSegments(row!).map(({ segmentEnd = "" }) => Date.parse(String(segmentEnd))))
    assert.isAtLeast(moments.size, 6)
    for (const [turn, moment] of [...moments].entries()) {
      // A third of the questions at each moment, and all of them over three; `PROVE=1` asks all each time.
      const asked = bodies.filter((_, place) => isProof || place % 3 === turn % 3)
      for (const now of [moment - 1, moment]) {
        yield* TestClock.setTime(now)
        const rows = yield* rowsOf(["2026-11-01"])
        // The last page has those that have just ended or are running.
        for (const body of asked) yield* compare(token, rows, body, { page: 99, pageSize: 10 })
      }
    }
  }).pipe(
    Effect.provide(Simulator.layerHttpClient({ rateLimit: "off", tokenLifetime: 900_000, conversationsPerHour: 10 }))
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
  { arbitrary: { runs: isProof ? 8 : 1 }, timeout: isProof ? 900_000 : 120_000 }
)
