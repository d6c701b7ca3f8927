/** `genesys alias list`. */
import * as Command from "effect/cli/Command"
import { outputFlags } from "../../output/OutputFlags.ts"
import { handler } from "../handler.ts"
import { withSharedFlags } from "../SharedFlags.ts"

export const list = Command.make(
  "list",
  {},
  handler(() => import("../../alias/list.ts"))
).pipe(
  Command.withDescription("List the aliases, with what each stands for."),
  Command.withExamples([{ command: "genesys alias list --json", description: "For programs" }]),
  withSharedFlags(outputFlags)
)
