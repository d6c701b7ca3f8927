/** `genesys-worker cluster`: what is so of a fleet. */
import * as Command from "effect/cli/Command"
import { status } from "./cluster/status.ts"

export const cluster = Command.make("cluster").pipe(
  Command.withDescription("Looks at a fleet: workers that run with --cluster and share a database."),
  Command.withExamples([{ command: "genesys-worker cluster status", description: "See who runs what" }]),
  Command.withSubcommands([status])
)
