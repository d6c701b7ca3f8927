/** `genesys whoami`. */
import * as Command from "effect/cli/Command"
import { callFlags } from "../calls/CallFlags.ts"
import { identityFlags } from "../calls/IdentityFlags.ts"
import { outputFlags } from "../output/OutputFlags.ts"
import { handler } from "./handler.ts"
import { withSharedFlags } from "./SharedFlags.ts"

export const whoami = Command.make(
  "whoami",
  {},
  handler(() => import("../whoami/run.ts"))
).pipe(
  Command.withDescription(
    "Show whom Genesys Cloud takes us for: the organization, the OAuth client, and the user of a login in the browser. It makes two calls or three."
  ),
  Command.withExamples([
    { command: "genesys whoami", description: "In a terminal, a line for each" },
    { command: "genesys whoami --jq .organization", description: "The name of the organization" }
  ]),
  withSharedFlags([...identityFlags, ...callFlags, ...outputFlags])
)
