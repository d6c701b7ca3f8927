/** `genesys users export`: every user with every field, however often it is interrupted. */
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import { callFlags } from "../../calls/CallFlags.ts"
import { identityFlags } from "../../calls/IdentityFlags.ts"
import { exportFlags } from "../../export/ExportFlags.ts"
import { states } from "../../users/States.ts"
import { handler } from "../handler.ts"
import { withSharedFlags } from "../sharedFlags.ts"

const flags = {
  ...exportFlags,
  state: Flag.Literals("state", states).pipe(
    Flag.withDescription("Only users in this state; left out, all, deleted ones too"),
    Flag.withDefault("any" as const)
  ),
  expand: Flag.String("expand").pipe(
    Flag.withDescription("A field to add, such as presence; several times for several"),
    Flag.withMetavar("field"),
    Flag.atLeast(0)
  )
}
export type Input = Command.Command.Config.Infer<typeof flags>

export const exportUsers = Command.make(
  "export",
  flags,
  handler(() => import("../../users/export.ts"))
).pipe(
  Command.withDescription(
    "Export all users with every field. A file is written as FILE.part, which becomes FILE when it is complete. A directory has the layout, lock and checkpoint of genesys-worker, and keeps users that are not listed any more. Interrupted, killed or out of disk: run the same command again."
  ),
  Command.withShortDescription("Export all users to a file or a directory"),
  Command.withExamples([
    { command: "genesys users export --out users.ndjson --force", description: "To a file, over the one of before" },
    {
      command: "genesys users export --out copy/ --expand presence",
      description: "With their presence, to a directory"
    }
  ]),
  withSharedFlags([...identityFlags, ...callFlags])
)
