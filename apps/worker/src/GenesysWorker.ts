/** The command tree of `genesys-worker`. */
import * as Command from "effect/cli/Command"
import { run } from "./commands/run.ts"

export const genesysWorker = Command.make("genesys-worker").pipe(
  Command.withDescription("A service that keeps a Genesys Cloud token fresh and makes calls through it."),
  Command.withSubcommands([run])
)
