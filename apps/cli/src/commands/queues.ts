/** `genesys queues`: the queues of the organization. */
import * as Command from "effect/cli/Command"
import { get } from "./queues/get.ts"
import { list } from "./queues/list.ts"
import { members } from "./queues/members.ts"

export const queues = Command.make("queues").pipe(
  Command.withDescription("List and show queues, and list their members."),
  Command.withSubcommands([list, get, members])
)
