/**
 * Aggregates of conversations by days: the spans of a day that are over, each with all its groups. What Genesys does not give at once,
 * because that is too much, is asked for in fewer spans.
 */
import { GenesysClient } from "@effect-genesys/client/GenesysClient"
import type { GenesysError } from "@effect-genesys/client/GenesysError"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import { createHash } from "node:crypto"
import type { DayRange } from "./DayRange.ts"
import * as GenesysTime from "./GenesysTime.ts"
import * as Days from "./internal/days.ts"
import {
  conversationAggregates as layout,
  type granularities,
  told,
  usual
} from "./internal/kinds/conversationAggregates.ts"
import * as Reading from "./internal/reading.ts"
import * as ZonedDays from "./internal/zonedDays.ts"
import type { Measure, Source } from "./Source.ts"

/** Which days are read, in which spans and groups, and which metrics of them. */
export interface AggregateOptions extends DayRange {
  /** How long after its end a day is read again: wrap-up codes come late, and conversations are rewritten. @default 5 days */
  readonly again?: Duration.Input | undefined
  /** How long a span is. @default PT30M, half an hour */
  readonly granularity?: (typeof granularities)[number] | undefined
  /** Of the days, such as `Europe/Berlin`. @default UTC */
  readonly timeZone?: string | undefined
  /** Dimensions. @default queueId, userId, mediaType, direction, wrapUpCode */
  readonly groupBy?: ReadonlyArray<string> | undefined
  /** @default those of queues and agents */
  readonly metrics?: ReadonlyArray<string> | undefined
}

/** From its first moment to its end, in milliseconds since 1970. */
interface Span {
  readonly from: number
  readonly to: number
}

const minutes = { PT15M: 15, PT30M: 30, PT1H: 60, P1D: undefined }
/** So many spans are asked for at once: four hours of half hours. */
const atOnce = 8

const path = "/api/v2/analytics/conversations/aggregates/query"

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
const spansOf = (from: number, end: number, to: number, granularity: keyof typeof minutes): ReadonlyArray<Span> => {
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
  readonly granularity: keyof typeof minutes
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

const read = (day: string, spans: ReadonlyArray<Span>, wanted: Wanted): Rows => {
  const [first, last] = [spans[0], spans.at(-1)]
  if (first === undefined || last === undefined) return Effect.succeed([])
  const body = { interval: `${iso(first.from)}/${iso(last.to)}`, ...wanted }
  const request = HttpClientRequest.bodyJsonUnsafe(HttpClientRequest.post(path), body)
  return GenesysClient.use((client) => client.json(request, Answer)).pipe(
    Effect.map((answer) => rowsOf(day, spans, answer)),
    Effect.catchTag("InvalidRequestError", (error) => {
      const middle = Math.ceil(spans.length / 2)
      if (spans.length === 1) return Effect.fail(error)
      const [early, late] = [read(day, spans.slice(0, middle), wanted), read(day, spans.slice(middle), wanted)]
      return Effect.zipWith(early, late, (one, other) => [...one, ...other])
    })
  )
}

const wantedOf = ({ granularity, groupBy, metrics, timeZone }: AggregateOptions): Wanted => ({
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

const rangeOf = ({ again = usual.again, since, until }: AggregateOptions): Days.Range => ({ since, until, again })

/** How far such aggregates are behind in a sink: told from its checkpoint, without Genesys. */
export const measure = (options: AggregateOptions): Measure =>
  Days.measure(layout, rangeOf(options), ZonedDays.of(options.timeZone ?? usual.timeZone))

/** That tells the time, and needs no permission. */
const time = GenesysTime.of(HttpClientRequest.get("/api/v2/tokens/me"))

/** The source of these aggregates, a row for each span of a day. It needs `analytics:conversationAggregate:view`. */
export const make = (options: AggregateOptions): Effect.Effect<Source, never, GenesysClient> =>
  Effect.gen(function* () {
    const wanted = wantedOf(options)
    const client = yield* GenesysClient
    const bounds = ZonedDays.of(wanted.timeZone)
    const reading = ({ asOf, day, from, now, previous, to }: Days.Asked) => {
      const spans = spansOf(from, bounds.end(day), to, wanted.granularity)
      return Reading.make({
        batches: Stream.fromIterable(chunked(spans)).pipe(
          Stream.mapEffect((some) => read(day, some, wanted)),
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
      range: rangeOf(options),
      bounds,
      listing: listingOf(wanted),
      time,
      permissions: told.permissions,
      portable: true,
      read: (day) => Effect.sync(() => reading(day))
    })
  })
