/** `genesys config set`. */
import * as Command from "effect/cli/Command"
import { setFlags } from "../../config/flags.ts"
import { handler } from "../handler.ts"

export const set = Command.make(
  "set",
  setFlags,
  handler(() => import("../../config/set.ts"))
).pipe(
  Command.withDescription(
    "Set a default of all commands. A flag beats it, and how lists are printed counts in a terminal alone."
  ),
  Command.withExamples([{ command: "genesys config set timeout 2m", description: "Let a call take two minutes" }])
)
