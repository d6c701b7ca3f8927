/** `genesys profile use`: makes a profile the default. */
import * as Command from "effect/cli/Command"
import { useFlags } from "../../profile/flags.ts"
import { handler } from "../handler.ts"

export const use = Command.make(
  "use",
  useFlags,
  handler(() => import("../../profile/use.ts"))
).pipe(
  Command.withDescription("Make a profile the default: the one that is used where nothing else is said."),
  Command.withExamples([{ command: "genesys profile use acme", description: "Use the profile acme from now on" }])
)
