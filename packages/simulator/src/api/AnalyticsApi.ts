/**
 * `/api/v2/analytics/conversations/details/query`: the conversations that started on the UTC days an interval touches and were
 * alive in it, page by page, filtered, ordered and counted by dimension; and single ones by their ids.
 */
import * as HttpApiEndpoint from "effect/http-api/HttpApiEndpoint"
import * as HttpApiGroup from "effect/http-api/HttpApiGroup"
import * as Schema from "effect/Schema"
import { Authorization, BodyCheck } from "./Authorization.ts"
import { Conversation } from "./Conversation.ts"
import { Aggregation, AggregationResult, ConversationFilter, SegmentFilter } from "./ConversationFilter.ts"
import { Several } from "./Paging.ts"
import * as Dates from "./Dates.ts"
import { Permissions } from "./Permissions.ts"

const longest = 31 * 24 * 60 * 60 * 1000

/** From (inclusive) and to (exclusive) in milliseconds since 1970; a date without a zone is in UTC. */
export const interval = (text: string): readonly [from: number, to: number] => {
  const [from, to, ...rest] = text.split("/")
  return rest.length === 0 ? [Dates.parse(from), Dates.parse(to)] : [Number.NaN, Number.NaN]
}

const Interval = Schema.String.check(
  Schema.makeFilter((text: string) => {
    const [from, to] = interval(text)
    if (Number.isNaN(from) || Number.isNaN(to)) return "Expected two ISO-8601 dates with a slash between them"
    if (to <= from) return "Expected the end to be after the start"
    return to - from > longest ? "Expected at most 31 days" : undefined
  })
)

/** What queries and jobs have in common. */
export const detailsFields = {
  interval: Interval,
  /** Default `asc`. */
  order: Schema.optionalKey(Schema.Literals(["asc", "desc", "unordered"])),
  /** By its first segment's start or its last interaction's end, which are its own. Default `conversationStart`. */
  orderBy: Schema.optionalKey(Schema.Literals(["conversationStart", "conversationEnd", "segmentStart", "segmentEnd"])),
  /** A conversation must pass all of them. */
  conversationFilters: Schema.optionalKey(Schema.Array(ConversationFilter)),
  /** One of its segments must pass all of them. */
  segmentFilters: Schema.optionalKey(Schema.Array(SegmentFilter))
}
const Details = Schema.Struct(detailsFields)
/** What is asked of conversations, by a query and by a job. */
export interface Details extends Schema.Schema.Type<typeof Details> {}

/** The body of a query. */
export const ConversationQuery = Schema.Struct({
  ...detailsFields,
  paging: Schema.optionalKey(
    Schema.Struct({
      /** Default 25. */
      pageSize: Schema.optionalKey(Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 100 }))),
      /** From 1, which is the default. */
      pageNumber: Schema.optionalKey(Schema.Int.check(Schema.isGreaterThan(0)))
    })
  ),
  aggregations: Schema.optionalKey(Schema.Array(Aggregation))
})
export interface ConversationQuery extends Schema.Schema.Type<typeof ConversationQuery> {}

/** The answer to a query: one page. */
export const ConversationQueryResult = Schema.Struct({
  /** Absent past the last page. */
  conversations: Schema.optionalKey(Schema.Array(Conversation)),
  /** One for each that was asked for; absent when none was. */
  aggregations: Schema.optionalKey(Schema.Array(AggregationResult)),
  /** Exact once the interval has ended; before that it leaves out what started within the present minute. */
  totalHits: Schema.Int
})

/** Those that are known; absent if none is. They are without the attributes of participants, which jobs alone have. */
export const ConversationsById = Schema.Struct({ conversations: Schema.optionalKey(Schema.Array(Conversation)) })

/** So many at once; Genesys says no number. */
export const mostIds = 100

/** The endpoints of conversation details. */
export class AnalyticsApi extends HttpApiGroup.make("analytics")
  .add(
    HttpApiEndpoint.post("queryConversations", "/api/v2/analytics/conversations/details/query", {
      payload: ConversationQuery,
      success: ConversationQueryResult
    }).annotate(Permissions, ["analytics:conversationDetail:view"]),
    /** `id` is repeated, or has commas between its values. */
    HttpApiEndpoint.get("conversationsById", "/api/v2/analytics/conversations/details", {
      query: { id: Several },
      success: ConversationsById
    }).annotate(Permissions, ["analytics:conversationDetail:view"])
  )
  .middleware(BodyCheck)
  .middleware(Authorization) {}
