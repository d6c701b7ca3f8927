/**
 * A fault: what the simulator shall do to requests instead of serving them, before it serves them, or to its answers. A
 * fault that says nothing but where it applies does nothing. Where several faults match a request, the one added first is
 * applied.
 */
import * as Schema from "effect/Schema"

const PositiveInt = Schema.Int.check(Schema.isGreaterThan(0))
const NotNegative = Schema.Finite.check(Schema.isGreaterThanOrEqualTo(0))
const Bytes = Schema.Int.check(Schema.isGreaterThanOrEqualTo(0))

/** Which requests a fault meets, how often, and what it does to them. */
export const Fault = Schema.Struct({
  /** A path prefix, such as `/oauth/token`; `/` matches every request but those to the control API. */
  path: Schema.String.check(Schema.isPattern(/^\//)),
  /** Only requests with this method. */
  method: Schema.optionalKey(Schema.Literals(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"])),
  /** How many requests it is applied to. Default: all. */
  times: Schema.optionalKey(PositiveInt),
  /** Seconds from now, by the simulator's clock, after which it is gone. Default: never. */
  forSeconds: Schema.optionalKey(Schema.Finite.check(Schema.isGreaterThan(0))),
  /** The share of the matching requests that it is applied to, 0 to 1, drawn from the seed. Default: 1. */
  share: Schema.optionalKey(Schema.Finite.check(Schema.isBetween({ minimum: 0, maximum: 1 }))),

  /** Milliseconds to wait first. */
  delayMs: Schema.optionalKey(NotNegative),
  /** Never answers. */
  hang: Schema.optionalKey(Schema.Boolean),

  /** Answers with this status instead of serving the request. */
  status: Schema.optionalKey(Schema.Int.check(Schema.isBetween({ minimum: 200, maximum: 599 }))),
  /**
   * The body that goes with `status`: text is sent as it is, anything else as JSON. Without one, an API path gets Genesys'
   * error body for the status.
   */
  body: Schema.optionalKey(Schema.Json),
  /** Headers that go with `status`. */
  headers: Schema.optionalKey(Schema.Record(Schema.String, Schema.String)),
  /** Answers 401 `bad.credentials` to whatever has a bearer token, good or not, instead of serving it. The token lives on. */
  rejectToken: Schema.optionalKey(Schema.Boolean),

  // What follows is done to the answer, the true one or that of `status`. The request itself has been served.
  /** Sends a page of HTML in place of the body, with the status of the answer. */
  html: Schema.optionalKey(Schema.Boolean),
  /** Sends the body under this content type. */
  contentType: Schema.optionalKey(Schema.NonEmptyString),
  /** Sends so many bytes of the body as if they were all: JSON that ends too early. */
  truncateAt: Schema.optionalKey(Bytes),
  /** Breaks the connection after so many bytes of the body, at the latest before its last one; 0 breaks after the headers. */
  resetAfter: Schema.optionalKey(Bytes),
  /** Lets the body drip at so many bytes a second. */
  bytesPerSecond: Schema.optionalKey(PositiveInt),
  /** Serves the request, and dates the answer, by a clock that is wrong by so many seconds; a negative number is slow. */
  clockSkewSeconds: Schema.optionalKey(Schema.Finite)
})
export interface Fault extends Schema.Schema.Type<typeof Fault> {}
