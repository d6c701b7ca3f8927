/** `genesys users get`: one user. */
import * as Command from "effect/cli/Command"
import { callFlags } from "../../calls/CallFlags.ts"
import { identityFlags } from "../../calls/IdentityFlags.ts"
import { outputFlags } from "../../output/OutputFlags.ts"
import { getFlags } from "../../users/flags.ts"
import { handler } from "../handler.ts"
import { withSharedFlags } from "../SharedFlags.ts"

export const get = Command.make(
  "get",
  getFlags,
  handler(() => import("../../users/get.ts"))
).pipe(
  Command.withDescription("Show one user. Exits with 5 if there is none."),
  Command.withExamples([
    {
      command: "genesys users get b0ced89c-86b0-4e88-b56e-36cb03e509d1 --output yaml",
      description: "All that is known of a user"
    },
    { command: "genesys users get test.user@yourcompany.com --json", description: "By the e-mail address" }
  ]),
  withSharedFlags([...identityFlags, ...callFlags, ...outputFlags])
)
