/**
 * How much each OAuth client has used the API: of the last days, one row for each client and UTC day, on every run. Rows of days before
 * stay as they were when they were last asked for; of today, what has been counted so far.
 */
import { GenesysClient } from "@effect-genesys/client/GenesysClient"
import { Usage, type UsageRow } from "@effect-genesys/client/Usage"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import type { Entry } from "./Checkpoint.ts"
import * as Day from "./Day.ts"
import * as GenesysTime from "./GenesysTime.ts"
import { oauthClientUsage as layout, usualDays } from "./internal/kinds/oauthClientUsage.ts"
import * as Org from "./internal/org.ts"
import { isId } from "./internal/reading.ts"
import * as ListSource from "./ListSource.ts"
import * as Partition from "./Partition.ts"
import type { Row } from "./Row.ts"
import type { Measure, Source, Unit } from "./Source.ts"

/** How many days are asked for. */
export interface UsageOptions {
  /** UTC days that are asked for, today among them. @default 7 */
  readonly days?: number | undefined
}

/** How far a copy of usage is behind, without asking Genesys. */
export const measure = (): Measure => ListSource.measure(layout)

/** Which client, and which day. Calls that no client made are nobody's. */
const rowOf = (asOf: number, { clientId = "", date = "", ...more }: UsageRow): Row | undefined => {
  const key = `${clientId}:${date.slice(0, 10)}`
  return clientId === "" || date === "" || !isId(key) ? undefined : { key, asOf, value: { clientId, date, ...more } }
}

/** The source of usage. */
export const make = (options: UsageOptions = {}): Effect.Effect<Source, never, Usage | GenesysClient> =>
  Effect.gen(function* () {
    const usage = yield* Usage
    const client = yield* GenesysClient
    const { days = usualDays } = options
    const time = Effect.provideService(GenesysTime.ofToken, GenesysClient, client)

    const unit: Unit = {
      partition: Partition.whole(layout),
      read: Effect.map(time, (asOf) => {
        const since = Day.start(Day.of(asOf - (days - 1) * 86_400_000))
        let [rows, leftOut] = [0, 0]
        const query = usage.query({
          interval: `${new Date(since).toISOString()}/${new Date(asOf + 1_000).toISOString()}`,
          granularity: "Day",
          groupBy: ["OAuthClientId"]
        })
        const found = Effect.map(query, (counted) => {
          const all = counted.map((one) => rowOf(asOf, one))
          const kept = all.filter((row) => row !== undefined)
          rows = kept.length
          leftOut = all.length - rows
          return kept
        })
        const entry = Effect.sync((): Entry => ({
          source: "list",
          asOf,
          rows,
          running: 0,
          ...(leftOut === 0 ? {} : { leftOut })
        }))
        return { rows: Stream.fromIterableEffect(found), entry }
      })
    }
    return {
      ...measure(),
      org: Effect.provideService(Org.id, GenesysClient, client),
      plan: () => Effect.map(time, (available) => ({ units: [unit], available }))
    }
  })
