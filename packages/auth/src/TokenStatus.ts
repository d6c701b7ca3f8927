/**
 * What a token manager would say of itself: which token it holds, until when, and how the last renewal went. It can be
 * printed and sent as it is: it names the token by its fingerprint only.
 */
import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as Schema from "effect/Schema"

/** How the last exchange with the login host ended. */
export const Outcome = Schema.Struct({
  at: Schema.DateTimeUtc,
  /** `issued`, or the tag of the error. */
  result: Schema.Literals(["issued", "AuthenticationError", "RateLimitError", "UnavailableError"]),
  /** What the error says; empty for `issued`. */
  message: Schema.String
})
export type Outcome = typeof Outcome.Type

/**
 * The state of a token manager at one moment, without the token: which one it holds, until when, and how the last
 * renewal went.
 */
export class TokenStatus extends Schema.Class<TokenStatus>("@effect-genesys/auth/TokenStatus")({
  /**
   * - `empty`: no token was asked for yet.
   * - `ready`: a token is held and handed out.
   * - `waiting`: no token that can be used; one is being asked for, or will be.
   * - `refused`: no token that can be used, and the credentials were refused.
   * - `closed`: the manager has ended.
   */
  state: Schema.Literals(["empty", "ready", "waiting", "refused", "closed"]),
  /** Whether a request for a token is under way. */
  renewing: Schema.Boolean,
  /** How often the credentials have changed. */
  generation: Schema.Int,
  /** The held token, if any, also when it has expired since. */
  fingerprint: Schema.optionalKey(Schema.String),
  issuedAt: Schema.optionalKey(Schema.DateTimeUtc),
  expiresAt: Schema.optionalKey(Schema.DateTimeUtc),
  /** When it is due for renewal in the background. */
  renewAt: Schema.optionalKey(Schema.DateTimeUtc),
  /** Nothing is sent before this moment of our own accord: after a failure, a refusal or a rate limit. */
  notBefore: Schema.optionalKey(Schema.DateTimeUtc),
  lastOutcome: Schema.optionalKey(Outcome)
}) {
  /** What is left of the held token's life at that moment; zero if there is none. */
  remaining(now: DateTime.Utc): Duration.Duration {
    return this.expiresAt === undefined
      ? Duration.zero
      : Duration.max(DateTime.distance(now, this.expiresAt), Duration.zero)
  }
}
