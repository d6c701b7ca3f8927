/**
 * `allOperations` is on, and the official SDK, which says what there is, is not installed or is written in a way that cannot be read.
 */
import * as Schema from "effect/Schema"

/** The official SDK is missing, or cannot be read. The message says what to install. */
export class MissingSdkError extends Schema.TaggedError<MissingSdkError>("@effect-genesys/simulator/MissingSdkError")(
  "MissingSdkError",
  { message: Schema.String }
) {}
