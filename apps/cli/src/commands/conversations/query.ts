/** `genesys conversations query`: the conversations of an interval, at once. For much, there is `export`. */
import { ConversationDetails } from "@effect-genesys/client/ConversationDetails"
import type { Predicate } from "@effect-genesys/client/ConversationQuery"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as CallFlags from "../../calls/CallFlags.ts"
import { limited, listFlags, pagesAhead } from "../../calls/ListFlags.ts"
import * as OneShot from "../../calls/OneShot.ts"
import * as Names from "../../conversations/Names.ts"
import * as Output from "../../output/Output.ts"
import * as Progress from "../../output/Progress.ts"
import { interval } from "./interval.ts"

const columns = ["conversationId", "conversationStart", "conversationEnd", "originatingDirection"]

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
  ...listFlags,
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

const filters = (wanted: Readonly<Record<string, Option.Option<string>>>) => {
  const predicates: ReadonlyArray<Predicate> = Object.entries(wanted).flatMap(([dimension, value]) =>
    Option.isSome(value) ? [{ type: "dimension", dimension, value: value.value }] : []
  )
  return predicates.length === 0 ? {} : { segmentFilters: [{ type: "and" as const, predicates }] }
}

export const query = Command.make("query", flags, ({ csv, limit, mediaType, order, queue, user, ...given }) =>
  Effect.gen(function* () {
    const printer = yield* Output.make({ columns, csv })
    const details = yield* ConversationDetails
    const queueId = yield* Effect.transposeOption(Option.map(queue, Names.queueId))
    const userId = yield* Effect.transposeOption(Option.map(user, Names.userId))
    const wanted = { interval: given.interval, order, ...filters({ queueId, userId, mediaType }) }
    const total = Effect.map(details.query({ ...wanted, pageSize: 1 }), ({ totalHits }) => totalHits)
    yield* printer.rows(
      details
        .queryAllRaw({ ...wanted, lookAhead: pagesAhead(limit) })
        .pipe(limited(limit), Progress.rows({ what: "conversations", total }))
    )
  }).pipe(CallFlags.patiently, Effect.provide(OneShot.layer))
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
  ])
)
