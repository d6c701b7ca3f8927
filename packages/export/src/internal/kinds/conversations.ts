/** Conversations: a table of them, and one for each of their participants, sessions, segments and metrics. */
import { Conversation } from "@effect-genesys/client/Conversation"
import * as Schema from "effect/Schema"
import * as Column from "../../Column.ts"
import { Day } from "../../Day.ts"
import type { Spelling } from "../../Kind.ts"
import type { Child, Layout } from "../../Layout.ts"
import * as Retention from "../../Retention.ts"
import { directions, purposes } from "./conversationValues.ts"
import { sessions } from "./sessions.ts"

const attributes = {
  name: "participant_attributes",
  from: "attributes",
  entries: true,
  place: "attribute",
  indexes: [["name"]],
  columns: {
    name: Column.text("name", "As the flow or the program that set it has called it"),
    value: Column.text("value", "Jobs alone tell it: of a day that is not over there is none")
  }
} as const satisfies Child

const participants = {
  name: "participants",
  from: "participants",
  place: "participant",
  indexes: [["user_id"], ["external_contact_id"]],
  columns: {
    participant_id: Column.text("participantId"),
    participant_name: Column.text("participantName"),
    purpose: Column.oneOf("purpose", purposes, "Such as customer, acd or agent"),
    user_id: Column.text("userId"),
    team_id: Column.text("teamId"),
    external_contact_id: Column.text("externalContactId"),
    external_organization_id: Column.text("externalOrganizationId"),
    flagged_reason: Column.text("flaggedReason"),
    screen_recording: Column.flag("screenRecording")
  },
  children: [sessions, attributes]
} as const satisfies Child

const evaluations = {
  name: "conversation_evaluations",
  from: "evaluations",
  place: "evaluation",
  indexes: [["evaluation_id"], ["user_id"]],
  columns: {
    assignee_applicable: Column.flag("assigneeApplicable"),
    assignee_id: Column.text("assigneeId"),
    calibration_id: Column.text("calibrationId"),
    context_id: Column.text("contextId"),
    deleted: Column.flag("deleted"),
    evaluation_id: Column.text("evaluationId"),
    evaluation_status: Column.text("evaluationStatus"),
    evaluator_id: Column.text("evaluatorId"),
    event_time: Column.moment("eventTime"),
    form_id: Column.text("formId"),
    form_name: Column.text("formName"),
    queue_id: Column.text("queueId"),
    released: Column.flag("released"),
    rescored: Column.flag("rescored"),
    system_submitted: Column.flag("systemSubmitted"),
    user_id: Column.text("userId"),
    total_critical_score: Column.number("oTotalCriticalScore", "In percent"),
    total_score: Column.number("oTotalScore", "In percent")
  }
} as const satisfies Child

const surveys = {
  name: "conversation_surveys",
  from: "surveys",
  place: "survey",
  indexes: [["survey_id"], ["user_id"]],
  columns: {
    event_time: Column.moment("eventTime"),
    queue_id: Column.text("queueId"),
    survey_completed_date: Column.moment("surveyCompletedDate"),
    survey_form_context_id: Column.text("surveyFormContextId"),
    survey_form_id: Column.text("surveyFormId"),
    survey_form_name: Column.text("surveyFormName"),
    survey_id: Column.text("surveyId"),
    survey_partial_response: Column.flag("surveyPartialResponse"),
    survey_promoter_score: Column.number("surveyPromoterScore", "0 to 10"),
    survey_status: Column.text("surveyStatus"),
    survey_type: Column.text("surveyType"),
    user_id: Column.text("userId"),
    survey_total_score: Column.number("oSurveyTotalScore")
  }
} as const satisfies Child

const resolutions = {
  name: "conversation_resolutions",
  from: "resolutions",
  place: "resolution",
  indexes: [["queue_id"]],
  columns: {
    event_time: Column.moment("eventTime"),
    queue_id: Column.text("queueId"),
    user_id: Column.text("userId"),
    n_next_contact_avoided: Column.number("nNextContactAvoided")
  }
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
      originating_direction: Column.oneOf("originatingDirection", directions),
      conversation_initiator: Column.text("conversationInitiator"),
      external_tag: Column.text("externalTag"),
      division_ids: Column.texts("divisionIds"),
      access_attributes: Column.texts("accessAttributes"),
      associated_conversation_id: Column.text("associatedConversationId"),
      conference_start: Column.moment("conferenceStart"),
      consultation_conversation_ids: Column.texts("consultationConversationIds"),
      customer_participation: Column.flag("customerParticipation"),
      inactivity_timeout: Column.text("inactivityTimeout"),
      knowledge_base_ids: Column.texts("knowledgeBaseIds"),
      media_stats_min_conversation_mos: Column.number(
        "mediaStatsMinConversationMos",
        "The worst mean opinion score, 1 to 5, of its sessions"
      ),
      media_stats_min_conversation_r_factor: Column.number(
        "mediaStatsMinConversationRFactor",
        "The worst R-factor of its sessions"
      ),
      originating_social_media_public: Column.flag("originatingSocialMediaPublic"),
      self_served: Column.flag("selfServed")
    },
    leftOut: {},
    indexes: [["conversation_start"], ["day"]],
    children: [participants, evaluations, surveys, resolutions]
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
