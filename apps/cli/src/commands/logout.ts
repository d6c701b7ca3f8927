/** `genesys logout`: revokes the token, and takes token and secret from this machine. */
import * as Command from "effect/cli/Command"
import { identityFlags } from "../calls/IdentityFlags.ts"
import { flags } from "../logout/flags.ts"
import { handler } from "./handler.ts"
import { withSharedFlags } from "./SharedFlags.ts"

export const logout = Command.make(
  "logout",
  flags,
  handler(() => import("../logout/run.ts"))
).pipe(
  Command.withDescription(
    "Revoke the token at Genesys Cloud, and take it and the profile's secret from this machine. The profile stays: genesys login asks for the secret alone."
  ),
  Command.withExamples([
    { command: "genesys logout", description: "Log out of the profile that is used now" },
    { command: "genesys logout --profile acme", description: "Log out of this profile" },
    { command: "genesys logout --all", description: "Log out of every profile" }
  ]),
  withSharedFlags(identityFlags)
)
