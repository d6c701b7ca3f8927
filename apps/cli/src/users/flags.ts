/** The flags of the commands of `genesys users`. */
import * as Argument from "effect/cli/Argument"
import type * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import { targetFlags } from "../export/ExportFlags.ts"
import { states } from "./States.ts"

export const exportFlags = {
  ...targetFlags,
  state: Flag.Literals("state", states).pipe(
    Flag.withDescription("Only users in this state; left out, all, deleted ones too"),
    Flag.withDefault("any" as const)
  ),
  expand: Flag.String("expand").pipe(
    Flag.withDescription("A field to add, such as presence; several times for several"),
    Flag.withMetavar("field"),
    Flag.atLeast(0)
  )
}
export type Export = Command.Command.Config.Infer<typeof exportFlags>

export const findFlags = {
  who: Argument.String("who").pipe(Argument.withDescription("An e-mail address, or a part of a name"))
}
export type Find = Command.Command.Config.Infer<typeof findFlags>

export const getFlags = {
  id: Argument.String("id").pipe(Argument.withDescription("The id of the user, or the e-mail address of an active one"))
}
export type Get = Command.Command.Config.Infer<typeof getFlags>

export const listFlags = {
  state: Flag.Literals("state", states).pipe(
    Flag.withDescription("Only users in this state"),
    Flag.withDefault("active" as const)
  )
}
export type List = Command.Command.Config.Infer<typeof listFlags>
