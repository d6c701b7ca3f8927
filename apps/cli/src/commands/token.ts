/** `genesys token`: a valid token for other programs, from the cache that all processes share. */
import * as Command from "effect/cli/Command"
import { TimeoutFlag } from "../calls/CallFlags.ts"
import { identityFlags } from "../calls/IdentityFlags.ts"
import { outputFlags } from "../output/OutputFlags.ts"
import { flags } from "../token/flags.ts"
import { handler } from "./handler.ts"
import { withSharedFlags } from "./SharedFlags.ts"

export const token = Command.make(
  "token",
  flags,
  handler(() => import("../token/run.ts"))
).pipe(
  Command.withDescription(
    "Print a valid access token. It comes from a cache that all processes of this user share, and a new one is asked for only if need be. With --json, --output or --jq: its fingerprint and times, and not the token."
  ),
  Command.withExamples([
    { command: "genesys token", description: "Print a token" },
    {
      command: 'genesys token --header | curl -H @- "$GENESYS_CLOUD_API_URL/api/v2/users"',
      description: "Call the API with curl, with the token in no argument list"
    },
    { command: "genesys token --json", description: "Print its fingerprint, when it was issued and when it expires" },
    { command: "genesys token --watch", description: "Look on while it is renewed" },
    { command: "genesys token --min-life 10m", description: "Print a token that is good for ten more minutes" }
  ]),
  withSharedFlags([...identityFlags, TimeoutFlag, ...outputFlags])
)
