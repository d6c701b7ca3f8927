/**
 * `/api/v2/analytics/conversations/aggregates/query`: the metrics of conversations, counted and summed up by dimensions in spans of
 * time. A metric belongs to the span in which it was emitted.
 */
import * as HttpApiEndpoint from "effect/http-api/HttpApiEndpoint"
import * as HttpApiGroup from "effect/http-api/HttpApiGroup"
import * as Schema from "effect/Schema"
import { interval } from "./AnalyticsApi.ts"
import { Authorization, BodyCheck } from "./Authorization.ts"
import * as Granularity from "./Granularity.ts"
import { Permissions } from "./Permissions.ts"

const day = 24 * 60 * 60 * 1000
const [longestFine, longest] = [31 * day, 366 * day]

/** One of these names; the refusal of another one says which it was. */
export const oneOf = (what: string, names: ReadonlyArray<string>) =>
  Schema.String.check(
    Schema.makeFilter((name: string) => names.includes(name) || `The simulator has no ${what} '${name}'`)
  )

/** What the simulator does not do: an answer that leaves it out would look like one that does it. */
export const Refused = Schema.optionalKey(
  Schema.Unknown.check(Schema.makeFilter(() => "The simulator does not serve it: leave it out"))
)

/** By what conversations can be grouped and filtered here. */
export const AggregateDimension = Schema.Literals([
  "conversationId",
  "queueId",
  "userId",
  "mediaType",
  "direction",
  "originatingDirection",
  "wrapUpCode",
  "divisionId",
  "purpose",
  "ani",
  "dnis",
  "requestedRoutingSkillId",
  "requestedLanguageId"
])

/** Of the official SDK's enumeration. What never happens here may be asked for all the same, and has no data. */
export const AggregateMetric = Schema.Literals([
  "nBlindTransferred",
  "nBotInteractions",
  "nCobrowseSessions",
  "nConnected",
  "nConsult",
  "nConsultTransferred",
  "nError",
  "nOffered",
  "nOutbound",
  "nOutboundAbandoned",
  "nOutboundAttempted",
  "nOutboundConnected",
  "nOverSla",
  "nStateTransitionError",
  "nTransferred",
  "oExternalMediaCount",
  "oMediaCount",
  "oMessageTurn",
  "oServiceLevel",
  "oServiceTarget",
  "tAbandon",
  "tAcd",
  "tActiveCallback",
  "tActiveCallbackComplete",
  "tAcw",
  "tAgentResponseTime",
  "tAlert",
  "tAnswered",
  "tBarging",
  "tCoaching",
  "tCoachingComplete",
  "tConnected",
  "tContacting",
  "tDialing",
  "tFirstConnect",
  "tFirstDial",
  "tFirstEngagement",
  "tFirstResponse",
  "tFlowOut",
  "tHandle",
  "tHeld",
  "tHeldComplete",
  "tIvr",
  "tMonitoring",
  "tMonitoringComplete",
  "tNotResponding",
  "tPark",
  "tParkComplete",
  "tShortAbandon",
  "tTalk",
  "tTalkComplete",
  "tUserResponseTime",
  "tVoicemail",
  "tWait"
])

/** What aggregates look at: dimensions only. */
export interface Predicate {
  readonly type?: string
  readonly dimension: string
  /** Default `matches`. */
  readonly operator?: "matches" | "exists" | "notExists"
  readonly value?: string
}
/** Predicates and clauses, joined by `type`. Without any, everything passes. */
export interface Filter {
  readonly type: "and" | "or"
  readonly predicates?: ReadonlyArray<Predicate>
  readonly clauses?: ReadonlyArray<{ readonly type: "and" | "or"; readonly predicates: ReadonlyArray<Predicate> }>
}

const Join = Schema.Literals(["and", "or"])
const hasValue = Schema.makeFilter(({ operator = "matches", value }: Predicate) =>
  operator === "matches" && value === undefined ? { path: ["value"], issue: "Expected a value" } : undefined
)

/** A filter over these dimensions. Another dimension is refused by its name. */
export const aggregateFilter = (dimensions: ReadonlyArray<string>): Schema.Codec<Filter> => {
  const predicates: Schema.Codec<ReadonlyArray<Predicate>> = Schema.Array(
    Schema.Struct({
      type: Schema.optionalKey(oneOf("predicate of type", ["dimension"])),
      dimension: oneOf("dimension", dimensions),
      operator: Schema.optionalKey(Schema.Literals(["matches", "exists", "notExists"])),
      value: Schema.optionalKey(Schema.String)
    }).check(hasValue)
  )
  return Schema.Struct({
    type: Join,
    predicates: Schema.optionalKey(predicates),
    clauses: Schema.optionalKey(Schema.Array(Schema.Struct({ type: Join, predicates })))
  })
}

const issue = (text: string) => ({ path: ["interval"], issue: text })

/** What the span of aggregates must be: shorter where its grain is fine. */
const spanFits = Schema.makeFilter((asked: { readonly interval: string; readonly granularity?: string }) => {
  const [from, to] = interval(asked.interval)
  const grain = asked.granularity === undefined ? undefined : Granularity.grain(asked.granularity)
  const isFine = grain !== undefined && Granularity.isBelowADay(grain)
  if (Number.isNaN(from) || Number.isNaN(to)) return issue("Expected two ISO-8601 dates with a slash between them")
  if (to <= from) return issue("Expected the end to be after the start")
  if (isFine && to - from > longestFine) return issue("Expected at most 31 days with a granularity of less than a day")
  return to - from > longest ? issue("Expected at most 366 days") : undefined
})

/** A query of these metrics by these dimensions: of at most 366 days, or 31 if its granularity is less than a day. */
export const aggregateQuery = (dimensions: ReadonlyArray<string>, metrics: ReadonlyArray<string>) =>
  Schema.Struct({
    interval: Schema.String,
    /** Default: the interval as a whole. */
    granularity: Schema.optionalKey(Granularity.Granularity),
    /** Of days, weeks and months. Default UTC. */
    timeZone: Schema.optionalKey(Granularity.TimeZone),
    groupBy: Schema.optionalKey(Schema.Array(oneOf("dimension", dimensions))),
    filter: Schema.optionalKey(aggregateFilter(dimensions)),
    metrics: Schema.NonEmptyArray(oneOf("metric", metrics)),
    /** Whether each of several values is a group of its own. Default: all of them together are one. */
    flattenMultivaluedDimensions: Schema.optionalKey(Schema.Boolean),
    views: Refused,
    alternateTimeDimension: Refused,
    sortMetric: Refused,
    limit: Refused
  }).check(spanFits)

/** What is asked of the metrics of conversations. */
export const ConversationAggregateQuery = aggregateQuery(AggregateDimension.literals, AggregateMetric.literals)
export interface ConversationAggregateQuery extends Schema.Schema.Type<typeof ConversationAggregateQuery> {}

const number = Schema.optionalKey(Schema.Finite)

/** Times are in milliseconds. */
export const Stats = Schema.Struct({
  /** Of what is counted, the sum; of what is measured, how often it was. */
  count: number,
  sum: number,
  min: number,
  max: number,
  /** Of service levels. */
  ratio: number,
  numerator: number,
  denominator: number,
  target: number
})

/** A metric in one span of time. */
export const Datum = Schema.Struct({
  metric: Schema.String,
  /** Such as `INTERACTING`, of metrics of users. */
  qualifier: Schema.optionalKey(Schema.String),
  stats: Stats
})

/** The data of each group, span by span. */
export const AggregateResults = Schema.Array(
  Schema.Struct({
    /** A dimension that does not apply is left out. */
    group: Schema.Record(Schema.String, Schema.String),
    /** Spans without data are left out. */
    data: Schema.Array(Schema.Struct({ interval: Schema.String, metrics: Schema.Array(Datum) }))
  })
)

/** The answer of the metrics of conversations. `results` is absent if there are none. */
export const ConversationAggregates = Schema.Struct({ results: Schema.optionalKey(AggregateResults) })

/** The endpoint of the metrics of conversations. */
export class AggregatesApi extends HttpApiGroup.make("aggregates")
  .add(
    HttpApiEndpoint.post("conversations", "/api/v2/analytics/conversations/aggregates/query", {
      payload: ConversationAggregateQuery,
      success: ConversationAggregates
    }).annotate(Permissions, ["analytics:conversationAggregate:view"])
  )
  .middleware(BodyCheck)
  .middleware(Authorization) {}
