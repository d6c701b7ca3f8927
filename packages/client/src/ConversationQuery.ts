/** What is asked of conversation details: the interval, the order, filters and aggregations, as the official SDK has them. */
import * as Schema from "effect/Schema"
import { Conversation } from "./Conversation.ts"
import * as Field from "./internal/field.ts"

/** A condition on a dimension (`matches` unless said otherwise) or on a metric, whose range is in milliseconds or a count. */
export interface Predicate {
  readonly type?: "dimension" | "property" | "metric"
  /** Such as `queueId`, `mediaType` or `conversationEnd`. */
  readonly dimension?: string
  readonly propertyType?: string
  readonly property?: string
  /** Such as `tTalk`. */
  readonly metric?: string
  readonly operator?: "matches" | "exists" | "notExists"
  readonly value?: string
  readonly range?: { readonly gt?: number; readonly gte?: number; readonly lt?: number; readonly lte?: number }
}

/** Predicates, and clauses of predicates, joined by `type`. */
export interface Filter {
  readonly type: "and" | "or"
  readonly predicates?: ReadonlyArray<Predicate>
  readonly clauses?: ReadonlyArray<{ readonly type: "and" | "or"; readonly predicates: ReadonlyArray<Predicate> }>
}

/** Counts the conversations by the values of a dimension, or by ranges of a metric. */
export interface Aggregation {
  readonly type?: "termFrequency" | "numericRange"
  readonly dimension?: string
  readonly metric?: string
  /** How many values, the most frequent first. */
  readonly size?: number
  readonly ranges?: ReadonlyArray<{ readonly gte?: number; readonly lt?: number }>
}

/** Which conversations are asked for, and in which order. */
export interface ConversationQuery {
  /** `ISO/ISO`, at most 31 days. */
  readonly interval: string
  /** @default asc */
  readonly order?: "asc" | "desc" | "unordered" | undefined
  /** @default conversationStart */
  readonly orderBy?: "conversationStart" | "conversationEnd" | "segmentStart" | "segmentEnd" | undefined
  /** A conversation must pass all of them. */
  readonly conversationFilters?: ReadonlyArray<Filter> | undefined
  /** One of its segments must pass all of them. */
  readonly segmentFilters?: ReadonlyArray<Filter> | undefined
  readonly evaluationFilters?: ReadonlyArray<Filter> | undefined
  readonly surveyFilters?: ReadonlyArray<Filter> | undefined
  readonly resolutionFilters?: ReadonlyArray<Filter> | undefined
}

/** It returns what **started on a UTC day** that the interval touches and was alive in the interval. */
export interface QueryAllOptions extends ConversationQuery {
  /** Rows in a page, at most 100. @default 25, and 100 in streams */
  readonly pageSize?: number | undefined
}

/** Which page of which query, and what is counted besides. */
export interface QueryOptions extends QueryAllOptions {
  /** Counted from 1. @default 1 */
  readonly pageNumber?: number | undefined
  readonly aggregations?: ReadonlyArray<Aggregation> | undefined
}

/** It returns what was **alive** during the interval. */
export interface JobOptions extends ConversationQuery {
  /** True: what started on a UTC day that the interval touches, as queries do. @default false */
  readonly startOfDayIntervalMatching?: boolean | undefined
}

/** What Genesys has counted for one aggregation of a query. */
export const AggregationResult = Schema.Struct({
  type: Field.text,
  dimension: Field.text,
  metric: Field.text,
  count: Field.number,
  results: Field.rows(Schema.Struct({ value: Field.text, count: Field.number, gte: Field.number, lt: Field.number }))
})

/** A page of conversations; past the last page it is empty. */
export const QueryPage = Schema.Struct({
  // Genesys leaves the field out, rather than empty, past the last page.
  conversations: Field.rows(Conversation),
  aggregations: Field.rows(AggregationResult),
  /** Approximate, and absent at times. */
  totalHits: Field.number
})
export type QueryPage = typeof QueryPage.Type
