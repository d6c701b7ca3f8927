/** `genesys conversations get`: one conversation. */
import * as Command from "effect/cli/Command"
import { callFlags } from "../../calls/CallFlags.ts"
import { identityFlags } from "../../calls/IdentityFlags.ts"
import { getFlags } from "../../conversations/flags.ts"
import { outputFlags } from "../../output/OutputFlags.ts"
import { handler } from "../handler.ts"
import { withSharedFlags } from "../SharedFlags.ts"

export const get = Command.make(
  "get",
  getFlags,
  handler(() => import("../../conversations/get.ts"))
).pipe(
  Command.withDescription(
    "Show one conversation, with every field that Genesys sends when the output is for programs. Exits with 5 if there is none."
  ),
  Command.withExamples([
    {
      command: "genesys conversations get f3923d81-60ed-4003-8f8c-f2d5e4cb267e --output yaml",
      description: "All that is known of a conversation"
    }
  ]),
  withSharedFlags([...identityFlags, ...callFlags, ...outputFlags])
)
