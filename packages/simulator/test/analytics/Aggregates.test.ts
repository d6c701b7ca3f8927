/**
 * Aggregates of conversations are what the conversations themselves say, whatever the groups, the grain and the moment; and what is
 * not known is refused.
 */
import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import { AggregateMetric, ConversationAggregates } from "../../src/api/AggregatesApi.ts"
import { ConversationMetric } from "../../src/api/ConversationFilter.ts"
import { Simulator } from "../../src/Simulator.ts"
import * as Oracle from "../support/AggregatesOracle.ts"
import { at } from "../support/Analytics.ts"
import { call, login } from "../support/Calls.ts"

const path = "/api/v2/analytics/conversations/aggregates/query"
const query = Effect.fnUntraced(function* (token: string, body: object) {
  const answer = yield* call(token, "POST", path, body)
  assert.strictEqual(answer.status, 200, JSON.stringify(answer.body))
  return yield* Schema.decodeUnknownEffect(ConversationAggregates)(answer.body)
})

const rowsOf = (days: ReadonlyArray<string>) =>
  Simulator.use((simulator) => Effect.forEach(days, (day) => Stream.runCollect(simulator.truth(day)))).pipe(
    Effect.map((rows) => rows.flat())
  )

/** From a day before, of which some go on. */
const days = ["2026-10-29", "2026-10-30", "2026-10-31", "2026-11-01", "2026-11-02"]
const interval = "2026-11-01T00:00:00.000Z/2026-11-02T00:00:00.000Z"
const bounds = (minutes: number) =>
  Array.from({ length: (24 * 60) / minutes + 1 }, (_, place) =>
    new Date(Date.parse("2026-11-01") + place * minutes * 60_000).toISOString()
  )
/** All that is both measured and aggregated. */
const metrics = [
  ...ConversationMetric.literals.filter((name) => AggregateMetric.literals.some((one) => one === name)),
  "tWait"
]

it.effect("are what the conversations say, by any group and grain, and at any moment", () =>
  Effect.gen(function* () {
    for (const now of ["2026-11-01T13:05:00Z", "2026-11-05T00:00:00Z"]) {
      yield* at(now)
      const token = yield* login()
      const rows = yield* rowsOf(days)
      const check = Effect.fnUntraced(function* (groupBy: ReadonlyArray<string>, granularity?: string, minutes = 1440) {
        const body = { interval, groupBy, metrics, ...(granularity === undefined ? {} : { granularity }) }
        const expected = Oracle.aggregate(Oracle.measured(rows, { groupBy }), metrics, bounds(minutes))
        assert.deepStrictEqual(yield* query(token, body), expected, JSON.stringify([groupBy, granularity]))
      })
      yield* check([])
      yield* check(["queueId", "mediaType"], "PT30M", 30)
      yield* check(["userId"], "P1D")
      yield* check(["queueId", "wrapUpCode", "direction", "originatingDirection", "purpose"], "PT6H", 360)
    }
  }).pipe(Effect.provide(Simulator.layerHttpClient({ conversationsPerHour: 20, tokenLifetime: 900_000 })))
)

it.effect("look at those sessions only that pass the filter", () =>
  Effect.gen(function* () {
    yield* at("2026-11-05T00:00:00Z")
    const token = yield* login()
    const rows = yield* rowsOf(days)
    const segments = rows.flatMap(({ participants }) => participants.flatMap(({ sessions }) => sessions[0]!.segments))
    const queueId = segments.find((one) => one.queueId !== undefined)?.queueId ?? ""
    const filter = {
      type: "and",
      predicates: [{ dimension: "queueId", value: queueId }],
      clauses: [
        {
          type: "or",
          predicates: [
            { type: "dimension", dimension: "mediaType", operator: "matches", value: "voice" },
            { dimension: "userId", operator: "notExists" }
          ]
        }
      ]
    }
    const passes = (values: Readonly<Record<string, string | undefined>>) =>
      values["queueId"] === queueId && (values["mediaType"] === "voice" || values["userId"] === undefined)
    const expected = Oracle.aggregate(Oracle.measured(rows, { groupBy: ["mediaType"], passes }), metrics, bounds(1440))
    assert.deepStrictEqual(yield* query(token, { interval, groupBy: ["mediaType"], metrics, filter }), expected)
  }).pipe(Effect.provide(Simulator.layerHttpClient({ conversationsPerHour: 20 })))
)

const statsOf = (found: typeof ConversationAggregates.Type) => {
  const data = found.results?.[0]?.data[0]?.metrics ?? []
  return new Map(data.map(({ metric, stats }) => [metric, stats]))
}

it.effect("have offered = answered + abandoned + flown out, and a service level of answers in time", () =>
  Effect.gen(function* () {
    yield* at("2026-11-05T00:00:00Z")
    const token = yield* login()
    const asked = [
      "nOffered",
      "tAnswered",
      "tAbandon",
      "tFlowOut",
      "tWait",
      "nOverSla",
      "oServiceLevel",
      "oServiceTarget"
    ]
    const whole = "2026-10-25/2026-11-02"
    for (const mediaType of ["voice", "callback", "chat"]) {
      const filter = { type: "and", predicates: [{ dimension: "mediaType", value: mediaType }] }
      const stats = statsOf(yield* query(token, { interval: whole, metrics: asked, filter }))
      const count = (name: string) => stats.get(name)?.count ?? 0
      const sum = (name: string) => stats.get(name)?.sum ?? 0
      // Some were offered before the first day, or come after the last.
      assert.closeTo(count("nOffered"), count("tWait"), 3)
      assert.strictEqual(count("tWait"), count("tAnswered") + count("tAbandon") + count("tFlowOut"))
      assert.strictEqual(sum("tWait"), sum("tAnswered") + sum("tAbandon") + sum("tFlowOut"))
      const numerator = count("tAnswered") - count("nOverSla")
      const denominator = count("tAnswered") + count("tAbandon")
      assert.isAbove(denominator, 50)
      const level = { ratio: numerator / denominator, numerator, denominator, target: 0.7 }
      assert.deepStrictEqual(stats.get("oServiceLevel"), level)
      assert.deepStrictEqual(stats.get("oServiceTarget"), { target: 0.7 })
    }
  }).pipe(Effect.provide(Simulator.layerHttpClient({ conversationsPerHour: 40, stories: { serviceLevel: 0.7 } })))
)

it.effect("have days as a time zone has them, and groups for each of several values", () =>
  Effect.gen(function* () {
    yield* at("2026-11-05T00:00:00Z")
    const token = yield* login()
    // Berlin put its clocks back on 25 October.
    const berlin = { interval: "2026-10-23T22:00:00Z/2026-10-26T23:00:00Z", timeZone: "Europe/Berlin" }
    const found = yield* query(token, { ...berlin, granularity: "P1D", metrics: ["nOffered"] })
    assert.deepStrictEqual(
      found.results?.[0]?.data.map((one) => one.interval),
      [
        "2026-10-23T22:00:00.000Z/2026-10-24T22:00:00.000Z",
        "2026-10-24T22:00:00.000Z/2026-10-25T23:00:00.000Z",
        "2026-10-25T23:00:00.000Z/2026-10-26T23:00:00.000Z"
      ]
    )
    const months = yield* query(token, { interval: "2026-09-01/2026-11-02", granularity: "P1M", metrics: ["nOffered"] })
    assert.deepStrictEqual(
      months.results?.[0]?.data.map((one) => one.interval.slice(0, 10)),
      ["2026-09-01", "2026-10-01", "2026-11-01"]
    )
    const skills = { interval, metrics: ["nOffered"], groupBy: ["requestedRoutingSkillId"] }
    const joined = yield* query(token, skills)
    const apart = yield* query(token, { ...skills, flattenMultivaluedDimensions: true })
    const keys = ({ results = [] }: typeof joined) => results.map(({ group }) => group["requestedRoutingSkillId"] ?? "")
    assert.isTrue(keys(joined).some((key) => key.includes(",")))
    assert.isFalse(keys(apart).some((key) => key.includes(",")))
    assert.isAbove(keys(apart).length, keys(joined).length)
  }).pipe(Effect.provide(Simulator.layerHttpClient({ conversationsPerHour: 10 })))
)

const refused: ReadonlyArray<readonly [body: object, field: string, says: RegExp]> = [
  [{ metrics: ["tHandled"] }, "metrics[0]", /no metric 'tHandled'/],
  [{ metrics: [] }, "metrics[0]", /./],
  [{ groupBy: ["queue"] }, "groupBy[0]", /no dimension 'queue'/],
  [
    { filter: { type: "and", predicates: [{ dimension: "team", value: "x" }] } },
    "filter.predicates[0].dimension",
    /team/
  ],
  [{ filter: { type: "and", predicates: [{ dimension: "queueId" }] } }, "filter.predicates[0].value", /a value/],
  [{ granularity: "PT20M" }, "granularity", /PT15M or a multiple/],
  [{ granularity: "30 minutes" }, "granularity", /ISO-8601/],
  [{ timeZone: "Mars/Olympus" }, "timeZone", /Europe\/Berlin/],
  [{ interval: "2026-09-01/2026-10-03", granularity: "PT30M" }, "interval", /31 days/],
  [{ interval: "2025-09-01/2026-10-03" }, "interval", /366 days/],
  [{ interval: "2026-10-03/2026-09-01" }, "interval", /after the start/],
  [{ views: [{ target: "tTalk", name: "x", function: "rangeBound" }] }, "views", /does not serve/]
]

it.effect("refuse what is not known with a 400 that names it, and whoever may not see them with a 403", () =>
  Effect.gen(function* () {
    const token = yield* login()
    for (const [body, field, says] of refused) {
      const answer = yield* call(token, "POST", path, { interval, metrics: ["nOffered"], ...body })
      assert.strictEqual(answer.status, 400, field)
      assert.nestedInclude(answer.body, { "details[0].fieldName": field })
      assert.match(JSON.stringify(answer.body), says)
    }
    yield* Simulator.use(({ updateClient, clientId }) => updateClient(clientId, { permissions: [] }))
    const denied = yield* call(token, "POST", path, {})
    assert.strictEqual(denied.status, 403)
    assert.match(JSON.stringify(denied.body), /analytics:conversationAggregate:view/)
  }).pipe(Effect.provide(Simulator.layerHttpClient()))
)
