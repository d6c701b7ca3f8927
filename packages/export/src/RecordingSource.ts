/**
 * What Genesys says of recordings, by the UTC day on which their conversation began. Which conversations were recorded, the query of details
 * says; what there is of each is asked for by its id. A day is read when it is over: each reading costs a call for each of them.
 */
import { ConversationDetails } from "@effect-genesys/client/ConversationDetails"
import { GenesysClient } from "@effect-genesys/client/GenesysClient"
import type { GenesysError } from "@effect-genesys/client/GenesysError"
import * as Route from "@effect-genesys/client/Route"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import * as Day from "./Day.ts"
import type { DayRange } from "./DayRange.ts"
import * as GenesysTime from "./GenesysTime.ts"
import * as Days from "./internal/days.ts"
import { dayField, recordings as layout, told, usualAgain } from "./internal/kinds/recordings.ts"
import * as Reading from "./internal/reading.ts"
import type { Measure, Source } from "./Source.ts"

/** Which days are read, and how long they are read again. */
export interface RecordingOptions extends DayRange {
  /**
   * How long after its end a day is read again: when it is 1, 2, 4, 8, … days old, and at last when it is as old as this.
   * @default 1 day
   */
  readonly again?: Duration.Input | undefined
}

const rangeOf = Days.rangeOf(usualAgain)

/** How far a copy is behind, without asking Genesys: of a day that is not over, nothing is due. */
export const measure = (options: RecordingOptions): Measure => Days.measureOver(layout, rangeOf(options))

const route = "/api/v2/conversations/{conversationId}/recordingmetadata"
/** So many are asked for at the same time. */
const atOnce = 4
const shortest = Duration.toMillis(Duration.minutes(1))

const iso = (millis: number) => new Date(millis).toISOString()

const decodeSessions = Schema.decodeUnknownOption(
  Schema.Struct({
    participants: Schema.Array(
      Schema.Struct({
        sessions: Schema.optionalKey(
          Schema.NullOr(Schema.Array(Schema.Struct({ recording: Schema.optionalKey(Schema.NullOr(Schema.Boolean)) })))
        )
      })
    )
  })
)

const isRecorded = (conversation: unknown): boolean =>
  Option.exists(decodeSessions(conversation), ({ participants }) =>
    participants.some(({ sessions }) => (sessions ?? []).some(({ recording }) => recording === true))
  )

/** `recording` of a session is of its sound. Messages, which run for days, need not be read then. */
const spoken = [
  { type: "or", predicates: ["voice", "callback"].map((value) => ({ dimension: "mediaType", value })) }
] as const

/** The ids of those that began on the day and were recorded. What a query does not give of a span, its halves do. */
const recorded = (
  day: string,
  from: number,
  to: number
): Effect.Effect<ReadonlySet<string>, GenesysError, ConversationDetails> => {
  const isOfDay = Reading.startedIn(Day.start(day), Day.end(day))
  const all = ConversationDetails.use((details) =>
    Stream.runFold(
      details.queryAllRaw({ interval: `${iso(from)}/${iso(to)}`, segmentFilters: spoken, lookAhead: 4, pageSize: 100 }),
      () => new Set<string>(),
      (ids, one) => {
        const id = Reading.idOf(one)
        const fields = Option.getOrElse(Reading.decodeFields(one), () => ({}))
        if (id !== undefined && isOfDay(fields) === true && isRecorded(one)) ids.add(id)
        return ids
      }
    )
  )
  const inHalves = (error: GenesysError) => {
    const middle = from + Math.floor((to - from) / 2)
    return to - from <= shortest
      ? Effect.fail(error)
      : Effect.zipWith(
          recorded(day, from, middle),
          recorded(day, middle, to),
          (one, other) => new Set([...one, ...other])
        )
  }
  return all.pipe(Effect.catchTag("IncompleteError", inHalves), Effect.catchTag("InvalidRequestError", inHalves))
}

const Metadata = Schema.Array(Schema.Record(Schema.String, Schema.Unknown))

/** What there is of one conversation; nothing, if that is gone. */
const ofConversation = (day: string) => (conversationId: string) =>
  GenesysClient.use((client) =>
    client.json(HttpClientRequest.get(Route.path(route, { conversationId })), Metadata)
  ).pipe(
    Route.named(route),
    Effect.catchTag("NotFoundError", () => Effect.succeed([])),
    Effect.map((found) => found.map((one) => ({ ...one, [dayField]: day })))
  )

/** The source of them. It needs `analytics:conversationDetail:view` and `recording:recording:view`. */
export const make = (options: RecordingOptions): Effect.Effect<Source, never, GenesysClient> =>
  Effect.gen(function* () {
    const context = yield* Effect.context<GenesysClient | ConversationDetails>()
    const read = ({ asOf, day, from, now, previous, to }: Days.Asked) =>
      Reading.make({
        batches: Stream.fromIterableEffect(recorded(day, from, to)).pipe(
          Stream.mapEffect(ofConversation(day), { concurrency: atOnce }),
          Stream.map((values) => ({ accepts: () => true, asOf: now, values })),
          Stream.provideContext(context)
        ),
        key: layout.key,
        isRunning: () => false,
        source: "query",
        asOf,
        fallback: asOf,
        previous
      })
    return yield* Days.make({
      layout,
      range: rangeOf(options),
      time: GenesysTime.ofToken,
      permissions: told.permissions,
      portable: true,
      whenOver: true,
      read: (day) => Effect.sync(() => read(day))
    })
  }).pipe(Effect.provide(ConversationDetails.layer))
