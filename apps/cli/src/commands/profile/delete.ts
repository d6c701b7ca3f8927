/** `genesys profile delete`: takes a profile and its secret from this machine. */
import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import { handler } from "../handler.ts"

const flags = {
  name: Argument.String("name").pipe(Argument.withDescription("The profile"))
}
export type Input = Command.Command.Config.Infer<typeof flags>

export const remove = Command.make(
  "delete",
  flags,
  handler(() => import("../../profile/delete.ts"))
).pipe(
  Command.withDescription(
    "Delete a profile and its secret. Its token lives on until it expires: log out first to revoke it."
  ),
  Command.withExamples([{ command: "genesys profile delete acme", description: "Delete the profile acme" }])
)
