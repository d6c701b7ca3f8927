/** `genesys queues members`. */
import * as Command from "effect/cli/Command"
import { callFlags } from "../../calls/CallFlags.ts"
import { identityFlags } from "../../calls/IdentityFlags.ts"
import { rowFlags } from "../../output/ListFlags.ts"
import { getFlags } from "../../queues/flags.ts"
import { handler } from "../handler.ts"
import { withSharedFlags } from "../SharedFlags.ts"

export const members = Command.make(
  "members",
  getFlags,
  handler(() => import("../../queues/members.ts"))
).pipe(
  Command.withDescription("List the members of a queue."),
  Command.withExamples([{ command: "genesys queues members Support --csv", description: "As CSV" }]),
  withSharedFlags([...identityFlags, ...callFlags, ...rowFlags])
)
