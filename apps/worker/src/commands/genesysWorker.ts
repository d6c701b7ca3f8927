/** The command tree of `genesys-worker`. */
import * as Command from "effect/cli/Command"
import { check } from "./check.ts"
import { cluster } from "./cluster.ts"
import { run } from "./run.ts"
import { schema } from "./schema.ts"

export const genesysWorker = Command.make("genesys-worker").pipe(
  Command.withDescription("A service that keeps a Genesys Cloud token fresh and runs jobs with it."),
  Command.withExamples([
    { command: "genesys-worker check --file worker.yaml", description: "See when each job would run" },
    { command: "genesys-worker run --file worker.yaml", description: "Run them" }
  ]),
  Command.withSubcommands([run, check, cluster, schema])
)
