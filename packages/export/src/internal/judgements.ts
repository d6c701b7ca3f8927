/**
 * What is made of conversations afterwards, such as evaluations: which ones were made in a span of time, analytics counts by their ids; what each
 * of them says, it is asked for by its id. What analytics does not give of a span, because that has too many, is asked for by its halves.
 */
import { GenesysClient } from "@effect-genesys/client/GenesysClient"
import type { GenesysError } from "@effect-genesys/client/GenesysError"
import * as Route from "@effect-genesys/client/Route"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"

export interface Wanted {
  /** Which ones there are. */
  readonly counted: {
    readonly path: string
    readonly metrics: ReadonlyArray<string>
    /** Of the day on which they were made. */
    readonly time: string
    /** The id of one of them. */
    readonly id: string
    /** What else its address needs. */
    readonly more: ReadonlyArray<string>
  }
  /** Where one of them is, with the names of what was counted as parameters. */
  readonly route: string
}

type Group = Readonly<Record<string, string | undefined>>

const Counted = Schema.Struct({
  results: Schema.optionalKey(
    Schema.NullOr(
      Schema.Array(
        Schema.Struct({
          group: Schema.optionalKey(Schema.NullOr(Schema.Record(Schema.String, Schema.Unknown)))
        })
      )
    )
  )
})

const shortest = Duration.toMillis(Duration.minutes(15))
/** So many are asked for at the same time. */
const atOnce = 4

const iso = (millis: number) => new Date(millis).toISOString()

/** The ids of those that were made from one moment to another (exclusive). */
const groups = (
  wanted: Wanted,
  from: number,
  to: number
): Effect.Effect<ReadonlyArray<Group>, GenesysError, GenesysClient> => {
  const { id, metrics, more, path, time } = wanted.counted
  const groupBy = [...more, id]
  const body = { interval: `${iso(from)}/${iso(to)}`, groupBy, metrics, alternateTimeDimension: time }
  const request = HttpClientRequest.bodyJsonUnsafe(HttpClientRequest.post(path), body)
  return GenesysClient.use((client) => client.json(request, Counted)).pipe(
    Effect.map(({ results }) =>
      (results ?? []).map(({ group }): Group => {
        const text = (name: string) => {
          const value = group?.[name]
          return typeof value === "string" && value !== "" ? value : undefined
        }
        return Object.fromEntries(groupBy.map((name) => [name, text(name)]))
      })
    ),
    Effect.catchTag("InvalidRequestError", (error) => {
      const middle = from + Math.floor((to - from) / 2)
      if (to - from <= shortest) return Effect.fail(error)
      return Effect.zipWith(groups(wanted, from, middle), groups(wanted, middle, to), (one, other) => [
        ...one,
        ...other
      ])
    })
  )
}

const isWhole = (group: Group): group is Readonly<Record<string, string>> =>
  Object.values(group).every((value) => value !== undefined)

/** What each of those says that were made then. One that is gone meanwhile is left out. */
export const rows = (
  wanted: Wanted,
  from: number,
  to: number
): Stream.Stream<Readonly<Record<string, unknown>>, GenesysError, GenesysClient> => {
  const one = Effect.fnUntraced(function* (group: Readonly<Record<string, string>>) {
    const request = HttpClientRequest.get(Route.path(wanted.route, group))
    return yield* GenesysClient.use((client) =>
      client.json(request, Schema.Record(Schema.String, Schema.Unknown))
    ).pipe(
      Route.named(wanted.route),
      Effect.map((row) => [row]),
      Effect.catchTag("NotFoundError", () => Effect.succeed([]))
    )
  })
  return Stream.fromIterableEffect(groups(wanted, from, to)).pipe(
    Stream.filter(isWhole),
    Stream.mapEffect(one, { concurrency: atOnce }),
    Stream.flattenIterable
  )
}
