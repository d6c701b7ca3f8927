/** Recordings of conversations: what Genesys says of each, never what was said. By the UTC day on which their conversation began. */
import * as Schema from "effect/Schema"
import * as Column from "../../Column.ts"
import type { DayLayout } from "../../DayRange.ts"
import type { Spelling } from "../../Kind.ts"
import * as DaySettings from "./daySettings.ts"
import { fieldsOf } from "./fields.ts"
import type { Told } from "./told.ts"

/** Genesys does not say of a recording when its conversation began: it is found by that day, which stands here. */
export const dayField = "conversationDay"

const columns = {
  day: Column.day(dayField, "The UTC day on which its conversation began"),
  conversation_id: Column.text("conversationId", "The conversation"),
  session_id: Column.text("sessionId", "The session: see sessions"),
  start_time: Column.moment("startTime", "When it begins"),
  end_time: Column.moment("endTime", "When it ends"),
  media: Column.text("media", "Such as audio, chat, email, message or screen"),
  media_subtype: Column.text("mediaSubtype", "Such as Trunk, Station, Consult or Screen"),
  media_subject: Column.text("mediaSubject", "Who or what is recorded"),
  file_state: Column.text("fileState", "Such as UPLOADING, AVAILABLE, ARCHIVED or DELETED"),
  archive_date: Column.moment("archiveDate", "When it is archived, or was"),
  archive_medium: Column.text("archiveMedium", "Where to"),
  delete_date: Column.moment("deleteDate", "When it is deleted, or was"),
  planned_export_date: Column.moment("exportDate", "When it is to be exported"),
  exported_date: Column.moment("exportedDate", "When it was exported"),
  restore_expiration_time: Column.moment("restoreExpirationTime", "Until when one that was archived is there again"),
  remaining_restorations: Column.number("remainingRestorationsAllowedForOrg", "How often it may be restored again"),
  region: Column.text("region", "Where it is kept")
}

const children = [
  {
    name: "recording_annotations",
    from: "annotations",
    place: "annotation",
    columns: {
      annotation_id: Column.text("id"),
      type: Column.text("type", "Such as Hold, SecurePause or Pause"),
      name: Column.text("name"),
      location_ms: Column.number("location", "Where in the recording it begins, in milliseconds"),
      duration_ms: Column.number("durationMs", "How long it is, in milliseconds"),
      user_id: Column.text(["user", "id"], "Of a bookmark: whose"),
      description: Column.text("description"),
      reason: Column.text("reason", "Of a pause")
    }
  }
] as const

export const recordings = {
  name: "recordings",
  by: "day",
  key: "id",
  one: "recording",
  fields: { id: Schema.String, ...fieldsOf(columns, children) },
  table: { key: "id", columns, indexes: [["day"], ["conversation_id"]], children }
} as const satisfies DayLayout

export const told: Told = {
  doc: "What Genesys says of each recording of a call, by the day on which the conversation began: a call for each conversation that was recorded",
  operations: ["postAnalyticsConversationsDetailsQuery", "getConversationRecordingmetadata"],
  permissions: ["analytics:conversationDetail:view", "recording:recording:view"]
}

export const usualAgain = "1 day"

export const settings = (spelling: Spelling) =>
  DaySettings.fields(
    spelling,
    "How long a day is read again, ever more rarely, for recordings that come late, are archived or deleted: each time with a call for each conversation. Default 1d."
  )
