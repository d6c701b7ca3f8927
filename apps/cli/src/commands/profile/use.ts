/** `genesys profile use`: makes a profile the default. */
import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import { handler } from "../handler.ts"

const flags = {
  name: Argument.String("name").pipe(Argument.withDescription("The profile"))
}
export type Input = Command.Command.Config.Infer<typeof flags>

export const use = Command.make(
  "use",
  flags,
  handler(() => import("../../profile/use.ts"))
).pipe(
  Command.withDescription("Make a profile the default: the one that is used where nothing else is said."),
  Command.withExamples([{ command: "genesys profile use acme", description: "Use the profile acme from now on" }])
)
