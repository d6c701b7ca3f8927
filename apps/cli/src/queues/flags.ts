/** The flags of the commands of `genesys queues`. */
import * as Argument from "effect/cli/Argument"
import type * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"

export const listFlags = {
  name: Flag.String("name").pipe(
    Flag.withDescription("Only queues with this name; an asterisk at its start or end stands for anything"),
    Flag.optional
  )
}
export const getFlags = {
  queue: Argument.String("queue").pipe(Argument.withDescription("The id of the queue, or its whole name"))
}
export type Get = Command.Command.Config.Infer<typeof getFlags>

export type List = Command.Command.Config.Infer<typeof listFlags>
