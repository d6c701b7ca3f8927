/** The flags of `genesys proxy`. */
import type * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Schema from "effect/Schema"

export const flags = {
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
