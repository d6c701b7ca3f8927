/**
 * A conversation as analytics records it. Every field but the id and the start may be absent; fields that are not named here
 * are dropped: whoever must not lose any takes the raw rows of `ConversationDetails`.
 */
import * as Schema from "effect/Schema"
import * as Field from "./internal/field.ts"

/** What was measured. Times, whose names start with `t`, are in milliseconds; `n` counts. */
export const Metric = Schema.Struct({ name: Field.text, value: Field.number, emitDate: Field.date })

/** A span of a session in which one thing happened, such as talking, holding or wrapping up. */
export const Segment = Schema.Struct({
  segmentStart: Field.date,
  /** Absent while it goes on. */
  segmentEnd: Field.date,
  /** Such as `interact`, `hold` or `wrapup`. */
  segmentType: Field.text,
  queueId: Field.text,
  /** Such as `peer` or `client`. */
  disconnectType: Field.text,
  errorCode: Field.text,
  /** It may come hours after the segment. */
  wrapUpCode: Field.text,
  wrapUpNote: Field.text,
  conference: Field.flag,
  subject: Field.text
})

/** One participant's part of a conversation in one medium, with its segments and metrics. */
export const Session = Schema.Struct({
  sessionId: Field.text,
  /** Such as `voice` or `message`. */
  mediaType: Field.text,
  direction: Field.text,
  /** The number that called. */
  ani: Field.text,
  /** The number that was called. */
  dnis: Field.text,
  provider: Field.text,
  remote: Field.text,
  messageType: Field.text,
  requestedRoutings: Field.texts,
  usedRouting: Field.text,
  metrics: Field.field(Schema.Array(Metric)),
  segments: Field.field(Schema.Array(Segment))
})

/** Somebody or something that took part: a customer, a queue or an agent, with each of its sessions. */
export const Participant = Schema.Struct({
  participantId: Field.text,
  participantName: Field.text,
  /** Such as `customer`, `acd` or `agent`. */
  purpose: Field.text,
  userId: Field.text,
  teamId: Field.text,
  externalContactId: Field.text,
  /** From jobs only. */
  attributes: Field.field(Schema.Record(Schema.String, Schema.Unknown)),
  sessions: Field.field(Schema.Array(Session))
})

/** One without an end is still running. */
export class Conversation extends Schema.Class<Conversation>("@effect-genesys/client/Conversation")({
  conversationId: Schema.String,
  conversationStart: Schema.DateTimeUtcFromString,
  conversationEnd: Field.date,
  /** `inbound` or `outbound`. */
  originatingDirection: Field.text,
  divisionIds: Field.texts,
  conversationInitiator: Field.text,
  externalTag: Field.text,
  participants: Field.field(Schema.Array(Participant))
}) {}
