/** `genesys api`: any call of the Genesys Cloud API, in the manner of `gh api`. */
import * as Command from "effect/cli/Command"
import { flags } from "../api/flags.ts"
import { callFlags } from "../calls/CallFlags.ts"
import { identityFlags } from "../calls/IdentityFlags.ts"
import { outputFlags } from "../output/OutputFlags.ts"
import { handler } from "./handler.ts"
import { withSharedFlags } from "./SharedFlags.ts"

export const api = Command.make(
  "api",
  flags,
  handler(() => import("../api/run.ts"))
).pipe(
  Command.withDescription(
    "Make any call of the API; a path alone is a GET, as in genesys api users. The answer is printed as it comes; an error is one line on standard error, and its kind the exit code. " +
      "Fields given with -f and -F are the query of a GET, HEAD or DELETE, and the JSON body of anything else."
  ),
  Command.withShortDescription("Make any call of the API"),
  Command.withExamples([
    {
      command: "genesys api GET /api/v2/users -F pageSize=5 --jq '.entities[].name'",
      description: "Names of five users"
    },
    { command: "genesys api GET routing/queues --paginate", description: "Every queue, a line of JSON each" },
    {
      command:
        "genesys api POST users/search -f 'query[][type]=EXACT' -f 'query[][fields][]=email' -f 'query[][value]=test.user@yourcompany.com'",
      description: "Find a user by e-mail"
    },
    {
      command: "genesys api POST users/search --input search.json --include",
      description: "A body from a file; status and headers, too"
    }
  ]),
  withSharedFlags([...identityFlags, ...callFlags, ...outputFlags])
)
