/** The `Retry-After` header in both of its forms (RFC 9110, section 10.2.3): seconds, or a date. */
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Headers from "effect/http/Headers"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"

const decode = Schema.decodeOption(Schema.RetryAfterFromString)

/** Daily limits ask for hours; whatever is longer is a mistake of the host, and must not stop a program for years. */
const longest = Duration.hours(24)

/** How long the host asks to wait, at most a day; none if it does not say, or says it in no known form. */
export const fromHeaders = (headers: Headers.Headers): Effect.Effect<Option.Option<Duration.Duration>> =>
  Effect.map(Clock.currentTimeMillis, (now) =>
    Headers.get(headers, "retry-after").pipe(
      Option.flatMap((text) => decode(text)),
      Option.map((value) => Duration.min(Headers.retryAfterDelay(value, now), longest))
    )
  )
