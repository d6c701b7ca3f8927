/** `genesys sdk list`: which operations there are. */
import * as Command from "effect/cli/Command"
import { rowFlags } from "../../output/ListFlags.ts"
import { listFlags } from "../../sdk/flags.ts"
import { handler } from "../handler.ts"
import { withSharedFlags } from "../SharedFlags.ts"

export const list = Command.make(
  "list",
  listFlags,
  handler(() => import("../../sdk/list.ts"))
).pipe(
  Command.withDescription("List the operations of the SDK, or those with some words in their name, path or summary."),
  Command.withExamples([
    { command: "genesys sdk list users search", description: "Operations that search users" },
    { command: "genesys sdk list --csv", description: "All of them, as CSV" }
  ]),
  withSharedFlags(rowFlags)
)
