/** `genesys queues list`: every queue, as the pages come. */
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import { callFlags } from "../../calls/CallFlags.ts"
import { identityFlags } from "../../calls/IdentityFlags.ts"
import { listFlags } from "../../output/ListFlags.ts"
import { handler } from "../handler.ts"
import { withSharedFlags } from "../sharedFlags.ts"

const flags = {
  name: Flag.String("name").pipe(
    Flag.withDescription("Only queues with this name; an asterisk at its start or end stands for anything"),
    Flag.optional
  )
}
export type Input = Command.Command.Config.Infer<typeof flags>

export const list = Command.make(
  "list",
  flags,
  handler(() => import("../../queues/list.ts"))
).pipe(
  Command.withDescription("List queues."),
  Command.withExamples([
    { command: "genesys queues list --json", description: "All queues in one JSON document" },
    { command: "genesys queues list --name 'B*' --jq .id", description: "The ids of some" }
  ]),
  withSharedFlags([...identityFlags, ...callFlags, ...listFlags])
)
