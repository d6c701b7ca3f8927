/** `genesys users export`: every user with every field, however often it is interrupted. */
import * as Command from "effect/cli/Command"
import { callFlags } from "../../calls/CallFlags.ts"
import { identityFlags } from "../../calls/IdentityFlags.ts"
import { exportFlags } from "../../users/flags.ts"
import { handler } from "../handler.ts"
import { withSharedFlags } from "../SharedFlags.ts"

export const exportUsers = Command.make(
  "export",
  exportFlags,
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
