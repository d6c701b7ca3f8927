/** `genesys queues get`. */
import * as Command from "effect/cli/Command"
import { callFlags } from "../../calls/CallFlags.ts"
import { identityFlags } from "../../calls/IdentityFlags.ts"
import { outputFlags } from "../../output/OutputFlags.ts"
import { getFlags } from "../../queues/flags.ts"
import { handler } from "../handler.ts"
import { withSharedFlags } from "../SharedFlags.ts"

export const get = Command.make(
  "get",
  getFlags,
  handler(() => import("../../queues/get.ts"))
).pipe(
  Command.withDescription(
    "Show one queue, with every field that Genesys sends when the output is for programs. Exits with 5 if there is none."
  ),
  Command.withExamples([{ command: "genesys queues get Support --output yaml", description: "By its name" }]),
  withSharedFlags([...identityFlags, ...callFlags, ...outputFlags])
)
