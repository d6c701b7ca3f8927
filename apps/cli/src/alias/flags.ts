/** The flags of the commands of `genesys alias`. */
import * as Argument from "effect/cli/Argument"
import type * as Command from "effect/cli/Command"

const name = Argument.String("name").pipe(Argument.withDescription("The name that the call gets"))

export const setFlags = {
  name,
  call: Argument.String("call").pipe(
    Argument.withDescription("The call without genesys, after --; what is typed behind the alias follows it"),
    Argument.variadic({ min: 1 })
  )
}
export type Set = Command.Command.Config.Infer<typeof setFlags>

export const deleteFlags = { name }
export type Delete = Command.Command.Config.Infer<typeof deleteFlags>
