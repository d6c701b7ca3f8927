/** `genesys profile rename`: gives a profile another name. Its secret and its token stay. */
import * as Command from "effect/cli/Command"
import { renameFlags } from "../../profile/flags.ts"
import { handler } from "../handler.ts"

export const rename = Command.make(
  "rename",
  renameFlags,
  handler(() => import("../../profile/rename.ts"))
).pipe(
  Command.withDescription("Give a profile another name. Its secret and its token stay."),
  Command.withExamples([{ command: "genesys profile rename acme acme-old", description: "Make room for another acme" }])
)
