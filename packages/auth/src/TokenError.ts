/**
 * What can go wrong when a token is asked for. Three tags, because there are three things a program can do about it:
 * have the credentials mended, wait as long as it is told, or try again later.
 */
import * as Duration from "effect/Duration"
import * as Schema from "effect/Schema"

/** What the API said about a request that it did not fulfil. Absent on errors of the login host. */
export const ApiFailure = Schema.Struct({
  method: Schema.String,
  /** The path, without the query. */
  path: Schema.String,
  status: Schema.optionalKey(Schema.Int),
  /** Genesys' own code, such as `too.many.requests.retry.after`. */
  code: Schema.optionalKey(Schema.String),
  /** Genesys' support asks for this. */
  correlationId: Schema.optionalKey(Schema.String)
})
export type ApiFailure = typeof ApiFailure.Type

/**
 * The login host refuses the credentials: wrong secret, unknown or disabled client, wrong grant or scope, or the wrong
 * region, which answers exactly like a wrong secret. Asking again changes nothing.
 */
export class AuthenticationError extends Schema.TaggedError<AuthenticationError>(
  "@effect-genesys/auth/AuthenticationError"
)("AuthenticationError", {
  message: Schema.String,
  /** The error code of RFC 6749, section 5.2, such as `invalid_client`. */
  code: Schema.String,
  /** What Genesys says about it. */
  description: Schema.String,
  /** The region that was asked. */
  region: Schema.String
}) {}

/** Too many requests: from the login host (which says so with status 400) or from the API (429). */
export class RateLimitError extends Schema.TaggedError<RateLimitError>("@effect-genesys/auth/RateLimitError")(
  "RateLimitError",
  {
    message: Schema.String,
    source: Schema.Literals(["login", "api"]),
    /** How long to wait, if Genesys said so. Daily limits ask for hours. */
    retryAfter: Schema.optionalKey(Schema.Duration),
    api: Schema.optionalKey(ApiFailure)
  }
) {
  /** The same in milliseconds, for whoever has no Effect. */
  get retryAfterMillis(): number | undefined {
    return this.retryAfter && Duration.toMillis(this.retryAfter)
  }
}

/**
 * - `Timeout`: no answer in time.
 * - `Connection`: the host could not be reached, or the connection broke.
 * - `ServerError`: the host answered 5xx.
 * - `InvalidResponse`: the answer is not what it should be, such as the HTML page of a proxy.
 * - `UnusableToken`: a token was issued that cannot be used; it was revoked if it could be, and another one is asked for after minutes.
 * - `Rejected`: the API refuses tokens that were just issued; another one is asked for after a pause.
 * - `Down`: nothing was sent, because the last requests to the host failed one after the other.
 * - `Credentials`: the program itself could not give the credentials.
 * - `Closed`: the token manager is closed.
 */
export const UnavailableReason = Schema.Literals([
  "Timeout",
  "Connection",
  "ServerError",
  "InvalidResponse",
  "UnusableToken",
  "Rejected",
  "Down",
  "Credentials",
  "Closed"
])
export type UnavailableReason = typeof UnavailableReason.Type

/** No answer that can be used: it may work later. */
export class UnavailableError extends Schema.TaggedError<UnavailableError>("@effect-genesys/auth/UnavailableError")(
  "UnavailableError",
  {
    message: Schema.String,
    reason: UnavailableReason,
    /** The host that was asked. */
    host: Schema.String,
    status: Schema.optionalKey(Schema.Int),
    /** How long to wait, if the host said so. */
    retryAfter: Schema.optionalKey(Schema.Duration),
    api: Schema.optionalKey(ApiFailure),
    /** What the transport reported, without the request: that holds the secret. */
    cause: Schema.optionalKey(Schema.Defect())
  }
) {
  /** The same as `retryAfter` in milliseconds, for whoever has no Effect. */
  get retryAfterMillis(): number | undefined {
    return this.retryAfter && Duration.toMillis(this.retryAfter)
  }
}

/** What asking for a token can fail with: refused credentials, too many requests, or no answer that can be used. */
export type TokenError = AuthenticationError | RateLimitError | UnavailableError

const lasting = new Set<UnavailableReason>(["Connection", "InvalidResponse", "UnusableToken"])

/** Whether it need not be an outage, which passes: a mistake of a setting, or something in between, may have to be mended first. */
export const lasts = (error: TokenError): boolean => error._tag === "UnavailableError" && lasting.has(error.reason)
