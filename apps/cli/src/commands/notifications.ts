/** `genesys notifications`: what happens in the organization, as it happens. */
import * as Command from "effect/cli/Command"
import { listen } from "./notifications/listen.ts"

export const notifications = Command.make("notifications").pipe(
  Command.withDescription("Listen to events."),
  Command.withSubcommands([listen])
)
