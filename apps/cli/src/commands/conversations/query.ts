/** `genesys conversations query`: the conversations of an interval, at once. For much, there is `export`. */
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import { callFlags } from "../../calls/CallFlags.ts"
import { identityFlags } from "../../calls/IdentityFlags.ts"
import { listFlags } from "../../output/ListFlags.ts"
import { handler } from "../handler.ts"
import { withSharedFlags } from "../sharedFlags.ts"
import { interval } from "./interval.ts"

/** The `mediaType` of an `AnalyticsSession` in Genesys' definition of the API. */
const mediaTypes = [
  "voice",
  "callback",
  "chat",
  "cobrowse",
  "email",
  "internalmessage",
  "message",
  "screenshare",
  "video",
  "unknown"
] as const

const flags = {
  interval,
  order: Flag.Literals("order", ["asc", "desc"]).pipe(
    Flag.withDescription("By the moment when they started"),
    Flag.withDefault("asc" as const)
  ),
  queue: Flag.String("queue").pipe(
    Flag.withDescription("Only those of this queue: its id, or its whole name"),
    Flag.withMetavar("id|name"),
    Flag.optional
  ),
  user: Flag.String("user").pipe(
    Flag.withDescription("Only those of this user: an id, an e-mail address, or the whole name of an active user"),
    Flag.withMetavar("id|email|name"),
    Flag.optional
  ),
  mediaType: Flag.Literals("media", mediaTypes).pipe(Flag.withDescription("Only those of this kind"), Flag.optional)
}
export type Input = Command.Command.Config.Infer<typeof flags>

export const query = Command.make(
  "query",
  flags,
  handler(() => import("../../conversations/query.ts"))
).pipe(
  Command.withDescription(
    "Query the conversations that started on a UTC day which the interval touches and were alive in it. It is at most 31 days. Of a time that is not over, rows may be missing or come twice, because they shift while they are read."
  ),
  Command.withShortDescription("Query the conversations of an interval"),
  Command.withExamples([
    { command: "genesys conversations query --interval 2025-11-03 --limit 20", description: "Twenty of a day" },
    {
      command: "genesys conversations query --interval 2025-11-03 --media voice --jq .conversationId",
      description: "The ids of all calls"
    }
  ]),
  withSharedFlags([...identityFlags, ...callFlags, ...listFlags])
)
