/** Conversations: a table of them, and one for each of their participants, sessions, segments and metrics. */
import { Conversation } from "@effect-genesys/client/Conversation"
import * as Schema from "effect/Schema"
import * as Column from "../../Column.ts"
import { Day } from "../../Day.ts"
import type { Spelling } from "../../Kind.ts"
import type { Child, Layout } from "../../Layout.ts"
import * as Retention from "../../Retention.ts"

const segments = {
  name: "segments",
  from: "segments",
  place: "segment",
  columns: {
    segment_start: Column.moment("segmentStart"),
    segment_end: Column.moment("segmentEnd"),
    segment_type: Column.text("segmentType"),
    queue_id: Column.text("queueId"),
    disconnect_type: Column.text("disconnectType"),
    error_code: Column.text("errorCode"),
    wrap_up_code: Column.text("wrapUpCode"),
    wrap_up_note: Column.text("wrapUpNote"),
    conference: Column.flag("conference"),
    subject: Column.text("subject")
  }
} as const satisfies Child

const metrics = {
  name: "metrics",
  from: "metrics",
  place: "metric",
  columns: {
    name: Column.text("name", "Such as tTalk or nTransferred"),
    value: Column.number("value", "Times, whose names start with t, are in milliseconds; n counts"),
    emit_date: Column.moment("emitDate")
  }
} as const satisfies Child

const sessions = {
  name: "sessions",
  from: "sessions",
  place: "session",
  columns: {
    session_id: Column.text("sessionId"),
    media_type: Column.text("mediaType"),
    direction: Column.text("direction"),
    ani: Column.text("ani"),
    dnis: Column.text("dnis"),
    provider: Column.text("provider"),
    remote: Column.text("remote"),
    message_type: Column.text("messageType"),
    used_routing: Column.text("usedRouting")
  },
  children: [segments, metrics]
} as const satisfies Child

const attributes = {
  name: "participant_attributes",
  from: "attributes",
  entries: true,
  place: "attribute",
  columns: {
    name: Column.text("name", "As the flow or the program that set it has called it"),
    value: Column.text("value", "Jobs alone tell it: of a day that is not over there is none")
  }
} as const satisfies Child

const participants = {
  name: "participants",
  from: "participants",
  place: "participant",
  columns: {
    participant_id: Column.text("participantId"),
    participant_name: Column.text("participantName"),
    purpose: Column.text("purpose", "Such as customer, acd or agent"),
    user_id: Column.text("userId"),
    team_id: Column.text("teamId"),
    external_contact_id: Column.text("externalContactId")
  },
  children: [sessions, attributes]
} as const satisfies Child

export const conversations = {
  name: "conversations",
  by: "day",
  key: "conversationId",
  one: "conversation",
  fields: Conversation.fields,
  table: {
    key: "conversation_id",
    columns: {
      day: Column.day("conversationStart", "The UTC day of its start"),
      conversation_start: Column.moment("conversationStart"),
      conversation_end: Column.moment("conversationEnd", "Null while it is running"),
      originating_direction: Column.text("originatingDirection"),
      conversation_initiator: Column.text("conversationInitiator"),
      external_tag: Column.text("externalTag"),
      division_ids: Column.texts("divisionIds")
    },
    indexes: [["conversation_start"], ["day"]],
    children: [participants]
  }
} as const satisfies Layout

/** So many jobs at most are made of a day. */
export const mostJobs = 96

export const settings = (spelling: Spelling) => ({
  ...Retention.settings(spelling),
  since: Day.annotate({ expected: "a day such as 2026-11-01", description: "The first day, in UTC." }),
  until: Schema.optionalKey(
    Day.annotate({
      expected: "a day such as 2026-12-01",
      description: "The day after the last one, in UTC. Default: for ever."
    })
  ),
  again: Schema.optionalKey(spelling.span("How long a day that is over is read again. Default 5d.")),
  jobsPerDay: Schema.optionalKey(
    Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: mostJobs })).annotate({
      description: "In how many jobs of Genesys a day is read. Default: by its size."
    })
  ),
  jobWait: Schema.optionalKey(
    spelling.span("How long a day waits for its jobs in Genesys' queue; the next run takes it up again. Default 4h.")
  ),
  openEvery: Schema.optionalKey(
    spelling.span("How often the day that is not over is read again while jobs for others are waited for. Default 15m.")
  )
})
