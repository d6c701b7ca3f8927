/** `genesys conversations export`: every conversation of an interval, however often it is interrupted. */
import * as Command from "effect/cli/Command"
import { callFlags } from "../../calls/CallFlags.ts"
import { identityFlags } from "../../calls/IdentityFlags.ts"
import { exportFlags } from "../../conversations/flags.ts"
import { handler } from "../handler.ts"
import { withSharedFlags } from "../SharedFlags.ts"

export const exportConversations = Command.make(
  "export",
  exportFlags,
  handler(() => import("../../conversations/export.ts"))
).pipe(
  Command.withDescription(
    "Export the conversations that started in the interval, by jobs. A file is written as FILE.part, which becomes FILE when it is complete. A directory, of whole days, gets a file for each, with the layout, lock and checkpoint of genesys-worker; days that may still have changed are read again. Interrupted, killed or out of disk: run the same command again, and it goes on."
  ),
  Command.withShortDescription("Export the conversations of an interval to a file or a directory"),
  Command.withExamples([
    { command: "genesys conversations export --interval 2025-11-03 --out november-3.ndjson", description: "A day" },
    {
      command: "genesys conversations export --interval 2025-11-03 --out november-3.ndjson --force",
      description: "The day again, over the file"
    },
    {
      command: "genesys conversations export --interval 2025-11-01/2025-11-04 --out conversations/ --compression gzip",
      description: "A file for each of three days; run it again to bring them up to date"
    },
    {
      command: "genesys conversations export --interval 2025-11-01/2025-11-04 --out tables/ --format parquet",
      description: "Tables of Parquet, for DuckDB and its like"
    }
  ]),
  withSharedFlags([...identityFlags, ...callFlags])
)
