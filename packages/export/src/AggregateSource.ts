/**
 * Aggregates of conversations, and of the presence and routing status of users, by days: the spans of a day that are over, each with all
 * its groups. What Genesys does not give at once, because that is too much, is asked for in fewer spans.
 */
import { GenesysClient } from "@effect-genesys/client/GenesysClient"
import type { GenesysError } from "@effect-genesys/client/GenesysError"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import { createHash } from "node:crypto"
import type { DayLayout, DayRange } from "./DayRange.ts"
import * as GenesysTime from "./GenesysTime.ts"
import * as Days from "./internal/days.ts"
import type { Granularity, Usual } from "./internal/kinds/aggregates.ts"
import * as Conversations from "./internal/kinds/conversationAggregates.ts"
import type { Told } from "./internal/kinds/told.ts"
import * as Users from "./internal/kinds/userAggregates.ts"
import * as Reading from "./internal/reading.ts"
import * as ZonedDays from "./internal/zonedDays.ts"
import type { Measure, Source } from "./Source.ts"

/** From which day to which, in which spans, and what of. */
export interface AggregateOptions extends DayRange {
  /**
   * How long after its end a day is read again: wrap-up codes come late, and conversations are rewritten.
   * @default 5 days; 2 of users
   */
  readonly again?: Duration.Input | undefined
  /** How long a span is. @default PT30M, half an hour */
  readonly granularity?: Granularity | undefined
  /** Of the days, such as `Europe/Berlin`. @default UTC */
  readonly timeZone?: string | undefined
  /** Dimensions. @default queueId, userId, mediaType, direction, wrapUpCode; of users userId */
  readonly groupBy?: ReadonlyArray<string> | undefined
  /** @default those of queues and agents; of users tAgentRoutingStatus, tOrganizationPresence, tSystemPresence */
  readonly metrics?: ReadonlyArray<string> | undefined
}

/** From its first moment to its end, in milliseconds since 1970. */
interface Span {
  readonly from: number
  readonly to: number
}

const minutes: Readonly<Record<Granularity, number | undefined>> = { PT15M: 15, PT30M: 30, PT1H: 60, P1D: undefined }
/** So many spans are asked for at once: four hours of half hours. */
const atOnce = 8

/** What is summed up. */
interface Summed {
  readonly layout: DayLayout
  readonly told: Told
  readonly usual: Usual
  readonly path: string
}

const conversation: Summed = {
  layout: Conversations.conversationAggregates,
  told: Conversations.told,
  usual: Conversations.usual,
  path: "/api/v2/analytics/conversations/aggregates/query"
}

const user: Summed = {
  layout: Users.userAggregates,
  told: Users.told,
  usual: Users.usual,
  path: "/api/v2/analytics/users/aggregates/query"
}

const Answer = Schema.Struct({
  results: Schema.optionalKey(
    Schema.NullOr(
      Schema.Array(
        Schema.Struct({
          group: Schema.optionalKey(Schema.NullOr(Schema.Record(Schema.String, Schema.Unknown))),
          data: Schema.optionalKey(
            Schema.NullOr(
              Schema.Array(
                Schema.Struct({
                  interval: Schema.String,
                  metrics: Schema.optionalKey(
                    Schema.NullOr(
                      Schema.Array(
                        Schema.Struct({
                          metric: Schema.String,
                          qualifier: Schema.optionalKey(Schema.NullOr(Schema.String)),
                          stats: Schema.optionalKey(Schema.NullOr(Schema.Record(Schema.String, Schema.Unknown)))
                        })
                      )
                    )
                  )
                })
              )
            )
          )
        })
      )
    )
  )
})

const iso = (millis: number) => new Date(millis).toISOString()

/** Those that are over. */
const spansOf = (from: number, end: number, to: number, granularity: Granularity): ReadonlyArray<Span> => {
  const length = minutes[granularity]
  if (length === undefined) return end <= to ? [{ from, to: end }] : []
  const step = Duration.toMillis(Duration.minutes(length))
  const found: Array<Span> = []
  for (let at = from; at + step <= to && at < end; at += step) found.push({ from: at, to: Math.min(end, at + step) })
  return found
}

const chunked = (spans: ReadonlyArray<Span>): ReadonlyArray<ReadonlyArray<Span>> =>
  Array.from({ length: Math.ceil(spans.length / atOnce) }, (_, place) =>
    spans.slice(place * atOnce, (place + 1) * atOnce)
  )

interface Wanted {
  readonly granularity: Granularity
  readonly timeZone: string
  readonly groupBy: ReadonlyArray<string>
  readonly metrics: ReadonlyArray<string>
}

const byName = ([one]: readonly [string, unknown], [other]: readonly [string, unknown]) => (one < other ? -1 : 1)

/** A row for each span, whether or not something was in it. */
const rowsOf = (day: string, spans: ReadonlyArray<Span>, { results }: typeof Answer.Type) => {
  const values = new Map(spans.map(({ from }) => [from, new Map<string, Readonly<Record<string, unknown>>>()]))
  for (const { data, group } of results ?? [])
    for (const { interval, metrics } of data ?? []) {
      const from = Date.parse(interval.split("/", 1)[0] ?? "")
      for (const { metric, qualifier, stats } of metrics ?? []) {
        const more = qualifier === undefined || qualifier === null ? {} : { qualifier }
        // In an order of its own, so that it has the same place whenever it is read.
        const name = JSON.stringify([Object.entries(group ?? {}).toSorted(byName), metric, qualifier])
        values.get(from)?.set(name, { intervalStart: iso(from), ...group, metric, ...more, ...stats })
      }
    }
  return spans.map(({ from, to }) => ({
    _key: iso(from),
    day,
    intervalStart: iso(from),
    intervalEnd: iso(to),
    values: [...(values.get(from) ?? [])].toSorted(byName).map(([, value]) => value)
  }))
}

type Rows = Effect.Effect<ReadonlyArray<ReturnType<typeof rowsOf>[number]>, GenesysError, GenesysClient>

const read = (path: string, day: string, spans: ReadonlyArray<Span>, wanted: Wanted): Rows => {
  const [first, last] = [spans[0], spans.at(-1)]
  if (first === undefined || last === undefined) return Effect.succeed([])
  const body = { interval: `${iso(first.from)}/${iso(last.to)}`, ...wanted }
  const request = HttpClientRequest.bodyJsonUnsafe(HttpClientRequest.post(path), body)
  return GenesysClient.use((client) => client.json(request, Answer)).pipe(
    Effect.map((answer) => rowsOf(day, spans, answer)),
    Effect.catchTag("InvalidRequestError", (error) => {
      const middle = Math.ceil(spans.length / 2)
      if (spans.length === 1) return Effect.fail(error)
      const part = (some: ReadonlyArray<Span>) => read(path, day, some, wanted)
      return Effect.zipWith(part(spans.slice(0, middle)), part(spans.slice(middle)), (one, other) => [...one, ...other])
    })
  )
}

const wantedOf = ({ usual }: Summed, { granularity, groupBy, metrics, timeZone }: AggregateOptions): Wanted => ({
  granularity: granularity ?? usual.granularity,
  timeZone: timeZone ?? usual.timeZone,
  groupBy: groupBy ?? usual.groupBy,
  metrics: metrics ?? usual.metrics
})

/** What is asked for, in words, and a hash of all of it: rows of two never share a table. */
const listingOf = (wanted: Wanted) => {
  const hash = createHash("sha256").update(JSON.stringify(wanted)).digest("hex").slice(0, 12)
  return `${wanted.granularity} in ${wanted.timeZone} by ${wanted.groupBy.join(", ") || "nothing"}, ${wanted.metrics.length} metrics (${hash})`
}

const measure =
  (summed: Summed) =>
  (options: AggregateOptions): Measure =>
    Days.measure(
      summed.layout,
      Days.rangeOf(summed.usual.again)(options),
      ZonedDays.of(options.timeZone ?? summed.usual.timeZone)
    )

const make =
  (summed: Summed) =>
  (options: AggregateOptions): Effect.Effect<Source, never, GenesysClient> =>
    Effect.gen(function* () {
      const { layout, path, told } = summed
      const wanted = wantedOf(summed, options)
      const client = yield* GenesysClient
      const bounds = ZonedDays.of(wanted.timeZone)
      const reading = ({ asOf, day, from, now, previous, to }: Days.Asked) => {
        const spans = spansOf(from, bounds.end(day), to, wanted.granularity)
        return Reading.make({
          batches: Stream.fromIterable(chunked(spans)).pipe(
            Stream.mapEffect((some) => read(path, day, some, wanted)),
            Stream.provideService(GenesysClient, client),
            Stream.map((values) => ({ accepts: () => true, asOf: now, values }))
          ),
          key: layout.key,
          isRunning: () => false,
          source: "query",
          asOf,
          fallback: asOf,
          previous
        })
      }
      return yield* Days.make({
        layout,
        range: Days.rangeOf(summed.usual.again)(options),
        bounds,
        listing: listingOf(wanted),
        time: GenesysTime.ofToken,
        permissions: told.permissions,
        portable: true,
        read: (day) => Effect.sync(() => reading(day))
      })
    })

/** The source of aggregates of conversations. */
export const conversations = make(conversation)
/** How far a copy of them is behind, without asking Genesys. */
export const measureConversations = measure(conversation)
/** The source of aggregates of users. */
export const users = make(user)
/** How far a copy of them is behind, without asking Genesys. */
export const measureUsers = measure(user)
