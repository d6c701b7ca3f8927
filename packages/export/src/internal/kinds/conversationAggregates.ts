/**
 * Aggregates of conversations: a row for each span of time, such as a half hour, and within it one for each group and metric. A span is
 * replaced as a whole, so that a group that it has no more is gone.
 */
import * as Schema from "effect/Schema"
import * as Column from "../../Column.ts"
import type { DayLayout } from "../../DayRange.ts"
import type { Spelling } from "../../Kind.ts"
import * as Aggregates from "./aggregates.ts"
import { fieldsOf } from "./fields.ts"
import type { Told } from "./told.ts"

const { columns } = Aggregates

const children = [
  {
    name: "conversation_aggregate_values",
    from: "values",
    place: "place",
    indexes: [["queue_id"], ["user_id"]],
    columns: {
      interval_start: Column.moment("intervalStart", "When the span begins"),
      queue_id: Column.text("queueId"),
      user_id: Column.text("userId"),
      media_type: Column.text("mediaType"),
      direction: Column.text("direction"),
      originating_direction: Column.text("originatingDirection"),
      wrap_up_code: Column.text("wrapUpCode"),
      division_id: Column.text("divisionId"),
      purpose: Column.text("purpose"),
      metric: Column.text("metric", "Such as tTalk or nOffered"),
      qualifier: Column.text("qualifier"),
      count: Column.number("count", "How often; of what begins with n, the number itself"),
      sum: Column.number("sum", "Of times, which begin with t, in milliseconds"),
      min: Column.number("min", "The least of them"),
      max: Column.number("max", "The most of them"),
      ratio: Column.number("ratio", "Of a service level: numerator by denominator"),
      numerator: Column.number("numerator"),
      denominator: Column.number("denominator"),
      target: Column.number("target", "That the ratio shall reach")
    }
  }
] as const

export const conversationAggregates = {
  name: "conversation_aggregates",
  by: "day",
  key: "_key",
  keyOf: ["intervalStart"],
  one: "conversation_aggregate",
  fields: { _key: Schema.String, ...fieldsOf(columns, children) },
  table: { key: "key", columns, indexes: [["interval_start"], ["day"]], children }
} as const satisfies DayLayout

export const told: Told = {
  doc: "Metrics of conversations, counted and summed up by queue, user, media type, direction and wrap-up code in half hours or days",
  operations: ["postAnalyticsConversationsAggregatesQuery"],
  permissions: ["analytics:conversationAggregate:view"]
}

const groups = [
  "queueId",
  "userId",
  "mediaType",
  "direction",
  "originatingDirection",
  "wrapUpCode",
  "divisionId",
  "purpose"
] as const

/** What is asked for if nothing is said. */
export const usual = {
  again: "5 days",
  granularity: "PT30M",
  timeZone: "UTC",
  groupBy: ["queueId", "userId", "mediaType", "direction", "wrapUpCode"],
  metrics: [
    "nOffered",
    "nConnected",
    "nTransferred",
    "nBlindTransferred",
    "nConsultTransferred",
    "nOutbound",
    "nOutboundAttempted",
    "nOutboundConnected",
    "nOverSla",
    "nError",
    "oServiceLevel",
    "tAbandon",
    "tShortAbandon",
    "tAcd",
    "tAcw",
    "tAlert",
    "tAnswered",
    "tContacting",
    "tDialing",
    "tFlowOut",
    "tHandle",
    "tHeld",
    "tHeldComplete",
    "tIvr",
    "tNotResponding",
    "tTalk",
    "tTalkComplete",
    "tVoicemail",
    "tWait"
  ]
} as const satisfies Aggregates.Usual

export const settings = (spelling: Spelling) => ({
  ...Aggregates.settings(spelling, "How long a day that is over is read again, for codes that come late. Default 5d."),
  groupBy: Schema.optionalKey(
    Schema.Array(Schema.Literals(groups)).annotate({ description: `Default ${usual.groupBy.join(", ")}.` })
  ),
  metrics: Schema.optionalKey(
    Schema.NonEmptyArray(Schema.NonEmptyString).annotate({
      description: "Names of metrics, such as tTalk or nOffered. Default: those of queues and agents."
    })
  )
})
