/** Recordings of conversations: what is known of each, without what was said. */
import * as HttpApiEndpoint from "effect/http-api/HttpApiEndpoint"
import * as HttpApiGroup from "effect/http-api/HttpApiGroup"
import * as Schema from "effect/Schema"
import { Authorization } from "./Authorization.ts"
import { NotFound } from "./ErrorBody.ts"
import { AnyPermission } from "./Permissions.ts"

const text = Schema.optionalKey(Schema.String)

/** What is known of a recording. */
export const Recording = Schema.Struct({
  id: Schema.String,
  conversationId: Schema.String,
  startTime: Schema.String,
  endTime: Schema.String,
  media: Schema.Literal("audio"),
  mediaSubtype: Schema.Literal("Trunk"),
  mediaSubject: text,
  annotations: Schema.Array(
    Schema.Struct({
      id: Schema.String,
      type: Schema.Literal("Hold"),
      location: Schema.Int,
      durationMs: Schema.Int
    })
  ),
  fileState: Schema.Literals(["UPLOADING", "AVAILABLE", "ARCHIVED"]),
  archiveDate: text,
  archiveMedium: Schema.optionalKey(Schema.Literal("CLOUDARCHIVE")),
  deleteDate: text,
  maxAllowedRestorationsForOrg: Schema.Int,
  remainingRestorationsAllowedForOrg: Schema.Int,
  sessionId: Schema.String,
  region: Schema.String,
  selfUri: Schema.String
})
export type Recording = typeof Recording.Type

/** The endpoint of what is known of recordings. */
export class RecordingsApi extends HttpApiGroup.make("recordings")
  .add(
    HttpApiEndpoint.get("metadata", "/api/v2/conversations/:conversationId/recordingmetadata", {
      params: { conversationId: Schema.String },
      success: Schema.Array(Recording),
      error: NotFound
    }).annotate(AnyPermission, [
      "recording:recording:view",
      "recording:recordingSegment:view",
      "recording:screenRecording:view",
      "recording:snippetRecording:view"
    ])
  )
  .middleware(Authorization) {}
