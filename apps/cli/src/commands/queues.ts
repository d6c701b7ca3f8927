/** `genesys queues`: the queues of the organization. */
import * as Command from "effect/cli/Command"
import { list } from "./queues/list.ts"

export const queues = Command.make("queues").pipe(
  Command.withDescription("List queues."),
  Command.withSubcommands([list])
)
