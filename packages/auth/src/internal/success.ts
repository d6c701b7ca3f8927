/** An answer of the login host that brings a token, and what is known of a token that comes in a form that nobody can use. */
import * as Data from "effect/Data"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import * as JsonText from "@effect-genesys/core/JsonText"

/**
 * Seconds, as a number or in digits. Genesys allows 300 to 172,800, and clients of SCIM integrations 38,880,000 (450 days, which
 * `access_token_validity_seconds` of its Terraform provider may be); a simulator may allow less. Any life above zero is one.
 */
const ExpiresIn = Schema.Union([
  Schema.Number.check(Schema.isGreaterThan(0)),
  Schema.String.check(Schema.isPattern(/^0*[1-9]\d*$/))
])
/** What a token without `expires_in` is taken to live: the shortest life that Genesys allows. */
const shortestLife = Duration.seconds(300)
/** A hundred years, in seconds: what is said to live longer would end when no date can say. */
const longestLife = 100 * 365 * 86_400

const Body = JsonText.fromString(
  Schema.Struct({
    // What a header can carry.
    access_token: Schema.RedactedFromValue(Schema.String.check(Schema.isPattern(/^[\x21-\x7e]+$/))),
    token_type: Schema.optionalKey(Schema.String.check(Schema.isPattern(/^bearer$/i))),
    expires_in: Schema.optionalKey(Schema.NullOr(ExpiresIn)),
    refresh_token: Schema.optionalKey(
      Schema.NullOr(Schema.Union([Schema.Literal(""), Schema.RedactedFromValue(Schema.NonEmptyString)]))
    )
  })
)

/** A token in what is not an answer with a token that can be used; JSON need not be what it is in. */
const received = /"access_token"\s*:\s*"(?<token>(?:[^"\\]|\\.)+)"/
/** None has an escape of JSON in it. */
const sendable = /^[\x21-\x5b\x5d-\x7e]+$/

const decode = Schema.decodeOption(Body)

export interface Answer {
  readonly accessToken: Redacted.Redacted
  readonly expiresIn: Duration.Duration
  readonly refreshToken: Redacted.Redacted | undefined
}

/** A token was issued, and nobody can use it. It lives on, for 450 days perhaps, unless it is ended. */
export class Unusable extends Data.TaggedError("Unusable")<{
  /** None if no request could carry it. */
  readonly token: Redacted.Redacted | undefined
  /** What it came in. */
  readonly what: string
}> {}

const wrong = "an answer without a life above zero (expires_in), of another type than bearer, or broken otherwise"

/** None if there is no token in it. */
export const unusable = (body: string, what = wrong): Unusable | undefined => {
  const token = received.exec(body)?.groups?.["token"]
  if (token === undefined) return undefined
  return new Unusable({ token: sendable.test(token) ? Redacted.make(token) : undefined, what })
}

export const isSuccess = (status: number) => status >= 200 && status < 300

/** The token in it, if it can be used. */
export const answerOf = (body: string): Effect.Effect<Answer> | undefined => {
  const decoded = decode(body)
  if (Option.isNone(decoded)) return undefined
  const { access_token, expires_in, refresh_token } = decoded.value
  const seconds = expires_in ?? undefined
  const found: Answer = {
    accessToken: access_token,
    expiresIn: seconds === undefined ? shortestLife : Duration.seconds(Math.min(Number(seconds), longestLife)),
    refreshToken: refresh_token || undefined
  }
  return seconds !== undefined
    ? Effect.succeed(found)
    : Effect.as(Effect.logWarning("the login host did not say how long the token lives; taken as 300 s"), found)
}
