/**
 * What a simulator saw: counts, the last requests, the last tokens and the last rate windows. Tests count here, not in the
 * client. Neither secrets nor tokens appear in it: a token is named by its fingerprint.
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

/** One token that was given out. */
export const IssuedToken = Schema.Struct({
  fingerprint: Schema.String,
  clientId: Schema.String,
  /** The `grant_type` that was asked for. */
  grant: Schema.String,
  /** Milliseconds since 1970, by the simulator's clock. */
  issuedAt: Schema.Number,
  /** When its time is up, unless it dies before: revoked, idle, or with its client. */
  expiresAt: Schema.Number
})
export interface IssuedToken extends Schema.Schema.Type<typeof IssuedToken> {}

/** One window of the rate limit of one token. */
export const RateWindow = Schema.Struct({
  /** The token's. */
  fingerprint: Schema.String,
  /** When its first call came, in milliseconds since 1970, by the simulator's clock. */
  opened: Schema.Number,
  /** When it is over. */
  resets: Schema.Number,
  /** Calls that were let through. */
  count: Schema.Int,
  /** Calls that a window lets through. */
  allowed: Schema.Int,
  /** Calls that were answered with a 429. */
  refused: Schema.Int
})
export interface RateWindow extends Schema.Schema.Type<typeof RateWindow> {}

/** What a simulator has seen since it began. */
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
  requests: Schema.Array(JournalEntry),
  /** The last tokens that were given out, oldest first; `journalSize` of them at most. */
  tokens: Schema.Array(IssuedToken),
  /** The last rate windows that were opened, oldest first; `journalSize` of them at most. */
  rateWindows: Schema.Array(RateWindow)
})
export interface Journal extends Schema.Schema.Type<typeof Journal> {}
