/** `genesys conversations query`: the conversations of an interval, at once. For much, there is `export`. */
import * as Command from "effect/cli/Command"
import { callFlags } from "../../calls/CallFlags.ts"
import { identityFlags } from "../../calls/IdentityFlags.ts"
import { queryFlags } from "../../conversations/flags.ts"
import { rowFlags } from "../../output/ListFlags.ts"
import { handler } from "../handler.ts"
import { withSharedFlags } from "../SharedFlags.ts"

export const query = Command.make(
  "query",
  queryFlags,
  handler(() => import("../../conversations/query.ts"))
).pipe(
  Command.withDescription(
    "Query the conversations that started in the interval. It is at most 31 days. Of a time that is not over, rows may be missing or come twice, because they shift while they are read."
  ),
  Command.withShortDescription("Query the conversations of an interval"),
  Command.withExamples([
    { command: "genesys conversations query --interval 2025-11-03 --limit 20", description: "Twenty of a day" },
    {
      command: "genesys conversations query --interval 2025-11-03 --media voice --jq .conversationId",
      description: "The ids of all calls"
    }
  ]),
  withSharedFlags([...identityFlags, ...callFlags, ...rowFlags])
)
