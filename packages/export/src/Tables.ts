/**
 * The flat tables that people query: conversations, and their participants, sessions, segments and metrics; and users. Rows
 * within a conversation are told apart by their place in it, counted from 0, because their ids may be absent. A cell
 * that Genesys did not send is null.
 */
import { AnyNumber } from "@effect-genesys/client/ExactNumber"
import * as Schema from "effect/Schema"
import * as Cell from "./internal/cell.ts"
import type { Row } from "./Row.ts"

const Text = Schema.NullOr(Schema.String)
/** ISO 8601 in UTC. */
const Moment = Schema.NullOr(Schema.String.annotate({ format: "date-time" }))
/** As Genesys sent it: one that JavaScript would change is an `ExactNumber`. */
const Number = Schema.NullOr(AnyNumber)
const Place = Schema.Int
const ofConversation = { conversation_id: Schema.String }
const ofParticipant = { ...ofConversation, participant: Place }
const ofSession = { ...ofParticipant, session: Place }

export const Conversation = Schema.Struct({
  ...ofConversation,
  /** The UTC day of its start, such as `2026-11-01`. */
  day: Schema.String,
  conversation_start: Moment,
  /** Null while it is running. */
  conversation_end: Moment,
  originating_direction: Text,
  conversation_initiator: Text,
  external_tag: Text,
  division_ids: Schema.NullOr(Schema.Array(Schema.String))
})

export const Participant = Schema.Struct({
  ...ofParticipant,
  participant_id: Text,
  participant_name: Text,
  /** Such as `customer`, `acd` or `agent`. */
  purpose: Text,
  user_id: Text,
  team_id: Text,
  external_contact_id: Text
})

export const Session = Schema.Struct({
  ...ofSession,
  session_id: Text,
  media_type: Text,
  direction: Text,
  ani: Text,
  dnis: Text,
  provider: Text,
  remote: Text,
  message_type: Text,
  used_routing: Text
})

export const Segment = Schema.Struct({
  ...ofSession,
  segment: Place,
  segment_start: Moment,
  segment_end: Moment,
  segment_type: Text,
  queue_id: Text,
  disconnect_type: Text,
  error_code: Text,
  wrap_up_code: Text,
  wrap_up_note: Text,
  conference: Schema.NullOr(Schema.Boolean),
  subject: Text
})

export const Metric = Schema.Struct({
  ...ofSession,
  metric: Place,
  name: Text,
  /** Times, whose names start with `t`, are in milliseconds; `n` counts. */
  value: Number,
  emit_date: Moment
})

export const User = Schema.Struct({
  id: Schema.String,
  name: Text,
  email: Text,
  username: Text,
  department: Text,
  title: Text,
  state: Text,
  division_id: Text,
  division_name: Text,
  version: Number
})

/** One conversation in five tables. */
export interface Flat {
  readonly conversation: typeof Conversation.Type
  readonly participants: ReadonlyArray<typeof Participant.Type>
  readonly sessions: ReadonlyArray<typeof Session.Type>
  readonly segments: ReadonlyArray<typeof Segment.Type>
  readonly metrics: ReadonlyArray<typeof Metric.Type>
}

const { flag, items, moment, number, text, texts, within } = Cell

export const ofConversationRow = ({ key, value }: Row): Flat => {
  const participants: Array<typeof Participant.Type> = []
  const sessions: Array<typeof Session.Type> = []
  const segments: Array<typeof Segment.Type> = []
  const metrics: Array<typeof Metric.Type> = []
  for (const [one, participant] of items(value, "participants")) {
    const inParticipant = { conversation_id: key, participant }
    participants.push({
      ...inParticipant,
      participant_id: text(one, "participantId"),
      participant_name: text(one, "participantName"),
      purpose: text(one, "purpose"),
      user_id: text(one, "userId"),
      team_id: text(one, "teamId"),
      external_contact_id: text(one, "externalContactId")
    })
    for (const [two, session] of items(one, "sessions")) {
      const inSession = { ...inParticipant, session }
      sessions.push({
        ...inSession,
        session_id: text(two, "sessionId"),
        media_type: text(two, "mediaType"),
        direction: text(two, "direction"),
        ani: text(two, "ani"),
        dnis: text(two, "dnis"),
        provider: text(two, "provider"),
        remote: text(two, "remote"),
        message_type: text(two, "messageType"),
        used_routing: text(two, "usedRouting")
      })
      for (const [three, segment] of items(two, "segments")) {
        segments.push({
          ...inSession,
          segment,
          segment_start: moment(three, "segmentStart"),
          segment_end: moment(three, "segmentEnd"),
          segment_type: text(three, "segmentType"),
          queue_id: text(three, "queueId"),
          disconnect_type: text(three, "disconnectType"),
          error_code: text(three, "errorCode"),
          wrap_up_code: text(three, "wrapUpCode"),
          wrap_up_note: text(three, "wrapUpNote"),
          conference: flag(three, "conference"),
          subject: text(three, "subject")
        })
      }
      for (const [three, metric] of items(two, "metrics")) {
        metrics.push({
          ...inSession,
          metric,
          name: text(three, "name"),
          value: number(three, "value"),
          emit_date: moment(three, "emitDate")
        })
      }
    }
  }
  const start = moment(value, "conversationStart")
  return {
    conversation: {
      conversation_id: key,
      day: (start ?? "1970-01-01").slice(0, 10),
      conversation_start: start,
      conversation_end: moment(value, "conversationEnd"),
      originating_direction: text(value, "originatingDirection"),
      conversation_initiator: text(value, "conversationInitiator"),
      external_tag: text(value, "externalTag"),
      division_ids: texts(value, "divisionIds")
    },
    participants,
    sessions,
    segments,
    metrics
  }
}

export const ofUserRow = ({ key, value }: Row): typeof User.Type => {
  const division = within(value, "division")
  return {
    id: key,
    name: text(value, "name"),
    email: text(value, "email"),
    username: text(value, "username"),
    department: text(value, "department"),
    title: text(value, "title"),
    state: text(value, "state"),
    division_id: text(division, "id"),
    division_name: text(division, "name"),
    version: number(value, "version")
  }
}
