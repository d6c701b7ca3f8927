/** `genesys proxy`: Genesys Cloud for any program of this machine, without a token in it. */
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Schema from "effect/Schema"
import { callFlags } from "../calls/CallFlags.ts"
import { identityFlags } from "../calls/IdentityFlags.ts"
import { handler } from "./handler.ts"
import { withSharedFlags } from "./sharedFlags.ts"

const flags = {
  socket: Flag.String("socket").pipe(
    Flag.withDescription("Listen on a Unix socket, which only you can open: callers need no secret"),
    Flag.withMetavar("path"),
    Flag.withSchema(Schema.NonEmptyString),
    Flag.optional
  ),
  port: Flag.Int("port").pipe(
    Flag.withDescription("Without --socket: the port of 127.0.0.1 to listen on; by default a free one"),
    Flag.withMetavar("number"),
    Flag.withSchema(Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 65_535 }))),
    Flag.optional
  ),
  secretFile: Flag.String("secret-file").pipe(
    Flag.withDescription(
      "Write the secret, as a header for curl -H @FILE, to a new file that only you can read, and not into the URL"
    ),
    Flag.withMetavar("path"),
    Flag.withSchema(Schema.NonEmptyString),
    Flag.optional
  ),
  auth: Flag.Boolean("auth").pipe(
    Flag.withDescription(
      "Whether callers at a port need the secret; with --no-auth, every user of this machine can call"
    ),
    Flag.withDefault(true)
  ),
  readOnly: Flag.Boolean("read-only").pipe(
    Flag.withDescription("Take GET, HEAD, and the POSTs of searches and queries only"),
    Flag.withDefault(false)
  ),
  allow: Flag.String("allow").pipe(
    Flag.withMetavar("rule"),
    Flag.withDescription(
      "Take only calls such as GET users/*; may be repeated. The path is below /api/v2/; * stands for one part, ** at the end for one or more"
    ),
    Flag.atLeast(0)
  )
}
export type Input = Command.Command.Config.Infer<typeof flags>

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
