/** `genesys watch`: the long-running loop for a person to look at, or for a program to read line by line. */
import * as Command from "effect/cli/Command"
import { callFlags } from "../calls/CallFlags.ts"
import { identityFlags } from "../calls/IdentityFlags.ts"
import { outputFlags } from "../output/OutputFlags.ts"
import { flags } from "../watch/flags.ts"
import { handler } from "./handler.ts"
import { withSharedFlags } from "./SharedFlags.ts"

export const watch = Command.make(
  "watch",
  flags,
  handler(() => import("../watch/run.ts"))
).pipe(
  Command.withDescription(
    "Look at the token, find a user and query the conversations of the last day, again and again until Ctrl-C. " +
      "A failed call is shown, and the loop goes on."
  ),
  Command.withExamples([
    { command: "genesys watch", description: "A round every ten seconds" },
    {
      command: "genesys watch --every 2s --email someone@example.com",
      description: "More often, with another user"
    },
    { command: "genesys watch --json", description: "One JSON object a line, for programs" }
  ]),
  withSharedFlags([...identityFlags, ...callFlags, ...outputFlags])
)
