/**
 * What people look at in a conversation: its media, queues, agents, length and wrap-up codes. Queues, users and codes are called by
 * their names, which are looked up once each; where the role does not permit that, by their ids.
 */
import * as Field from "@effect-genesys/client/Conversation"
import { GenesysClient } from "@effect-genesys/client/GenesysClient"
import type { GenesysError } from "@effect-genesys/client/GenesysError"
import * as Console from "effect/Console"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"

/** Of a table, where times are short, and of CSV. */
export const columns = ["conversationId", "start", "queue", "agent", "media", "duration", "wrapUp", "direction"]

const Participants = Schema.Struct({
  conversationStart: Field.Conversation.fields.conversationStart,
  conversationEnd: Field.Conversation.fields.conversationEnd,
  originatingDirection: Field.Conversation.fields.originatingDirection,
  participants: Field.Conversation.fields.participants
})
const decode = Schema.decodeUnknownOption(Participants)
const fields = Schema.decodeUnknownOption(Schema.Record(Schema.String, Schema.Unknown))

const kinds = {
  queue: { path: "/api/v2/routing/queues", more: {} },
  // Also those who have left: their conversations stay.
  agent: { path: "/api/v2/users", more: { state: "any" } },
  wrapUp: { path: "/api/v2/routing/wrapupcodes", more: {} }
} as const
type Kind = keyof typeof kinds
const names = ["queue", "agent", "wrapUp"] as const

const Page = Schema.Struct({
  entities: Schema.optionalKey(
    Schema.Array(Schema.Struct({ id: Schema.String, name: Schema.optionalKey(Schema.String) }))
  )
})

/** So many ids fit into a URL. */
const most = 50

const pieces = (ids: ReadonlyArray<string>): ReadonlyArray<ReadonlyArray<string>> =>
  ids.length === 0 ? [] : [ids.slice(0, most), ...pieces(ids.slice(most))]

const distinct = (values: ReadonlyArray<string | undefined>): ReadonlyArray<string> => [
  ...new Set(values.filter((value): value is string => typeof value === "string" && value !== ""))
]

const two = (value: number) => String(value).padStart(2, "0")

/** Such as `0:03:12`, which a spreadsheet takes for a time. */
const length = (millis: number) => {
  const seconds = Math.round(millis / 1_000)
  return `${Math.floor(seconds / 3_600)}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`
}

type Conversation = typeof Participants.Type

const idsOf = ({ participants = [] }: Conversation) => {
  const sessions = participants.flatMap((each) => each.sessions ?? [])
  const segments = sessions.flatMap((session) => session.segments ?? [])
  return {
    media: distinct(sessions.map(({ mediaType }) => mediaType)),
    queue: distinct(segments.map(({ queueId }) => queueId)),
    agent: distinct(participants.map(({ userId }) => userId)),
    wrapUp: distinct(segments.map(({ wrapUpCode }) => wrapUpCode))
  }
}

export interface Options {
  /** How a start is written; left out, as Genesys does. */
  readonly zone?: DateTime.TimeZone | undefined
}

const startOf = (start: DateTime.Utc, zone: DateTime.TimeZone | undefined) => {
  if (zone === undefined) return DateTime.formatIso(start)
  const { day, hour, minute, month, year } = DateTime.toParts(DateTime.setZone(start, zone))
  return `${year}-${two(month)}-${two(day)} ${two(hour)}:${two(minute)}`
}

/** Adds what people look at to rows as Genesys sent them. */
export const make = Effect.fnUntraced(function* ({ zone }: Options) {
  const client = yield* GenesysClient
  const known: Readonly<Record<Kind, Map<string, string>>> = { queue: new Map(), agent: new Map(), wrapUp: new Map() }
  const refused = new Set<Kind>()

  const ask = Effect.fnUntraced(function* (kind: Kind, ids: ReadonlyArray<string>) {
    const { more, path } = kinds[kind]
    const request = HttpClientRequest.get(path, { urlParams: { ...more, pageSize: ids.length, id: ids.join(",") } })
    const { entities = [] } = yield* client.json(request, Page)
    // One that is gone keeps its id, and is not asked for again.
    for (const id of ids) known[kind].set(id, id)
    for (const { id, name } of entities) if (name !== undefined) known[kind].set(id, name)
  })

  const lookUp = Effect.fnUntraced(function* (kind: Kind, ids: ReadonlyArray<string>) {
    const fresh = distinct(ids).filter((id) => !known[kind].has(id))
    if (refused.has(kind)) return
    yield* Effect.forEach(pieces(fresh), (piece) => ask(kind, piece), { discard: true }).pipe(
      Effect.catchTag("PermissionError", ({ message }) => {
        refused.add(kind)
        return process.stderr.isTTY ? Console.error(`Ids stand for the names of ${kind}: ${message}`) : Effect.void
      })
    )
  })

  return Effect.fnUntraced(function* (
    rows: ReadonlyArray<unknown>
  ): Effect.fn.Return<ReadonlyArray<unknown>, GenesysError> {
    const found = rows.map((row) => ({ row, conversation: decode(row) }))
    const ids = found.map(({ conversation }) => Option.getOrUndefined(Option.map(conversation, idsOf)))
    yield* Effect.forEach(
      names,
      (kind) =>
        lookUp(
          kind,
          ids.flatMap((one) => one?.[kind] ?? [])
        ),
      {
        concurrency: "unbounded",
        discard: true
      }
    )
    return found.map(({ conversation, row }, place) => {
      const of = ids[place]
      if (Option.isNone(conversation) || of === undefined) return row
      const { conversationEnd: end, conversationStart: start, originatingDirection } = conversation.value
      const named = (kind: Kind) => of[kind].map((id) => known[kind].get(id) ?? id).join(", ")
      return Object.assign({}, Option.getOrUndefined(fields(row)), {
        start: startOf(start, zone),
        queue: named("queue"),
        agent: named("agent"),
        media: of.media.join(", "),
        duration: end === undefined ? "running" : length(DateTime.toEpochMillis(end) - DateTime.toEpochMillis(start)),
        wrapUp: named("wrapUp"),
        direction: originatingDirection
      })
    })
  })
})

/** The rows of a list with what people look at. */
export const shown =
  (options: Options) =>
  <E, R>(rows: Stream.Stream<unknown, E, R>): Stream.Stream<unknown, E | GenesysError, R | GenesysClient> =>
    Stream.unwrap(
      Effect.map(make(options), (show) => rows.pipe(Stream.chunks, Stream.mapEffect(show), Stream.flattenIterable))
    )
