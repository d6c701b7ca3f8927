/** What Genesys has of each kind of facts at this moment: as the simulator says, or as it is asked with no code of ours between. */
import { Simulator } from "@effect-genesys/simulator/Simulator"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import type * as Kinds from "../src/Kinds.ts"
import type { Usual } from "../src/internal/kinds/aggregates.ts"
import * as ConversationAggregates from "../src/internal/kinds/conversationAggregates.ts"
import * as UserAggregates from "../src/internal/kinds/userAggregates.ts"

const halfHour = 1_800_000
const decodeToken = Schema.decodeUnknownSync(Schema.Struct({ access_token: Schema.String }))
const Fields = Schema.Record(Schema.String, Schema.Unknown)
const decodeAnswer = Schema.decodeUnknownSync(
  Schema.Struct({
    results: Schema.optionalKey(
      Schema.Array(
        Schema.Struct({
          group: Fields,
          data: Schema.Array(
            Schema.Struct({
              interval: Schema.String,
              metrics: Schema.Array(
                Schema.Struct({
                  metric: Schema.String,
                  qualifier: Schema.optionalKey(Schema.String),
                  stats: Fields
                })
              )
            })
          )
        })
      )
    )
  })
)

type Post = (path: string, body: object) => Effect.Effect<unknown>

/** Over HTTP. */
const post: Effect.Effect<Post, never, Simulator> = Effect.map(
  Simulator,
  ({ clientId, clientSecret, url }) =>
    (path, body) =>
      Effect.promise(async () => {
        const login = await fetch(`${url}/oauth/token`, {
          method: "POST",
          headers: { authorization: `Basic ${btoa(`${clientId}:${Redacted.value(clientSecret)}`)}` },
          body: new URLSearchParams({ grant_type: "client_credentials" })
        })
        const token = decodeToken(await login.json()).access_token
        const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" }
        return (await fetch(`${url}${path}`, { method: "POST", headers, body: JSON.stringify(body) })).json()
      })
)

/** A row for each half hour of a day, with what one query says of it. */
const aggregates = Effect.fnUntraced(function* (ask: Post, [path, usual]: readonly [string, Usual], day: string) {
  const { granularity, groupBy, metrics } = usual
  const from = Date.parse(day)
  const interval = `${new Date(from).toISOString()}/${new Date(from + 48 * halfHour).toISOString()}`
  const body = { interval, granularity, groupBy, metrics }
  const { results = [] } = decodeAnswer(yield* ask(path, body))
  return Array.from({ length: 48 }, (_, place) => {
    const intervalStart = new Date(from + place * halfHour).toISOString()
    const values = results.flatMap(({ data, group }) =>
      data
        .filter((one) => one.interval.startsWith(intervalStart))
        .flatMap((one) => one.metrics.map(({ stats, ...more }) => ({ intervalStart, ...group, ...more, ...stats })))
    )
    const intervalEnd = new Date(from + (place + 1) * halfHour).toISOString()
    return { _key: intervalStart, day, intervalStart, intervalEnd, values: inOrder(values) }
  })
})

const summed = {
  conversation_aggregates: ["/api/v2/analytics/conversations/aggregates/query", ConversationAggregates.usual],
  user_aggregates: ["/api/v2/analytics/users/aggregates/query", UserAggregates.usual]
} as const

const time = (value: unknown) => Date.parse(typeof value === "string" ? value : "")
const decodeSpans = Schema.decodeUnknownSync(Schema.Array(Fields))

/** What of a span is on the day. `now` is in it, or after it. */
const partOf = (day: string, now: number, span: typeof Fields.Type) => {
  const [begin, end] = [Date.parse(day), Date.parse(day) + 48 * halfHour]
  const ended = span["endTime"] === undefined ? undefined : time(span["endTime"])
  const row: Record<string, unknown> = {
    ...span,
    startTime: new Date(Math.max(begin, time(span["startTime"]))).toISOString(),
    beganAt: span["startTime"],
    goesOn: ended === undefined || ended > end
  }
  // Whatever goes on has lasted until the end of a day that is over.
  if (ended === undefined && now < end) return row
  const until = Math.min(end, ended ?? end)
  return {
    ...row,
    endTime: new Date(until).toISOString(),
    durationMs: until - Math.max(begin, time(span["startTime"]))
  }
}

const userOf = (day: string, now: number, user: Readonly<Record<string, unknown>>) => {
  const parts = (field: string) => decodeSpans(user[field] ?? []).map((span) => partOf(day, now, span))
  return {
    ...user,
    _key: `${String(user["userId"])}:${day}`,
    day,
    primaryPresence: parts("primaryPresence"),
    routingStatus: parts("routingStatus")
  }
}

/** A row for each user, with what is on the day of what the simulator has of them. */
const status = Effect.fnUntraced(function* (day: string) {
  const simulator = yield* Simulator
  const [users, now] = [yield* simulator.facts("user_status", day), yield* simulator.now]
  return users.map((user) => userOf(day, now, user))
})

/** Whether its rows are spans, each with values in no order of their own. */
export const isSummed = (kind: Kinds.FactName): kind is keyof typeof summed => kind in summed

/** Whatever order they came in. */
const inOrder = (values: ReadonlyArray<unknown>) =>
  values.toSorted((one, other) => (sorted(one) < sorted(other) ? -1 : 1))
const byName = ([one]: readonly [string, unknown], [other]: readonly [string, unknown]) => (one < other ? -1 : 1)
const sorted = (value: unknown) => JSON.stringify(Object.entries(Object(value)).toSorted(byName))

/** As it is to be compared: the values of a span are in no order. */
export const comparable = (row: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> =>
  Array.isArray(row["values"]) ? { ...row, values: inOrder(row["values"]) } : row

export const ofDays = Effect.fnUntraced(function* (kind: Kinds.FactName, days: ReadonlyArray<string>, by?: Post) {
  const simulator = yield* Simulator
  const ask = by ?? (yield* post)
  const found = yield* Effect.forEach(days, (day): Effect.Effect<ReadonlyArray<Readonly<Record<string, unknown>>>> =>
    isSummed(kind)
      ? aggregates(ask, summed[kind], day)
      : kind === "user_status"
        ? Effect.provideService(status(day), Simulator, simulator)
        : simulator.facts(kind, day)
  )
  return found.flat()
})
