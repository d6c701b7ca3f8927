/** `genesys profile rename`: gives a profile another name. Its secret and its token stay. */
import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import { handler } from "../handler.ts"

const flags = {
  from: Argument.String("name").pipe(Argument.withDescription("The profile")),
  to: Argument.String("new-name").pipe(Argument.withDescription("Its new name, which no profile has"))
}
export type Input = Command.Command.Config.Infer<typeof flags>

export const rename = Command.make(
  "rename",
  flags,
  handler(() => import("../../profile/rename.ts"))
).pipe(
  Command.withDescription("Give a profile another name. Its secret and its token stay."),
  Command.withExamples([{ command: "genesys profile rename acme acme-old", description: "Make room for another acme" }])
)
