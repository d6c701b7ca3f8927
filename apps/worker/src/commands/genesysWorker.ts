/** The command tree of `genesys-worker`. */
import * as Command from "effect/cli/Command"
import { check } from "./check.ts"
import { cluster } from "./cluster.ts"
import { run } from "./run.ts"
import { schema } from "./schema.ts"
import { status } from "./status.ts"

export const genesysWorker = Command.make("genesys-worker").pipe(
  Command.withDescription("A service that keeps a Genesys Cloud token fresh and runs jobs with it."),
  Command.withExamples([
    { command: "genesys-worker check --file worker.yaml", description: "See when each job would run" },
    { command: "genesys-worker run --file worker.yaml", description: "Run them" },
    { command: "genesys-worker status --file worker.yaml", description: "See how they go" }
  ]),
  Command.withSubcommands([run, check, status, cluster, schema])
)
