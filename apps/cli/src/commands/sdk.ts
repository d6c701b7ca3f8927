/** `genesys sdk`: every operation of the official SDK, by its name. */
import * as Command from "effect/cli/Command"
import { call } from "./sdk/call.ts"
import { describe } from "./sdk/describe.ts"
import { list } from "./sdk/list.ts"

export const sdk = Command.make("sdk").pipe(
  Command.withDescription("List, describe and call the operations of the official SDK."),
  Command.withSubcommands([list, describe, call])
)
