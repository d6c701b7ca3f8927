/** `genesys alias`: names for calls of this user. */
import * as Command from "effect/cli/Command"
import { remove } from "./alias/delete.ts"
import { list } from "./alias/list.ts"
import { set } from "./alias/set.ts"

export const alias = (root: () => Command.Command.Any) =>
  Command.make("alias").pipe(
    Command.withDescription("Give calls names of their own, list and delete these."),
    Command.withSubcommands([list, set(root), remove])
  )
