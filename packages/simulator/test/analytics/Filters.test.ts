/**
 * Filters and aggregations of a details query: each finds what looking through all rows finds.
 */
import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { TestClock } from "effect/testing"
import type { Conversation, Segment } from "../../src/api/Conversation.ts"
import { wrapUpCodeIds } from "../../src/internal/directory/wrapUpCodes.ts"
import { Simulator } from "../../src/Simulator.ts"
import { at, details, query, queryAll } from "../support/Analytics.ts"
import { call, login } from "../support/Calls.ts"
import * as Oracle from "../support/DetailsOracle.ts"

const interval = "2026-11-01/2026-11-02"
const simulator = Simulator.layerHttpClient({ rateLimit: "off", conversationsPerHour: 30 })

/** The default seed. */
const [, , escalated = ""] = wrapUpCodeIds(1)
const is = (dimension: string, value: string) => ({ type: "dimension", dimension, value })
const has = (dimension: string, operator: "exists" | "notExists") => ({ type: "dimension", dimension, operator })
const metric = (name: string, range: object) => ({ type: "metric", metric: name, range })

interface Part {
  readonly row: Conversation
  readonly purpose: string
  readonly userId: string | undefined
  readonly mediaType: string
  readonly direction: string
  readonly segment: Segment
}
const parts = (row: Conversation): ReadonlyArray<Part> =>
  row.participants.flatMap(({ purpose, sessions, userId }) =>
    sessions.flatMap(({ direction, mediaType, segments }) =>
      segments.map((segment) => ({ row, purpose, userId, mediaType, direction, segment }))
    )
  )
const seconds = ({ segmentEnd, segmentStart }: Segment) => Date.parse(segmentEnd ?? "") - Date.parse(segmentStart)
/** Each talk of it: one that passes is enough. */
const talks = (row: Conversation) =>
  row.participants
    .flatMap(({ sessions }) => sessions.flatMap(({ metrics }) => metrics))
    .flatMap(({ name, value }) => (name === "tTalk" ? [value] : []))

const ofWhole: ReadonlyArray<readonly [filter: object, test: (row: Conversation) => boolean]> = [
  [{ type: "and", predicates: [has("conversationEnd", "exists")] }, (row) => row.conversationEnd !== undefined],
  [{ type: "and", predicates: [has("conversationEnd", "notExists")] }, (row) => row.conversationEnd === undefined],
  [
    { type: "or", predicates: [is("originatingDirection", "outbound")] },
    (row) => row.originatingDirection === "outbound"
  ],
  [
    { type: "or", predicates: [metric("tTalk", { gte: 600_000 }), metric("tTalk", { gt: 0, lt: 60_000 })] },
    (row) => talks(row).some((talk) => talk >= 600_000 || (talk > 0 && talk < 60_000))
  ],
  [
    {
      type: "and",
      clauses: [
        { type: "or", predicates: [is("originatingDirection", "inbound"), has("conversationEnd", "notExists")] },
        { type: "and", predicates: [metric("tTalk", { lte: 120_000 })] }
      ]
    },
    (row) =>
      talks(row).some((talk) => talk <= 120_000) &&
      (row.originatingDirection === "inbound" || row.conversationEnd === undefined)
  ]
]

const ofParts: ReadonlyArray<readonly [filter: object, test: (part: Part) => boolean]> = [
  [{ type: "and", predicates: [is("mediaType", "email")] }, (part) => part.mediaType === "email"],
  [{ type: "and", predicates: [is("direction", "outbound")] }, (part) => part.direction === "outbound"],
  [{ type: "and", predicates: [is("purpose", "agent")] }, (part) => part.purpose === "agent"],
  [
    { type: "and", predicates: [is("purpose", "agent"), is("disconnectType", "client")] },
    (part) => part.purpose === "agent" && part.segment.disconnectType === "client"
  ],
  [{ type: "or", predicates: [is("wrapUpCode", escalated)] }, (part) => part.segment.wrapUpCode === escalated],
  [
    { type: "and", predicates: [is("segmentType", "wrapup"), has("wrapUpCode", "notExists")] },
    (part) => part.segment.segmentType === "wrapup" && part.segment.wrapUpCode === undefined
  ],
  [
    { type: "and", predicates: [is("segmentType", "wrapup"), metric("tSegmentDuration", { gt: 90_000 })] },
    (part) => part.segment.segmentType === "wrapup" && seconds(part.segment) > 90_000
  ]
]

it.effect("filters by what is in the rows", () =>
  Effect.gen(function* () {
    yield* at("2026-11-01T20:00:00Z")
    const token = yield* login()
    const all = yield* queryAll(token, { interval })
    const check = Effect.fnUntraced(function* (body: object, expected: ReadonlyArray<Conversation>) {
      assert.deepStrictEqual(yield* queryAll(token, { interval, ...body }), expected, JSON.stringify(body))
      assert.isTrue(expected.length > 0 && expected.length < all.length, JSON.stringify(body))
    })
    for (const [filter, test] of ofWhole) yield* check({ conversationFilters: [filter] }, all.filter(test))
    for (const [filter, test] of ofParts.slice(0, 2).concat(ofParts.slice(3))) {
      const expected = all.filter((row) => parts(row).some(test))
      yield* check({ segmentFilters: [filter] }, expected)
    }
    const sample = all.flatMap(parts).find(({ userId }) => userId !== undefined)!
    for (const [dimension, value] of [
      ["queueId", sample.segment.queueId!],
      ["userId", sample.userId!]
    ] as const) {
      const filter = { type: "and", predicates: [is(dimension, value)] }
      const expected = all.filter((row) =>
        parts(row).some((part) => ({ ...part.segment, ...part })[dimension] === value)
      )
      yield* check({ segmentFilters: [filter] }, expected)
    }
    const id = { type: "and", predicates: [is("conversationId", sample.row.conversationId)] }
    yield* check({ conversationFilters: [id] }, [sample.row])
    const [[whole, testWhole]] = [ofWhole[0]!]
    const [[part, testPart]] = [ofParts[0]!]
    yield* check(
      { conversationFilters: [whole], segmentFilters: [part] },
      all.filter((row) => testWhole(row) && parts(row).some(testPart))
    )
  }).pipe(Effect.provide(simulator))
)

it.effect("counts the conversations for each value of a dimension", () =>
  Effect.gen(function* () {
    yield* at("2026-11-01T20:00:00Z")
    const token = yield* login()
    const all = yield* queryAll(token, { interval })
    const aggregations = [
      { type: "termFrequency", dimension: "mediaType" },
      { type: "termFrequency", dimension: "userId", size: 3 }
    ]
    const found = yield* query(token, { interval, aggregations })
    const counts = new Map(found.aggregations?.[0]?.results.map(({ count, value }) => [value, count]))
    for (const mediaType of ["voice", "message", "email"]) {
      const expected = all.filter((row) => parts(row).some((part) => part.mediaType === mediaType))
      assert.strictEqual(counts.get(mediaType), expected.length)
    }
    assert.strictEqual(found.aggregations?.[1]?.results.length, 3)
    assert.isUndefined((yield* query(token, { interval })).aggregations)
  }).pipe(Effect.provide(simulator))
)

it.effect("finds and counts what the pipeline has rewritten from that very moment on", () =>
  Effect.gen(function* () {
    yield* at("2026-11-03T01:59:59.999Z")
    const token = yield* login()
    const client = { type: "and", predicates: [is("purpose", "customer"), is("disconnectType", "client")] } as const
    const aggregations = [{ dimension: "wrapUpCode" }, { metric: "tTalk", ranges: [{ lt: 60_000 }] }]
    const bodies = [
      { interval, segmentFilters: [client] },
      { interval, aggregations }
    ]
    const look = Effect.fnUntraced(function* () {
      const rows = yield* queryAll(token, { interval })
      const expected = [
        Oracle.filter(rows, { segmentFilters: [client] }).length,
        ...aggregations.map((one) => Oracle.aggregate(rows, one))
      ]
      const [filtered, counted] = [yield* query(token, bodies[0]!), yield* query(token, bodies[1]!)]
      assert.deepStrictEqual<unknown>([filtered.totalHits, ...(counted.aggregations ?? [])], expected)
      return expected
    })
    const before = yield* look()
    yield* TestClock.adjust(1)
    assert.notDeepEqual(yield* look(), before)
  }).pipe(Effect.provide(Simulator.layerHttpClient({ rateLimit: "off", conversationsPerHour: 60 })))
)

const predicate = (value: object) => ({ type: "and", predicates: [value] })
const refused: ReadonlyArray<readonly [body: object, field: string, name: string]> = [
  [{ segmentFilters: [predicate(is("shoeSize", "9"))] }, "segmentFilters[0].predicates[0].dimension", "shoeSize"],
  [
    { conversationFilters: [predicate(is("queueId", "x"))] },
    "conversationFilters[0].predicates[0].dimension",
    "queueId"
  ],
  [{ segmentFilters: [predicate(metric("tLove", { gt: 1 }))] }, "segmentFilters[0].predicates[0].metric", "tLove"],
  [
    { segmentFilters: [predicate({ type: "dimension", dimension: "queueId" })] },
    "segmentFilters[0].predicates[0].value",
    ""
  ],
  [
    { segmentFilters: [predicate({ type: "property", property: "x" })] },
    "segmentFilters[0].predicates[0].type",
    "property"
  ],
  [{ aggregations: [{ type: "numericRange", dimension: "queueId" }] }, "aggregations[0].metric", "there"],
  [{ aggregations: [{ type: "numericRange", metric: "tTalk" }] }, "aggregations[0].ranges", "there"],
  [{ aggregations: [{ metric: "tLove", ranges: [] }] }, "aggregations[0].metric", "tLove"],
  [{ aggregations: [{ type: "average", metric: "tTalk" }] }, "aggregations[0].type", "average"],
  [{ aggregations: [{ type: "termFrequency" }] }, "aggregations[0].dimension", "there"],
  [{ aggregations: [{ type: "termFrequency", dimension: "shoeSize" }] }, "aggregations[0].dimension", "shoeSize"]
]

it.effect("refuses what it does not know with a 400 that names it", () =>
  Effect.gen(function* () {
    const token = yield* login()
    for (const [body, field, name] of refused) {
      const answer = yield* call(token, "POST", `${details}/query`, { interval, ...body })
      assert.strictEqual(answer.status, 400, field)
      assert.nestedInclude(answer.body, { "details[0].fieldName": field })
      assert.match(JSON.stringify(answer.body), new RegExp(name))
    }
  }).pipe(Effect.provide(simulator))
)
