/**
 * What a stream of notifications consists of: events as Genesys sends them, and gaps in which events may be missing. All
 * moments are those of this machine's clock; an event happened somewhat earlier.
 */
import * as Schema from "effect/Schema"

/**
 * All channels are open and subscribed for the first time. What is asked of the API from now on, such as the presence of all
 * users, can be kept up to date by the events; what was asked before may have changed unseen.
 */
export class Listening extends Schema.TaggedClass<Listening>("@effect-genesys/client/Listening")("Listening", {
  at: Schema.DateTimeUtc
}) {}

/** One event of one topic. */
export class Event extends Schema.TaggedClass<Event>("@effect-genesys/client/Event")("Event", {
  /** Such as `v2.users.{id}.presence`, with the id. */
  topic: Schema.String,
  /** Genesys' version of the body's schema, such as `2`. */
  version: Schema.optionalKey(Schema.String),
  /** The JSON that Genesys' list of topics describes for this one. */
  eventBody: Schema.Unknown,
  metadata: Schema.Record(Schema.String, Schema.Unknown),
  /** `CorrelationId` of the metadata: the operation that caused the event, and perhaps others. */
  correlationId: Schema.optionalKey(Schema.String),
  receivedAt: Schema.DateTimeUtc
}) {}

/**
 * - `TokenEnded`: the channel died with the token that it was made with, before another one was open.
 * - `ChannelExpired`: it was 24 hours old before another one was open.
 * - `Evicted`: Genesys removed it, most likely for another one: a user and an OAuth client have 20 between them.
 * - `ServerClosing`: Genesys announced that it closes the WebSocket, and did before another one was open.
 * - `ConnectionLost`: the connection broke or fell silent.
 * - `Overflow`: the consumer was slower than the events for longer than the buffer lasts.
 */
export const GapReason = Schema.Literals([
  "TokenEnded",
  "ChannelExpired",
  "Evicted",
  "ServerClosing",
  "ConnectionLost",
  "Overflow"
])
export type GapReason = typeof GapReason.Type

/**
 * Events of these topics may be missing between `from` and `to`. It is announced when it begins, without `to`, and again, with
 * the same `from`, when events arrive once more: then the state of the topics is to be read from the API. An `Overflow` is
 * announced once. `from` is rather too early than too late.
 */
export class Gap extends Schema.TaggedClass<Gap>("@effect-genesys/client/Gap")("Gap", {
  reason: GapReason,
  topics: Schema.Array(Schema.String),
  /** Whose gap it is, of several channels, counted from 0; of all for an `Overflow`. */
  channel: Schema.optionalKey(Schema.Int),
  from: Schema.DateTimeUtc,
  to: Schema.optionalKey(Schema.DateTimeUtc)
}) {}

/** One thing of a stream of notifications: that it listens, an event, or a gap in which some may be missing. */
export type NotificationEvent = Listening | Event | Gap

/** Topics that were not there at the beginning, or were refused, are subscribed since this moment. */
export class Joined extends Schema.TaggedClass<Joined>("@effect-genesys/client/Joined")("Joined", {
  topics: Schema.Array(Schema.String),
  at: Schema.DateTimeUtc
}) {}

/** Genesys refuses these topics; the others go on. They are asked for again with the next channel, within 24 hours. */
export class Refused extends Schema.TaggedClass<Refused>("@effect-genesys/client/Refused")("Refused", {
  topics: Schema.Array(Schema.String),
  /** Those that are missing, as far as Genesys says so. */
  permissions: Schema.Array(Schema.String),
  at: Schema.DateTimeUtc
}) {}

/**
 * Every event that Genesys has told until this moment has come before this, or lies in a gap that has. It is rather too early
 * than too late: a connection that broke unseen is told as a gap that begins later than this.
 */
export class Known extends Schema.TaggedClass<Known>("@effect-genesys/client/Known")("Known", {
  until: Schema.DateTimeUtc
}) {}

/** What a stream of topics that change consists of. */
export type FollowedEvent = NotificationEvent | Joined | Refused | Known

/** What every stream consists of. */
export const isNotification = (event: FollowedEvent): event is NotificationEvent =>
  event._tag === "Event" || event._tag === "Gap" || event._tag === "Listening"
