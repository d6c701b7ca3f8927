/** The flags of `genesys logout`. */
import type * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"

export const flags = {
  all: Flag.Boolean("all").pipe(Flag.withDescription("Log out of every profile"), Flag.withDefault(false))
}
export type Input = Command.Command.Config.Infer<typeof flags>
