/**
 * What an answer of the login host means, by status and OAuth error and description together: Genesys answers a rate
 * limit with 400, and a proxy answers anything.
 */
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type * as Headers from "effect/http/Headers"
import type * as HttpClientError from "effect/http/HttpClientError"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import { AuthenticationError, RateLimitError, type TokenError, UnavailableError } from "../TokenError.ts"
import * as RetryAfter from "../RetryAfter.ts"

export interface Asked {
  readonly host: string
  readonly region: string
  /** Cut out of whatever the host says. */
  readonly secrets: ReadonlyArray<string>
}

/** Genesys allows 300 to 172,800 seconds; a simulator may allow less. */
const ExpiresIn = Schema.Finite.check(Schema.isGreaterThan(0), Schema.isLessThanOrEqualTo(172_800))

const Success = Schema.fromJsonString(
  Schema.Struct({
    access_token: Schema.RedactedFromValue(Schema.NonEmptyString),
    token_type: Schema.String.check(Schema.isPattern(/^bearer$/i)),
    expires_in: ExpiresIn
  })
)

const Failure = Schema.fromJsonString(
  Schema.Struct({
    error: Schema.NonEmptyString,
    description: Schema.optionalKey(Schema.String),
    error_description: Schema.optionalKey(Schema.String)
  })
)

const decodeSuccess = Schema.decodeOption(Success)
const decodeFailure = Schema.decodeOption(Failure)

export interface Answer {
  readonly accessToken: Redacted.Redacted
  readonly expiresIn: Duration.Duration
}

export const answer = (
  asked: Asked,
  status: number,
  headers: Headers.Headers,
  body: string
): Effect.Effect<Answer, TokenError> => {
  if (status === 200) {
    return Option.match(decodeSuccess(body), {
      onNone: () => Effect.fail(invalidResponse(asked, status, "an answer that is not a token")),
      onSome: (token) =>
        Effect.succeed({ accessToken: token.access_token, expiresIn: Duration.seconds(token.expires_in) })
    })
  }
  return Effect.flatMap(RetryAfter.fromHeaders(headers), (wait) => Effect.fail(failure(asked, status, body, wait)))
}

const failure = (asked: Asked, status: number, body: string, wait: Option.Option<Duration.Duration>): TokenError => {
  if (status === 429) return rateLimit(asked, wait)
  if (status >= 500) return serverError(asked, status, wait)
  const oauth = status >= 400 ? decodeFailure(body) : Option.none()
  if (Option.isNone(oauth)) return invalidResponse(asked, status, "an answer that is not OAuth")
  const description = oauth.value.error_description ?? oauth.value.description ?? ""
  switch (oauth.value.error) {
    case "invalid_request":
      return /^rate limit exceeded/i.test(description)
        ? rateLimit(asked, wait)
        : refused(asked, oauth.value.error, description)
    case "temporarily_unavailable":
    case "server_error":
      return serverError(asked, status, wait)
    default:
      return refused(asked, oauth.value.error, description)
  }
}

const refused = (asked: Asked, error: string, said: string): AuthenticationError => {
  const code = clean(asked, error)
  const description = clean(asked, said)
  return new AuthenticationError({
    code,
    description,
    region: asked.region,
    message:
      `Genesys Cloud refused the credentials (${code}${description === "" ? "" : `: ${description}`}). ` +
      `Check the client secret, the region (${asked.region}), that the OAuth client is enabled, ` +
      `and that it has the Client Credentials grant.`
  })
}

const rateLimit = (asked: Asked, wait: Option.Option<Duration.Duration>): RateLimitError =>
  new RateLimitError({
    source: "login",
    message: `${asked.host} was asked for too many tokens. ${waitSentence(wait)}`,
    ...retryAfterField(wait)
  })

const serverError = (asked: Asked, status: number, wait: Option.Option<Duration.Duration>): UnavailableError =>
  new UnavailableError({
    reason: "ServerError",
    host: asked.host,
    status,
    message: `${asked.host} answered with status ${status}. It is not available now; ${waitSentence(wait).toLowerCase()}`,
    ...retryAfterField(wait)
  })

const invalidResponse = (asked: Asked, status: number, what: string): UnavailableError =>
  new UnavailableError({
    reason: "InvalidResponse",
    host: asked.host,
    status,
    message:
      `${asked.host} answered with status ${status} and ${what}. ` +
      `Check the login URL and any proxy between this machine and Genesys Cloud.`
  })

/** The request itself stays out of the error: it holds the secret. */
export const transportError = (asked: Asked, error: HttpClientError.HttpClientError): UnavailableError => {
  const reason = error.reason
  if (reason._tag === "DecodeError" || reason._tag === "EmptyBodyError") {
    return invalidResponse(asked, reason.response.status, reason.description ?? "an answer that cannot be read")
  }
  const detail = clean(asked, describe("cause" in reason ? reason.cause : undefined))
  return new UnavailableError({
    reason: "Connection",
    host: asked.host,
    message: `${asked.host} cannot be reached${detail === "" ? "" : ` (${detail})`}. Check the network and the login URL.`
  })
}

const SystemError = Schema.Struct({ code: Schema.optional(Schema.String), message: Schema.String })

const describe = (cause: unknown): string => {
  const known = Schema.decodeUnknownOption(SystemError)(cause)
  return Option.match(known, {
    onNone: () => "",
    onSome: ({ code, message }) => (message === "" ? (code ?? "") : message)
  })
}

const waitSentence = (wait: Option.Option<Duration.Duration>) =>
  Option.match(wait, {
    onNone: () => "Try again later.",
    onSome: (duration) => `Try again in ${Duration.format(duration)}.`
  })

const retryAfterField = (wait: Option.Option<Duration.Duration>) =>
  Option.match(wait, { onNone: () => ({}), onSome: (retryAfter) => ({ retryAfter }) })

/** One short line, without our own secrets in it. */
const clean = (asked: Asked, text: string): string => {
  let line = text
  for (const secret of asked.secrets) line = line.replaceAll(secret, "<redacted>")
  return line
    .replaceAll(/[\s\p{Cc}]+/gu, " ")
    .trim()
    .slice(0, 200)
}
