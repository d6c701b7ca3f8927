/** `genesys users list`: every user, as the pages come. */
import * as Command from "effect/cli/Command"
import { callFlags } from "../../calls/CallFlags.ts"
import { identityFlags } from "../../calls/IdentityFlags.ts"
import { rowFlags } from "../../output/ListFlags.ts"
import { listFlags } from "../../users/flags.ts"
import { handler } from "../handler.ts"
import { withSharedFlags } from "../SharedFlags.ts"

export const list = Command.make(
  "list",
  listFlags,
  handler(() => import("../../users/list.ts"))
).pipe(
  Command.withDescription("List users, with every field that Genesys sends when the output is for programs."),
  Command.withExamples([
    { command: "genesys users list --limit 10", description: "The first ten" },
    { command: "genesys users list --state any --output ndjson", description: "Every user, a line of JSON each" },
    {
      command: "genesys users list --jq 'select(.department == \"Sales\") | .email'",
      description: "E-mail addresses of a department"
    }
  ]),
  withSharedFlags([...identityFlags, ...callFlags, ...rowFlags])
)
