/** `genesys config get`. */
import * as Command from "effect/cli/Command"
import { getFlags } from "../../config/flags.ts"
import { handler } from "../handler.ts"

export const get = Command.make(
  "get",
  getFlags,
  handler(() => import("../../config/get.ts"))
).pipe(
  Command.withDescription("Print a default. Exits with 2 if it is not set."),
  Command.withExamples([{ command: "genesys config get timeout", description: "Its value alone" }])
)
