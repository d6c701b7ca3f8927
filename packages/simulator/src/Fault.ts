/**
 * A fault: what the simulator shall do to requests instead of serving them, or before it serves them. A fault with neither
 * `status` nor `hang` only delays. Where several faults match a request, the one added first is applied.
 */
import * as Schema from "effect/Schema"

const PositiveInt = Schema.Int.check(Schema.isGreaterThan(0))

export const Fault = Schema.Struct({
  /** A path prefix, such as `/oauth/token`; `/` matches every request but those to the control API. */
  path: Schema.String.check(Schema.isPattern(/^\//)),
  /** Only requests with this method. */
  method: Schema.optionalKey(Schema.Literals(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"])),
  /** Answers with this status. */
  status: Schema.optionalKey(Schema.Int.check(Schema.isBetween({ minimum: 200, maximum: 599 }))),
  /** Text is sent as it is, anything else as JSON. Without a body, an API path gets Genesys' error body for the status. */
  body: Schema.optionalKey(Schema.Json),
  headers: Schema.optionalKey(Schema.Record(Schema.String, Schema.String)),
  /** Milliseconds to wait first. */
  delayMs: Schema.optionalKey(Schema.Finite.check(Schema.isGreaterThanOrEqualTo(0))),
  /** Never answers. */
  hang: Schema.optionalKey(Schema.Boolean),
  /** How many requests it is applied to. Default: all. */
  times: Schema.optionalKey(PositiveInt),
  /** Seconds from now after which it is gone. Default: never. */
  forSeconds: Schema.optionalKey(Schema.Finite.check(Schema.isGreaterThan(0))),
  /** The share of the matching requests that it is applied to, 0 to 1, drawn from the seed. Default: 1. */
  share: Schema.optionalKey(Schema.Finite.check(Schema.isBetween({ minimum: 0, maximum: 1 })))
})
export interface Fault extends Schema.Schema.Type<typeof Fault> {}
