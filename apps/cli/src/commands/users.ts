/** `genesys users`: the users of the organization. */
import * as Command from "effect/cli/Command"
import { exportUsers } from "./users/export.ts"
import { find } from "./users/find.ts"
import { get } from "./users/get.ts"
import { list } from "./users/list.ts"

export const users = Command.make("users").pipe(
  Command.withDescription("Find, list, show and export users."),
  Command.withSubcommands([find, list, get, exportUsers])
)
