/** `genesys profile`: the profiles that `genesys login` stores. */
import * as Command from "effect/cli/Command"
import { list } from "./profile/list.ts"
import { remove } from "./profile/delete.ts"
import { rename } from "./profile/rename.ts"
import { show } from "./profile/show.ts"
import { use } from "./profile/use.ts"

export const profile = Command.make("profile").pipe(
  Command.withDescription("List, choose, show, rename and delete the profiles that genesys login stores."),
  Command.withSubcommands([list, use, show, rename, remove])
)
