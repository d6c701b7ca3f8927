/** The flags of the commands of `genesys profile`. */
import * as Argument from "effect/cli/Argument"
import type * as Command from "effect/cli/Command"

export const deleteFlags = {
  name: Argument.String("name").pipe(Argument.withDescription("The profile"))
}
export type Delete = Command.Command.Config.Infer<typeof deleteFlags>

export const renameFlags = {
  from: Argument.String("name").pipe(Argument.withDescription("The profile")),
  to: Argument.String("new-name").pipe(Argument.withDescription("Its new name, which no profile has"))
}
export type Rename = Command.Command.Config.Infer<typeof renameFlags>

export const showFlags = {
  name: Argument.String("name").pipe(
    Argument.withDescription("The profile; without it, the one that is used now"),
    Argument.optional
  )
}
export type Show = Command.Command.Config.Infer<typeof showFlags>

export const useFlags = {
  name: Argument.String("name").pipe(Argument.withDescription("The profile"))
}
export type Use = Command.Command.Config.Infer<typeof useFlags>
