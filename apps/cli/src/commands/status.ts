/** `genesys status`: what is known of the token, from the cache alone. It never asks for one. */
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import { identityFlags } from "../calls/IdentityFlags.ts"
import { outputFlags } from "../output/OutputFlags.ts"
import { handler } from "./handler.ts"
import { withSharedFlags } from "./sharedFlags.ts"

const flags = {
  watch: Flag.Boolean("watch").pipe(
    Flag.withDescription(
      "Go on until Ctrl-C: redrawn every second in a terminal; with --json, --output or --jq for every change"
    ),
    Flag.withDefault(false)
  ),
  check: Flag.Boolean("check").pipe(
    Flag.withDescription(
      "Make one call with the token, which tells whether the API takes it, and the rate limit as it is now; with --watch one every 10 s"
    ),
    Flag.withDefault(false)
  )
}
export type Input = Command.Command.Config.Infer<typeof flags>

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
