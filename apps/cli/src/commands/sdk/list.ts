/** `genesys sdk list`: which operations there are. */
import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import { listFlags } from "../../output/ListFlags.ts"
import { handler } from "../handler.ts"
import { withSharedFlags } from "../sharedFlags.ts"

const words = Argument.String("text").pipe(
  Argument.withDescription("Words that the name, the path or the summary must all have"),
  Argument.variadic()
)

const flags = { words }
export type Input = Command.Command.Config.Infer<typeof flags>

export const list = Command.make(
  "list",
  flags,
  handler(() => import("../../sdk/list.ts"))
).pipe(
  Command.withDescription("List the operations of the SDK, or those with some words in their name, path or summary."),
  Command.withExamples([
    { command: "genesys sdk list users search", description: "Operations that search users" },
    { command: "genesys sdk list --csv", description: "All of them, as CSV" }
  ]),
  withSharedFlags(listFlags)
)
