/**
 * What a simulator saw: counts that are kept for ever, and the last requests. Tests count here, not in the client. Neither
 * secrets nor tokens appear in it: a token is named by its fingerprint.
 */
import * as Schema from "effect/Schema"

/** One request. Requests to the control API are not in the journal. */
export const JournalEntry = Schema.Struct({
  /** When it arrived, in milliseconds since 1970, by the simulator's clock. */
  time: Schema.Number,
  method: Schema.String,
  /** Without the query string. */
  path: Schema.String,
  /** Absent while the request is under way, and when the caller went away before the answer. */
  status: Schema.optionalKey(Schema.Int),
  /** The first 12 hex digits of the SHA-256 of the token that was sent, or that was issued. */
  tokenFingerprint: Schema.optionalKey(Schema.String),
  /** Whether a fault was applied. */
  faulted: Schema.Boolean,
  correlationId: Schema.String
})
export interface JournalEntry extends Schema.Schema.Type<typeof JournalEntry> {}

export const Journal = Schema.Struct({
  /** Requests to `/oauth/token`, answered or not. */
  tokenRequests: Schema.Int,
  /** Tokens that were given out. */
  tokensIssued: Schema.Int,
  /** Requests to `/api/`, answered or not. */
  apiRequests: Schema.Int,
  /** Answers by status. */
  answers: Schema.Record(Schema.String, Schema.Int),
  /** The last requests, oldest first; `journalSize` of them at most. */
  requests: Schema.Array(JournalEntry)
})
export interface Journal extends Schema.Schema.Type<typeof Journal> {}
