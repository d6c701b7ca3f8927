/**
 * How long users were in each presence and routing status: a row for each span of time, such as a half hour, and within it one for each
 * user, metric and status. A span is replaced as a whole.
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
    name: "user_aggregate_values",
    from: "values",
    place: "place",
    indexes: [["user_id"]],
    columns: {
      interval_start: Column.moment("intervalStart", "When the span begins"),
      user_id: Column.text("userId"),
      metric: Column.text("metric", "tAgentRoutingStatus, tSystemPresence or tOrganizationPresence"),
      qualifier: Column.text(
        "qualifier",
        "The routing status or presence; of tOrganizationPresence the id of its definition: see presence_definitions"
      ),
      sum_ms: Column.number("sum", "How long the user was in it, in milliseconds")
    }
  }
] as const

export const userAggregates = {
  name: "user_aggregates",
  by: "day",
  key: "_key",
  keyOf: ["intervalStart"],
  one: "user_aggregate",
  fields: { _key: Schema.String, ...fieldsOf(columns, children) },
  table: { key: "key", columns, indexes: [["interval_start"], ["day"]], children }
} as const satisfies DayLayout

export const told: Told = {
  doc: "How long each user was in each presence and routing status, in half hours or days",
  operations: ["postAnalyticsUsersAggregatesQuery"],
  permissions: ["analytics:userAggregate:view"]
}

const groups = ["userId"] as const
const metrics = ["tAgentRoutingStatus", "tOrganizationPresence", "tSystemPresence"] as const

export const usual = {
  again: "2 days",
  granularity: "PT30M",
  timeZone: "UTC",
  groupBy: groups,
  metrics
} as const satisfies Aggregates.Usual

export const settings = (spelling: Spelling) => ({
  ...Aggregates.settings(spelling, "How long a day that is over is read again, for what comes late. Default 2d."),
  groupBy: Schema.optionalKey(
    Schema.Array(Schema.Literals(groups)).annotate({
      description: "Default userId. An empty list: all users together."
    })
  ),
  metrics: Schema.optionalKey(
    Schema.NonEmptyArray(Schema.Literals(metrics)).annotate({ description: `Default ${metrics.join(", ")}.` })
  )
})
