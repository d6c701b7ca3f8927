/** `genesys queues list`: every queue, as the pages come. */
import * as Command from "effect/cli/Command"
import { callFlags } from "../../calls/CallFlags.ts"
import { identityFlags } from "../../calls/IdentityFlags.ts"
import { rowFlags } from "../../output/ListFlags.ts"
import { listFlags } from "../../queues/flags.ts"
import { handler } from "../handler.ts"
import { withSharedFlags } from "../SharedFlags.ts"

export const list = Command.make(
  "list",
  listFlags,
  handler(() => import("../../queues/list.ts"))
).pipe(
  Command.withDescription("List queues."),
  Command.withExamples([
    { command: "genesys queues list --json", description: "All queues in one JSON document" },
    { command: "genesys queues list --name 'B*' --jq .id", description: "The ids of some" }
  ]),
  withSharedFlags([...identityFlags, ...callFlags, ...rowFlags])
)
