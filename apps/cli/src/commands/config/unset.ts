/** `genesys config unset`. */
import * as Command from "effect/cli/Command"
import { getFlags } from "../../config/flags.ts"
import { handler } from "../handler.ts"

export const unset = Command.make(
  "unset",
  getFlags,
  handler(() => import("../../config/unset.ts"))
).pipe(
  Command.withDescription("Take a default away."),
  Command.withExamples([{ command: "genesys config unset timeout", description: "As if it had never been set" }])
)
