/** A wrong use of a program that its flags' own checks cannot see. The message says what to do instead. */
import * as Schema from "effect/Schema"

/** A program is used in a wrong way. It ends with exit code 2. */
export class UsageError extends Schema.TaggedError<UsageError>("@effect-genesys/program/UsageError")("UsageError", {
  message: Schema.String
}) {}
