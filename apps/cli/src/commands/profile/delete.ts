/** `genesys profile delete`: takes a profile and its secret from this machine. */
import * as Command from "effect/cli/Command"
import { deleteFlags } from "../../profile/flags.ts"
import { handler } from "../handler.ts"

export const remove = Command.make(
  "delete",
  deleteFlags,
  handler(() => import("../../profile/delete.ts"))
).pipe(
  Command.withDescription(
    "Delete a profile and its secret. Its token lives on until it expires: log out first to revoke it."
  ),
  Command.withExamples([{ command: "genesys profile delete acme", description: "Delete the profile acme" }])
)
