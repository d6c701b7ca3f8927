/**
 * The error of a setting that is missing or malformed. It names the setting and says what it should look like; it never
 * holds the value, which may be a secret.
 */
import * as Schema from "effect/Schema"

/**
 * A setting is missing or malformed. `setting` names it and `message` says what it should look like; neither holds the
 * value.
 */
export class ConfigurationError extends Schema.TaggedError<ConfigurationError>(
  "@effect-genesys/core/ConfigurationError"
)("ConfigurationError", {
  /** The name of the environment variable or field. */
  setting: Schema.String,
  /** What is wrong and what the setting should look like, in one line. */
  message: Schema.String
}) {}
