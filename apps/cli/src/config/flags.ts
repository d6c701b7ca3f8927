/** The flags of the commands of `genesys config`. */
import * as Argument from "effect/cli/Argument"
import type * as Command from "effect/cli/Command"
import { names } from "./Known.ts"

const name = Argument.Literals("setting", names).pipe(Argument.withDescription("What is set"))

export const setFlags = {
  name,
  value: Argument.String("value").pipe(Argument.withDescription("Its value, as the flag of the same name takes it"))
}
export type Set = Command.Command.Config.Infer<typeof setFlags>

export const getFlags = { name }
export type Get = Command.Command.Config.Infer<typeof getFlags>
