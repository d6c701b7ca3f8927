/** `genesys users find`: users by e-mail address or by a part of their name. */
import * as Command from "effect/cli/Command"
import { callFlags } from "../../calls/CallFlags.ts"
import { identityFlags } from "../../calls/IdentityFlags.ts"
import { outputFlags } from "../../output/OutputFlags.ts"
import { findFlags } from "../../users/flags.ts"
import { handler } from "../handler.ts"
import { withSharedFlags } from "../SharedFlags.ts"

export const find = Command.make(
  "find",
  findFlags,
  handler(() => import("../../users/find.ts"))
).pipe(
  Command.withDescription(
    "Find active users by e-mail address or by a part of their name. Exits with 5 if there is none."
  ),
  Command.withExamples([
    { command: "genesys users find test.user@yourcompany.com --jq .id", description: "The id of a user" },
    { command: "genesys users find evans --csv", description: "All whose name has evans in it, as CSV" }
  ]),
  withSharedFlags([...identityFlags, ...callFlags, ...outputFlags])
)
