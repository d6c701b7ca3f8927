/**
 * `/api/v2/analytics/conversations/details/query`: conversations with their participants, sessions and segments. Filters and
 * aggregations are refused rather than ignored.
 */
import * as HttpApiEndpoint from "effect/http-api/HttpApiEndpoint"
import * as HttpApiGroup from "effect/http-api/HttpApiGroup"
import * as Schema from "effect/Schema"
import { Authorization, BodyCheck } from "./Authorization.ts"

const Segment = Schema.Struct({
  segmentStart: Schema.String,
  segmentEnd: Schema.optionalKey(Schema.String),
  segmentType: Schema.Literals(["interact", "wrapup"]),
  queueId: Schema.String,
  disconnectType: Schema.optionalKey(Schema.Literals(["peer", "client", "transfer"])),
  wrapUpCode: Schema.optionalKey(Schema.String),
  conference: Schema.Boolean
})
export interface Segment extends Schema.Schema.Type<typeof Segment> {}

const Metric = Schema.Struct({ name: Schema.String, value: Schema.Number, emitDate: Schema.String })

const Session = Schema.Struct({
  sessionId: Schema.String,
  mediaType: Schema.Literals(["voice", "message", "email"]),
  direction: Schema.Literals(["inbound", "outbound"]),
  ani: Schema.String,
  dnis: Schema.String,
  metrics: Schema.Array(Metric),
  segments: Schema.Array(Segment)
})

const Participant = Schema.Struct({
  participantId: Schema.String,
  participantName: Schema.String,
  purpose: Schema.Literals(["customer", "acd", "agent"]),
  userId: Schema.optionalKey(Schema.String),
  sessions: Schema.Array(Session)
})
export interface Participant extends Schema.Schema.Type<typeof Participant> {}

/** One without `conversationEnd` is still running. */
export const Conversation = Schema.Struct({
  conversationId: Schema.String,
  conversationStart: Schema.String,
  conversationEnd: Schema.optionalKey(Schema.String),
  originatingDirection: Schema.Literals(["inbound", "outbound"]),
  divisionIds: Schema.Array(Schema.String),
  participants: Schema.Array(Participant)
})
export interface Conversation extends Schema.Schema.Type<typeof Conversation> {}

const longest = 31 * 24 * 60 * 60 * 1000
const isoDate = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)?)?$/
/** It says its zone, or is a date alone, which JavaScript reads as UTC. */
const zoned = /^[^T]*$|T.*(Z|[+-]\d\d:?\d\d)$/

/** From (inclusive) and to (exclusive) in milliseconds since 1970; a date without a zone is in UTC. */
export const interval = (text: string): readonly [from: number, to: number] => {
  const parse = (date = "") => (isoDate.test(date) ? Date.parse(zoned.test(date) ? date : `${date}Z`) : Number.NaN)
  const [from, to, ...rest] = text.split("/")
  return rest.length === 0 ? [parse(from), parse(to)] : [Number.NaN, Number.NaN]
}

const Interval = Schema.String.check(
  Schema.makeFilter((text: string) => {
    const [from, to] = interval(text)
    if (Number.isNaN(from) || Number.isNaN(to)) return "Expected two ISO-8601 dates with a slash between them"
    if (to <= from) return "Expected the end to be after the start"
    return to - from > longest ? "Expected at most 31 days" : undefined
  })
)

/** Refused rather than ignored: an answer that is not filtered would look like one that is. */
const None = Schema.Array(Schema.Json).check(Schema.isMaxLength(0, { message: "The simulator does not serve it" }))

export const ConversationQuery = Schema.Struct({
  interval: Interval,
  /** Default `asc`. */
  order: Schema.optionalKey(Schema.Literals(["asc", "desc", "unordered"])),
  /** Default `conversationStart`. */
  orderBy: Schema.optionalKey(Schema.Literals(["conversationStart", "conversationEnd", "segmentStart", "segmentEnd"])),
  paging: Schema.optionalKey(
    Schema.Struct({
      /** Default 25. */
      pageSize: Schema.optionalKey(Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 100 }))),
      /** From 1, which is the default. */
      pageNumber: Schema.optionalKey(Schema.Int.check(Schema.isGreaterThan(0)))
    })
  ),
  segmentFilters: Schema.optionalKey(None),
  conversationFilters: Schema.optionalKey(None),
  aggregations: Schema.optionalKey(None)
})
export interface ConversationQuery extends Schema.Schema.Type<typeof ConversationQuery> {}

export const ConversationQueryResult = Schema.Struct({
  /** Absent past the last page. */
  conversations: Schema.optionalKey(Schema.Array(Conversation)),
  totalHits: Schema.Int
})

export class AnalyticsApi extends HttpApiGroup.make("analytics")
  .add(
    HttpApiEndpoint.post("queryConversations", "/api/v2/analytics/conversations/details/query", {
      payload: ConversationQuery,
      success: ConversationQueryResult
    })
  )
  .middleware(BodyCheck)
  .middleware(Authorization) {}
