/**
 * The options of a simulator that `genesys simulator` has flags for. They are apart, so that a command line can say what its flags
 * are without loading a simulator.
 */
import * as Schema from "effect/Schema"
import { between, option, TokenLifetime } from "./internal/shared/option.ts"

/** These options, with their defaults and what they mean. */
export const ProgramOptions = Schema.Struct({
  port: option(between(0, 65_535), 0, "The port to listen on; 0 takes a free one"),
  host: option(
    Schema.NonEmptyString,
    "127.0.0.1",
    "The address to listen on; anything but loopback lets other machines in"
  ),
  tokenLifetime: option(TokenLifetime, 86_400, "Seconds that a token lives"),
  seed: option(Schema.Int, 1, "The number that users, conversations and the secret are computed from"),
  conversationsPerHour: option(between(1, 1_000_000), 60, "How many conversations start in an hour"),
  allOperations: option(
    Schema.Boolean,
    false,
    "Answers all other operations of the official SDK, which must be installed, in form only"
  )
})
