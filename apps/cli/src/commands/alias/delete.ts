/** `genesys alias delete`. */
import * as Command from "effect/cli/Command"
import { deleteFlags } from "../../alias/flags.ts"
import { handler } from "../handler.ts"

export const remove = Command.make(
  "delete",
  deleteFlags,
  handler(() => import("../../alias/delete.ts"))
).pipe(
  Command.withDescription("Delete an alias."),
  Command.withExamples([{ command: "genesys alias delete calls", description: "Delete the alias calls" }])
)
