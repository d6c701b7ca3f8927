/**
 * The official SDK is not installed. It is large, and most programs of effect-genesys do without it: whoever wants its
 * operations installs it.
 */
import * as Schema from "effect/Schema"

/** The package `purecloud-platform-client-v2` is not installed. `message` says how to install it. */
export class MissingSdkError extends Schema.TaggedError<MissingSdkError>("@effect-genesys/sdk/MissingSdkError")(
  "MissingSdkError",
  { message: Schema.String }
) {}
