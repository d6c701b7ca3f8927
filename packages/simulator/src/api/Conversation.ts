/**
 * A conversation as analytics tells it, with its participants, their sessions and segments.
 */
import * as Schema from "effect/Schema"

const Segment = Schema.Struct({
  segmentStart: Schema.String,
  segmentEnd: Schema.optionalKey(Schema.String),
  segmentType: Schema.Literals(["interact", "wrapup"]),
  queueId: Schema.String,
  disconnectType: Schema.optionalKey(Schema.Literals(["peer", "client", "transfer"])),
  /** It may come hours after the segment. */
  wrapUpCode: Schema.optionalKey(Schema.String),
  conference: Schema.Boolean
})
/** A span of a session in which one thing happened. */
export interface Segment extends Schema.Schema.Type<typeof Segment> {}

/** Times are in milliseconds. */
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
/** Somebody or something that took part, with each of its sessions. */
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
