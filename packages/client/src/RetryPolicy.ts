/**
 * How long and how often one call is tried. The defaults suit a person or a script that waits; a worker raises the
 * deadline. What may be sent again at all is not a setting: only what is safe is.
 */
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"

const duration = (value: Duration.Input) =>
  Schema.Duration.pipe(Schema.withConstructorDefault(Effect.sync(() => Duration.fromInputUnsafe(value))))

/** How often and for how long one call is tried. */
export class Policy extends Schema.Class<Policy>("@effect-genesys/client/RetryPolicy")({
  /** How often a call is sent again after a rate limit, a 502, 503 or 504, or a broken connection. @default 3 */
  maxRetries: Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 1000 })).pipe(
    Schema.withConstructorDefault(Effect.succeed(3))
  ),
  /** How long one attempt may take, from its request to the last byte of JSON. @default 30 seconds */
  attemptTimeout: duration("30 seconds"),
  /** How long a call may take with all its attempts and waits, to the last byte that is read. @default 60 seconds */
  deadline: duration("60 seconds"),
  /**
   * How long a call goes on while Genesys cannot be reached and waiting alone changes nothing: a refused connection, a name that
   * nobody knows, a wrong certificate, a proxy that refuses, another's page in place of its answer, a token that cannot be used, a
   * host that drops connections and has never answered. Somebody who looks on wants to hear of that soon.
   * @default until the deadline
   */
  unreachable: Schema.optionalKey(Schema.Duration),
  /** A longer `Retry-After` is an error at once: daily limits ask for hours. @default 180 seconds */
  maxRetryAfter: duration("180 seconds")
}) {}

/** The policy of the calls that are made with it. */
export const RetryPolicy = Context.Reference<Policy>("@effect-genesys/client/RetryPolicy", {
  defaultValue: () => new Policy({})
})
