/**
 * What an answer of the login host means, by status and OAuth error and description together: Genesys answers a rate
 * limit with 400, and a proxy answers anything.
 */
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type * as Headers from "effect/http/Headers"
import type * as HttpClientError from "effect/http/HttpClientError"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import * as ConnectionFailure from "@effect-genesys/core/ConnectionFailure"
import { AuthenticationError, RateLimitError, type TokenError, UnavailableError } from "../TokenError.ts"
import type { Grant } from "../Grant.ts"
import * as JsonText from "@effect-genesys/core/JsonText"
import * as NoResponse from "@effect-genesys/core/NoResponse"
import * as Redirect from "@effect-genesys/core/Redirect"
import * as ResponseText from "@effect-genesys/core/ResponseText"
import * as RetryAfter from "@effect-genesys/core/RetryAfter"
import * as Success from "./success.ts"

export interface Asked {
  readonly host: string
  readonly region: string
  readonly grant: Grant["_tag"]
  /** Cut out of whatever the host says. */
  readonly secrets: ReadonlyArray<string>
}

const Failure = JsonText.fromString(
  Schema.Struct({
    // A word like those of RFC 6749, section 5.2; disabled clients may have one of Genesys' own.
    error: Schema.String.check(Schema.isPattern(/^[a-z][a-z_]*$/)),
    description: Schema.optionalKey(Schema.NullOr(Schema.String)),
    error_description: Schema.optionalKey(Schema.NullOr(Schema.String))
  })
)

/** With these OAuth refuses; with any other status an `error` field is somebody else's, such as a web framework's. */
const refusals = new Set([400, 401, 403])

const decodeFailure = Schema.decodeOption(Failure)

export const answer = (
  asked: Asked,
  status: number,
  headers: Headers.Headers,
  body: string
): Effect.Effect<Success.Answer, TokenError | Success.Unusable> => {
  const tooDeep = JsonText.isTooDeep(body)
  if (Success.isSuccess(status)) {
    const found = tooDeep ? undefined : Success.answerOf(body)
    if (found !== undefined) return found
    const unusable = Success.unusable(body, tooDeep ? JsonText.tooDeep : undefined)
    const what = tooDeep ? JsonText.tooDeep : "an answer that is not a token"
    return Effect.fail(unusable ?? invalidResponse(asked, status, what))
  }
  if (tooDeep) return Effect.fail(invalidResponse(asked, status, JsonText.tooDeep))
  if (Redirect.isRedirect(status)) {
    const what = `a redirect to ${Redirect.target(headers, asked.host)}, which is not followed`
    return Effect.fail(invalidResponse(asked, status, what))
  }
  return Effect.flatMap(RetryAfter.fromHeaders(headers), (wait) => Effect.fail(failure(asked, status, body, wait)))
}

/** A redirect, a rate limit and a server error are told by their status alone. */
export const needsBody = (status: number): boolean => status !== 429 && status < 500 && !Redirect.isRedirect(status)

const failure = (asked: Asked, status: number, body: string, wait: Option.Option<Duration.Duration>): TokenError => {
  if (status === 429) return rateLimit(asked, wait)
  if (status >= 500) return serverError(asked, status, wait)
  const oauth = refusals.has(status) ? decodeFailure(body) : Option.none()
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
    message: `Genesys Cloud refused the ${refusedWhat[asked.grant]} (${code}${description === "" ? "" : `: ${description}`}). ${advice(asked)}`
  })
}

const refusedWhat: Record<Grant["_tag"], string> = {
  ClientCredentials: "credentials",
  AuthorizationCode: "authorization code",
  RefreshToken: "refresh token",
  Saml2Bearer: "SAML2 assertion"
}

const advice = (asked: Asked): string =>
  asked.grant === "ClientCredentials"
    ? `Check the client id and secret, the region (${asked.region}; asked was ${asked.host}), ` +
      `that the OAuth client is enabled, and that it has the Client Credentials grant.`
    : `Log in again. If that is refused too, check the region (${asked.region}) and that the OAuth client is enabled ` +
      `and has this grant.`

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

/** Whoever reads this must know whether the token lives on. */
export const unusableToken = (asked: Asked, status: number, what: string, isRevoked: boolean): UnavailableError =>
  new UnavailableError({
    reason: "UnusableToken",
    host: asked.host,
    status,
    message:
      `${asked.host} issued a token that cannot be used: it came in ${what}. ` +
      `${isRevoked ? "The token was revoked" : "The token could not be revoked and lives on"}. Check the token duration ` +
      `of the OAuth client, and any proxy that changes answers; another token is asked for after minutes.`
  })

/** The request itself stays out of the error: it holds the secret. */
export const transportError =
  (asked: Asked) =>
  (error: HttpClientError.HttpClientError): UnavailableError => {
    const reason = error.reason
    if (reason._tag === "DecodeError" || reason._tag === "EmptyBodyError") {
      return invalidResponse(asked, reason.response.status, reason.description ?? "an answer that cannot be read")
    }
    const none = NoResponse.of(error)
    if (none !== undefined) {
      return new UnavailableError({
        reason: "InvalidResponse",
        host: asked.host,
        message: `${none.message}. There is no token from ${asked.host}.`
      })
    }
    const why = ConnectionFailure.explain("cause" in reason ? reason.cause : undefined)
    const what = clean(asked, why.detail)
    if (Redirect.isFollowed(error)) {
      return new UnavailableError({
        reason: "InvalidResponse",
        host: asked.host,
        message: `${what}. ${why.advice}`
      })
    }
    return new UnavailableError({
      reason: "Connection",
      host: asked.host,
      message:
        `${asked.host} cannot be reached${what === "" ? "" : ` (${what})`}. ` +
        (why.advice ?? "Check the network and the login URL.")
    })
  }

/**
 * Why a body could not be read. One of JSON that is too long, with the status of a success, may hold a token all the same: asking
 * again and again would leave one behind each time.
 */
export const bodyError =
  (asked: Asked) =>
  (error: HttpClientError.HttpClientError): UnavailableError | Success.Unusable => {
    const { reason } = error
    if (reason._tag !== "DecodeError" || !ResponseText.isTooLong(error)) return transportError(asked)(error)
    const { headers, status } = reason.response
    return Success.isSuccess(status) && /json/i.test(headers["content-type"] ?? "")
      ? new Success.Unusable({ token: undefined, what: reason.description ?? "an answer that is too long" })
      : transportError(asked)(error)
  }

const waitSentence = (wait: Option.Option<Duration.Duration>) =>
  Option.match(wait, {
    onNone: () => "Try again later.",
    onSome: (duration) => (Duration.isZero(duration) ? "Try again." : `Try again in ${Duration.format(duration)}.`)
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
