/** `genesys simulator`: a Genesys Cloud on this machine, with what a shell needs to use it. */
import * as Command from "effect/cli/Command"
import { flags } from "../simulator/flags.ts"
import { handler } from "./handler.ts"

export const simulator = Command.make(
  "simulator",
  flags,
  handler(() => import("../simulator/run.ts"))
).pipe(
  Command.withDescription("Run a Genesys Cloud on this machine until Ctrl-C."),
  Command.withExamples([
    { command: "genesys simulator", description: "Listen on a free port" },
    { command: "genesys simulator --port 8080 --token-lifetime 300", description: "Tokens that live five minutes" },
    { command: "genesys simulator --scenario outage.json", description: "With faults at given moments" },
    { command: "genesys simulator --all-operations", description: "Answer every operation of the official SDK" }
  ])
)
