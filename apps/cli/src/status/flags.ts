/** The flags of `genesys status`. */
import type * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"

export const flags = {
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
