/** The flags of `genesys doctor`. */
import type * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"

export const flags = {
  tryRegions: Flag.Boolean("try-regions").pipe(
    Flag.withDescription(
      "If the credentials are refused, show them to the login hosts of all other regions of Genesys Cloud"
    ),
    Flag.withDefault(false)
  )
}
export type Input = Command.Command.Config.Infer<typeof flags>
