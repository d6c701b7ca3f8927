/** `genesys status`: what is known of the token, from the cache alone. It never asks for one. */
import * as Command from "effect/cli/Command"
import { identityFlags } from "../calls/IdentityFlags.ts"
import { outputFlags } from "../output/OutputFlags.ts"
import { flags } from "../status/flags.ts"
import { handler } from "./handler.ts"
import { withSharedFlags } from "./SharedFlags.ts"

export const status = Command.make(
  "status",
  flags,
  handler(() => import("../status/run.ts"))
).pipe(
  Command.withDescription(
    "Show where each setting comes from, the shared token (its fingerprint, its times and how the last request for it ended) and what is left of the rate limit. Asks for no token."
  ),
  Command.withExamples([
    { command: "genesys status", description: "Show what the cache holds" },
    { command: "genesys status --json", description: "The same for programs" },
    { command: "genesys status --check", description: "Whether the API takes the token, for which it makes one call" },
    { command: "genesys status --watch", description: "Look on while other programs renew the token" }
  ]),
  withSharedFlags([...identityFlags, ...outputFlags])
)
