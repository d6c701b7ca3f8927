/** `genesys proxy`: Genesys Cloud for any program of this machine, without a token in it. */
import * as Command from "effect/cli/Command"
import { callFlags } from "../calls/CallFlags.ts"
import { identityFlags } from "../calls/IdentityFlags.ts"
import { flags } from "../proxy/flags.ts"
import { handler } from "./handler.ts"
import { withSharedFlags } from "./SharedFlags.ts"

export const proxy = Command.make(
  "proxy",
  flags,
  handler(() => import("../proxy/run.ts"))
).pipe(
  Command.withDescription(
    "Run a proxy on this machine that makes calls of Genesys Cloud for programs in any language: it adds the token, keeps " +
      "within the rate limit and tries again. It prints its socket, or its URL, which goes before /api/v2/. It runs until Ctrl-C."
  ),
  Command.withExamples([
    {
      command: "genesys proxy --socket genesys.sock",
      description: "For: curl --unix-socket genesys.sock http://localhost/api/v2/users"
    },
    {
      command: "genesys proxy --secret-file genesys.header",
      description: "Print a URL for $GENESYS_PROXY: curl -H @genesys.header $GENESYS_PROXY/api/v2/users"
    },
    {
      command: "genesys proxy --socket genesys.sock --read-only --allow 'GET users/*' --allow 'POST users/search'",
      description: "Take these calls only"
    },
    {
      command: "genesys proxy --port 8899 --timeout 2m",
      description: "At that port, with the secret in the URL that is printed; give up a call after two minutes"
    },
    { command: "genesys proxy --no-auth", description: "For programs that can have neither a header nor a path" }
  ]),
  withSharedFlags([...identityFlags, ...callFlags])
)
