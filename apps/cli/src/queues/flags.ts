/** The flags of the commands of `genesys queues`. */
import type * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"

export const listFlags = {
  name: Flag.String("name").pipe(
    Flag.withDescription("Only queues with this name; an asterisk at its start or end stands for anything"),
    Flag.optional
  )
}
export type List = Command.Command.Config.Infer<typeof listFlags>
