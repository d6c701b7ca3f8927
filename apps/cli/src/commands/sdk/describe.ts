/** `genesys sdk describe`: what an operation takes and gives, with a body to begin with. */
import * as Command from "effect/cli/Command"
import { outputFlags } from "../../output/OutputFlags.ts"
import { describeFlags } from "../../sdk/flags.ts"
import { handler } from "../handler.ts"
import { withSharedFlags } from "../SharedFlags.ts"

export const describe = Command.make(
  "describe",
  describeFlags,
  handler(() => import("../../sdk/describe.ts"))
).pipe(
  Command.withDescription(
    "Describe an operation: its parameters, its types, and an example of a body with every field."
  ),
  Command.withExamples([
    { command: "genesys sdk describe postUsersSearch --output yaml", description: "What a search for users takes" },
    { command: "genesys sdk describe UsersApi.patchUser --jq .example", description: "A body to cut down and send" }
  ]),
  withSharedFlags(outputFlags)
)
