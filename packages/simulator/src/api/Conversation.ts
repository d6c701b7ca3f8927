/**
 * A conversation as analytics tells it, with its participants, their sessions, segments and metrics. The names are those of the
 * official SDK's models.
 */
import * as Schema from "effect/Schema"

const text = Schema.optionalKey(Schema.String)
const texts = Schema.optionalKey(Schema.Array(Schema.String))
const number = Schema.optionalKey(Schema.Finite)
const flag = Schema.optionalKey(Schema.Boolean)

/** What happens in a segment. */
export const SegmentType = Schema.Literals([
  "alert",
  "callback",
  "contacting",
  "dialing",
  "hold",
  "interact",
  "ivr",
  "scheduled",
  "voicemail",
  "wrapup"
])
/** Who or what ended a segment. */
export const DisconnectType = Schema.Literals(["peer", "client", "endpoint", "transfer", "system"])
/** The medium of a session. */
export const MediaType = Schema.Literals(["voice", "chat", "message", "email", "callback"])
/** Which way a conversation or a session goes, as the contact center sees it. */
export const Direction = Schema.Literals(["inbound", "outbound"])
/** As what a participant takes part. */
export const Purpose = Schema.Literals([
  "customer",
  "ivr",
  "workflow",
  "botflow",
  "acd",
  "agent",
  "voicemail",
  "external"
])

const ScoredAgent = Schema.Struct({ agentScore: Schema.Finite, scoredAgentId: Schema.String })

const Segment = Schema.Struct({
  segmentStart: Schema.String,
  /** Absent while it goes on. */
  segmentEnd: text,
  segmentType: SegmentType,
  /** Absent where there is none: in an IVR, or where one agent has called another. */
  queueId: text,
  disconnectType: Schema.optionalKey(DisconnectType),
  /** It may come hours after the segment, or never; `ININ-WRAP-UP-TIMEOUT` where nobody gave one in time. */
  wrapUpCode: text,
  wrapUpNote: text,
  conference: Schema.Boolean,
  audioMuted: flag,
  errorCode: text,
  q850ResponseCodes: Schema.optionalKey(Schema.Array(Schema.Int)),
  sipResponseCodes: Schema.optionalKey(Schema.Array(Schema.Int)),
  requestedRoutingSkillIds: texts,
  requestedLanguageId: text,
  scoredAgents: Schema.optionalKey(Schema.Array(ScoredAgent)),
  /** Of an e-mail. */
  subject: text
})
/** A span of a session in which one thing happened. */
export interface Segment extends Schema.Schema.Type<typeof Segment> {}

/** Times are in milliseconds. */
const Metric = Schema.Struct({ name: Schema.String, value: Schema.Number, emitDate: Schema.String })
/** A metric of a session, with the moment at which it was emitted. */
export interface Metric extends Schema.Schema.Type<typeof Metric> {}

const FlowOutcome = Schema.Struct({
  flowOutcomeId: Schema.String,
  flowOutcome: Schema.String,
  flowOutcomeStartTimestamp: Schema.String,
  flowOutcomeEndTimestamp: Schema.String,
  flowOutcomeValue: Schema.Literals(["SUCCESS", "FAILURE"])
})

const Flow = Schema.Struct({
  flowId: Schema.String,
  flowName: Schema.String,
  flowType: Schema.String,
  flowVersion: Schema.String,
  entryType: Schema.String,
  entryReason: Schema.String,
  startingLanguage: Schema.String,
  /** These are absent while it goes on. */
  endingLanguage: text,
  exitReason: text,
  transferType: text,
  transferTargetName: text,
  transferTargetAddress: text,
  outcomes: Schema.optionalKey(Schema.Array(FlowOutcome))
})
/** A flow of Architect that a session passes, with its outcomes. */
export interface Flow extends Schema.Schema.Type<typeof Flow> {}

const MediaEndpointStat = Schema.Struct({
  codecs: Schema.Array(Schema.String),
  eventTime: Schema.String,
  maxLatencyMs: Schema.Int,
  minMos: Schema.Finite,
  minRFactor: Schema.Finite,
  receivedPackets: Schema.Int,
  discardedPackets: number
})

const Session = Schema.Struct({
  sessionId: Schema.String,
  mediaType: MediaType,
  direction: Direction,
  ani: Schema.String,
  dnis: Schema.String,
  sessionDnis: text,
  provider: Schema.String,
  /** The session of the customer that it belongs to. */
  peerId: text,
  remote: text,
  recording: flag,
  messageType: text,
  addressFrom: text,
  addressTo: text,
  requestedRoutings: texts,
  /** Once it has been answered. */
  usedRouting: text,
  selectedAgentId: text,
  flowInType: text,
  flowOutType: text,
  callbackNumbers: texts,
  callbackUserName: text,
  callbackScheduledTime: text,
  outboundCampaignId: text,
  outboundContactId: text,
  outboundContactListId: text,
  dispositionAnalyzer: text,
  dispositionName: text,
  mediaEndpointStats: Schema.optionalKey(Schema.Array(MediaEndpointStat)),
  flow: Schema.optionalKey(Flow),
  metrics: Schema.Array(Metric),
  segments: Schema.Array(Segment)
})
/** What a participant has with the others in one medium: its segments and metrics. */
export interface Session extends Schema.Schema.Type<typeof Session> {}

const Participant = Schema.Struct({
  participantId: Schema.String,
  participantName: text,
  purpose: Purpose,
  userId: text,
  externalContactId: text,
  /** From jobs only. */
  attributes: Schema.optionalKey(Schema.Record(Schema.String, Schema.String)),
  sessions: Schema.Array(Session)
})
/** Somebody or something that took part, with each of its sessions. */
export interface Participant extends Schema.Schema.Type<typeof Participant> {}

/** One without `conversationEnd` is still running. */
export const Conversation = Schema.Struct({
  conversationId: Schema.String,
  conversationStart: Schema.String,
  conversationEnd: text,
  originatingDirection: Direction,
  conversationInitiator: text,
  customerParticipation: flag,
  /** Whether it was over in an IVR or a bot; known at its end. */
  selfServed: flag,
  conferenceStart: text,
  mediaStatsMinConversationMos: number,
  mediaStatsMinConversationRFactor: number,
  divisionIds: Schema.Array(Schema.String),
  participants: Schema.Array(Participant)
})
export interface Conversation extends Schema.Schema.Type<typeof Conversation> {}
