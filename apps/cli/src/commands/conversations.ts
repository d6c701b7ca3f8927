/** `genesys conversations`: conversations as analytics records them. */
import * as Command from "effect/cli/Command"
import { exportConversations } from "./conversations/export.ts"
import { get } from "./conversations/get.ts"
import { query } from "./conversations/query.ts"

export const conversations = Command.make("conversations").pipe(
  Command.withDescription("Query, show and export conversations."),
  Command.withSubcommands([query, get, exportConversations])
)
