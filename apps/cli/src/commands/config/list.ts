/** `genesys config list`. */
import * as Command from "effect/cli/Command"
import { outputFlags } from "../../output/OutputFlags.ts"
import { handler } from "../handler.ts"
import { withSharedFlags } from "../SharedFlags.ts"

export const list = Command.make(
  "list",
  {},
  handler(() => import("../../config/list.ts"))
).pipe(
  Command.withDescription("List what can be set, with what is set."),
  Command.withExamples([{ command: "genesys config list --json", description: "For programs" }]),
  withSharedFlags(outputFlags)
)
