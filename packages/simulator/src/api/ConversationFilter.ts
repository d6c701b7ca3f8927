/**
 * Filters and aggregations of conversation details: `and`/`or` over clauses of predicates. A dimension, metric or type that
 * the simulator does not serve is a 400 that names it: an answer that is not filtered would look like one that is.
 */
import * as Schema from "effect/Schema"

/** One of these names; the refusal of another one says which it was. */
const oneOf = (what: string, { literals }: { readonly literals: ReadonlyArray<string> }) =>
  Schema.String.check(
    Schema.makeFilter((name: string) => literals.includes(name) || `The simulator has no ${what} '${name}'`)
  )

/** What a conversation can be filtered by. */
export const ConversationDimension = Schema.Literals([
  "conversationId",
  "conversationStart",
  "conversationEnd",
  "originatingDirection",
  "divisionId"
])
/** Those of the official SDK's enumeration that are measured here. A conversation may have several of a name: one is enough. */
export const ConversationMetric = Schema.Literals([
  "nBlindTransferred",
  "nBotInteractions",
  "nConnected",
  "nConsult",
  "nConsultTransferred",
  "nError",
  "nFlow",
  "nFlowOutcome",
  "nFlowOutcomeFailed",
  "nOffered",
  "nOutbound",
  "nOutboundAbandoned",
  "nOutboundAttempted",
  "nOutboundConnected",
  "nOverSla",
  "nTransferred",
  "oMediaCount",
  "tAbandon",
  "tAcd",
  "tActiveCallback",
  "tActiveCallbackComplete",
  "tAcw",
  "tAgentResponseTime",
  "tAlert",
  "tAnswered",
  "tConnected",
  "tContacting",
  "tDialing",
  "tFirstConnect",
  "tFirstDial",
  "tFirstEngagement",
  "tFlow",
  "tFlowDisconnect",
  "tFlowExit",
  "tFlowOut",
  "tFlowOutcome",
  "tHandle",
  "tHeld",
  "tHeldComplete",
  "tIvr",
  "tNotResponding",
  "tShortAbandon",
  "tTalk",
  "tTalkComplete",
  "tUserResponseTime",
  "tVoicemail"
])

/** What a segment can be filtered by. */
export const SegmentDimension = Schema.Literals([
  "queueId",
  "userId",
  "mediaType",
  "direction",
  "wrapUpCode",
  "purpose",
  "disconnectType",
  "segmentType",
  "segmentEnd",
  "ani",
  "dnis",
  "conference",
  "errorCode",
  "flowId",
  "flowType",
  "exitReason"
])
/** What can be measured of a segment. */
export const SegmentMetric = Schema.Literals(["tSegmentDuration"])

const Join = Schema.Literals(["and", "or"])

// Not as literals: the text must tell which one was refused.
const PredicateType = oneOf("predicate of type", Schema.Literals(["dimension", "metric"]))

/** Numbers; a metric is in milliseconds. */
const Range = Schema.Struct({
  gt: Schema.optionalKey(Schema.Finite),
  gte: Schema.optionalKey(Schema.Finite),
  lt: Schema.optionalKey(Schema.Finite),
  lte: Schema.optionalKey(Schema.Finite)
})

/** One thing that must be so. */
export interface Predicate {
  /** `dimension` or `metric`. Default: what is named. */
  readonly type?: string
  readonly dimension?: string
  readonly metric?: string
  /** Default `matches`. */
  readonly operator?: "matches" | "exists" | "notExists"
  readonly value?: string
  readonly range?: typeof Range.Type
}

/** Predicates of which all must hold, or one. */
export interface Clause {
  readonly type: "and" | "or"
  readonly predicates: ReadonlyArray<Predicate>
}

/** Predicates and clauses of which all must hold, or one. */
export interface Filter {
  readonly type: "and" | "or"
  readonly predicates?: ReadonlyArray<Predicate>
  readonly clauses?: ReadonlyArray<Clause>
}

/** What a predicate needs beyond its types. */
const whole = Schema.makeFilter((predicate: Predicate) => {
  const type = predicate.type ?? (predicate.metric === undefined ? "dimension" : "metric")
  const looksAt = type === "metric" ? predicate.metric : predicate.dimension
  if (looksAt === undefined) return { path: [type], issue: "Expected it to be there" }
  if (predicate.operator === "exists" || predicate.operator === "notExists") return undefined
  if (predicate.range === undefined && predicate.value === undefined) {
    return { path: ["value"], issue: "Expected a value or a range" }
  }
  if (type === "dimension" && predicate.value === undefined) {
    return { path: ["range"], issue: "The simulator serves ranges of metrics only" }
  }
  return undefined
})

const filter = (dimension: Schema.Codec<string>, metric: Schema.Codec<string>): Schema.Codec<Filter> => {
  const predicates: Schema.Codec<ReadonlyArray<Predicate>> = Schema.Array(
    Schema.Struct({
      type: Schema.optionalKey(PredicateType),
      dimension: Schema.optionalKey(dimension),
      metric: Schema.optionalKey(metric),
      operator: Schema.optionalKey(Schema.Literals(["matches", "exists", "notExists"])),
      value: Schema.optionalKey(Schema.String),
      range: Schema.optionalKey(Range)
    }).check(whole)
  )
  return Schema.Struct({
    type: Join,
    predicates: Schema.optionalKey(predicates),
    clauses: Schema.optionalKey(Schema.Array(Schema.Struct({ type: Join, predicates })))
  })
}

/** A filter of conversations. */
export const ConversationFilter = filter(
  oneOf("conversation dimension", ConversationDimension),
  oneOf("conversation metric", ConversationMetric)
)
/** A filter of segments. */
export const SegmentFilter = filter(
  oneOf("segment dimension", SegmentDimension),
  oneOf("segment metric", SegmentMetric)
)

/** What can be counted by its values. */
export const CountedDimension = Schema.Literals([
  "originatingDirection",
  "divisionId",
  "queueId",
  "userId",
  "mediaType",
  "direction",
  "wrapUpCode",
  "purpose",
  "disconnectType",
  "segmentType",
  "flowId",
  "flowType",
  "exitReason"
])

/** What can be counted by ranges. */
export const RangedMetric = Schema.Literals([...ConversationMetric.literals, ...SegmentMetric.literals])

/** From (inclusive) and to (exclusive), in milliseconds. */
const AggregationRange = Schema.Struct({
  gte: Schema.optionalKey(Schema.Finite),
  lt: Schema.optionalKey(Schema.Finite)
})

interface Asked {
  readonly type?: string
  readonly dimension?: string
  readonly metric?: string
  readonly ranges?: ReadonlyArray<unknown>
}

/** What an aggregation needs beyond its types. */
const countable = Schema.makeFilter(({ dimension, metric, ranges, type }: Asked) => {
  const wanted = type ?? (metric === undefined ? "termFrequency" : "numericRange")
  const issue = "Expected it to be there"
  if (wanted === "termFrequency") return dimension === undefined ? { path: ["dimension"], issue } : undefined
  if (metric === undefined) return { path: ["metric"], issue }
  return ranges === undefined ? { path: ["ranges"], issue } : undefined
})

/** Counts the conversations for each value of a dimension, or for each range of a metric. */
export const Aggregation = Schema.Struct({
  /** Default: what fits the dimension or the metric. */
  type: Schema.optionalKey(oneOf("aggregation of type", Schema.Literals(["termFrequency", "numericRange"]))),
  dimension: Schema.optionalKey(oneOf("countable dimension", CountedDimension)),
  /** How many values, the most frequent first. Default 10. */
  size: Schema.optionalKey(Schema.Int.check(Schema.isGreaterThan(0))),
  metric: Schema.optionalKey(oneOf("countable metric", RangedMetric)),
  ranges: Schema.optionalKey(Schema.Array(AggregationRange))
}).check(countable)
export interface Aggregation extends Schema.Schema.Type<typeof Aggregation> {}

/** What was counted for one aggregation. */
export const AggregationResult = Schema.Struct({
  type: Schema.Literals(["termFrequency", "numericRange"]),
  dimension: Schema.optionalKey(Schema.String),
  metric: Schema.optionalKey(Schema.String),
  results: Schema.Array(
    Schema.Struct({
      /** Of a dimension. */
      value: Schema.optionalKey(Schema.String),
      /** Of a metric. */
      gte: Schema.optionalKey(Schema.Finite),
      lt: Schema.optionalKey(Schema.Finite),
      count: Schema.Int
    })
  )
})
