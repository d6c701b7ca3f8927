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
import * as ConnectionFailure from "../ConnectionFailure.ts"
import { AuthenticationError, RateLimitError, type TokenError, UnavailableError } from "../TokenError.ts"
import type { Grant } from "../Grant.ts"
import * as JsonText from "../JsonText.ts"
import * as Redirect from "../Redirect.ts"
import * as RetryAfter from "../RetryAfter.ts"

export interface Asked {
  readonly host: string
  readonly region: string
  readonly grant: Grant["_tag"]
  /** Cut out of whatever the host says. */
  readonly secrets: ReadonlyArray<string>
}

/** Genesys allows 300 to 172,800 seconds; a simulator may allow less. Below a second we would do nothing but renew. */
const ExpiresIn = Schema.Finite.check(Schema.isBetween({ minimum: 1, maximum: 172_800 }))
/** What a token without `expires_in` is taken to live: the shortest life that Genesys allows. */
const shortestLife = Duration.seconds(300)

const Success = JsonText.fromString(
  Schema.Struct({
    access_token: Schema.RedactedFromValue(Schema.NonEmptyString),
    token_type: Schema.optionalKey(Schema.String.check(Schema.isPattern(/^bearer$/i))),
    expires_in: Schema.optionalKey(Schema.NullOr(ExpiresIn)),
    refresh_token: Schema.optionalKey(Schema.NullOr(Schema.RedactedFromValue(Schema.NonEmptyString)))
  })
)

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

const decodeSuccess = Schema.decodeOption(Success)
const decodeFailure = Schema.decodeOption(Failure)

export interface Answer {
  readonly accessToken: Redacted.Redacted
  readonly expiresIn: Duration.Duration
  readonly refreshToken: Redacted.Redacted | undefined
}

export const answer = (
  asked: Asked,
  status: number,
  headers: Headers.Headers,
  body: string
): Effect.Effect<Answer, TokenError> => {
  if (JsonText.isTooDeep(body)) return Effect.fail(invalidResponse(asked, status, JsonText.tooDeep))
  if (status === 200) {
    return Option.match(decodeSuccess(body), {
      onNone: () => Effect.fail(invalidResponse(asked, status, "an answer that is not a token")),
      onSome: (token) => {
        const { expires_in: seconds } = token
        const found: Answer = {
          accessToken: token.access_token,
          expiresIn: typeof seconds === "number" ? Duration.seconds(seconds) : shortestLife,
          refreshToken: token.refresh_token ?? undefined
        }
        return typeof seconds === "number"
          ? Effect.succeed(found)
          : Effect.as(Effect.logWarning("the login host did not say how long the token lives; taken as 300 s"), found)
      }
    })
  }
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

/** The request itself stays out of the error: it holds the secret. */
export const transportError =
  (asked: Asked) =>
  (error: HttpClientError.HttpClientError): UnavailableError => {
    const reason = error.reason
    if (reason._tag === "DecodeError" || reason._tag === "EmptyBodyError") {
      return invalidResponse(asked, reason.response.status, reason.description ?? "an answer that cannot be read")
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
