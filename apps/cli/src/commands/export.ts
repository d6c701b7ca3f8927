/** `genesys export`: any list of the organization, to a file, a directory or a database. */
import * as Command from "effect/cli/Command"
import { callFlags } from "../calls/CallFlags.ts"
import { identityFlags } from "../calls/IdentityFlags.ts"
import { exportFlags } from "../export/flags.ts"
import { handler } from "./handler.ts"
import { withSharedFlags } from "./SharedFlags.ts"

export const exportList = Command.make(
  "export",
  exportFlags,
  handler(() => import("../export/run.ts"))
).pipe(
  Command.withDescription(
    "Export a list with every field: queues, wrap-up codes, roles and the like by their names, or any list of the official SDK by the operation that gives it (list --operation). A file is written as FILE.part, which becomes FILE when it is complete. A directory or a database has the layout, lock and checkpoint of genesys-worker: rows that are gone stay in it and are marked with the moment at which they were missed, once a list came whole. Events of topics are kept as they happen, with a row where some may be missing. For users and conversations, see genesys users export and genesys conversations export."
  ),
  Command.withShortDescription("Export a list, such as queues, to a file, a directory or a database"),
  Command.withExamples([
    { command: "genesys export queues --out queues.ndjson --force", description: "To a file, over the one of before" },
    { command: "genesys export queue_members --out copy/", description: "To a directory, which is kept up to date" },
    {
      command:
        "genesys export list --operation getRoutingSkills --param name=Billing --into billing_skills --out copy/",
      description: "Any list, by its operation"
    },
    {
      command: "genesys export events --topic 'v2.users.{id}.presence' --out events/ --for 8h",
      description: "What happens to all users, for eight hours; without --for, until Ctrl-C"
    }
  ]),
  withSharedFlags([...identityFlags, ...callFlags])
)
