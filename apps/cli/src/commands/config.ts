/** `genesys config`: what this user has set for all commands. */
import * as Command from "effect/cli/Command"
import { get } from "./config/get.ts"
import { list } from "./config/list.ts"
import { set } from "./config/set.ts"
import { unset } from "./config/unset.ts"

export const config = Command.make("config").pipe(
  Command.withDescription(
    "Set, show and list the defaults of this user: the profile, how lists are printed, how long a call may take."
  ),
  Command.withSubcommands([list, get, set, unset])
)
