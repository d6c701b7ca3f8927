/**
 * The audit log by UTC days: a query for each day, one at a time, as Genesys has them. What happened more than a year ago is not to be
 * had.
 */
import { GenesysClient } from "@effect-genesys/client/GenesysClient"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as Semaphore from "effect/Semaphore"
import * as Stream from "effect/Stream"
import type { DayRange } from "./DayRange.ts"
import * as GenesysTime from "./GenesysTime.ts"
import * as AuditQuery from "./internal/auditQuery.ts"
import * as Days from "./internal/days.ts"
import { audits as layout, told, usualAgain } from "./internal/kinds/audits.ts"
import * as Reading from "./internal/reading.ts"
import type { Measure, Source } from "./Source.ts"

/** Which days of the log are read, of which services, and how long a query may wait. */
export interface AuditOptions extends DayRange {
  /** How long after its end a day is read again: entries come late. @default 1 day */
  readonly again?: Duration.Input | undefined
  /** What they have logged, by a query for each. @default all services, by one query */
  readonly services?: ReadonlyArray<string> | undefined
  /** How long a query may wait for another one of the organization, and run. @default 1 hour */
  readonly queryWait?: Duration.Input | undefined
}

/** Genesys keeps a year. */
const oldest = Duration.days(365)

const rangeOf = Days.rangeOf(usualAgain, oldest)

/** How far the audit log is behind in a sink: told from its checkpoint, without Genesys. */
export const measure = (options: AuditOptions): Measure => Days.measure(layout, rangeOf(options))

/** It needs the same permission. */
const time = GenesysTime.of(HttpClientRequest.get("/api/v2/audits/query/servicemapping"))

const iso = (millis: number) => new Date(millis).toISOString()

/** The source of the audit log, a row for each entry. It needs `audits:audit:view`. */
export const make = (options: AuditOptions): Effect.Effect<Source, never, GenesysClient> =>
  Effect.gen(function* () {
    const patience = Duration.toMillis(Duration.fromInputUnsafe(options.queryWait ?? Duration.hours(1)))
    const asked = options.services?.map((serviceName) => ({ serviceName })) ?? [{}]
    const client = yield* GenesysClient
    const one = yield* Semaphore.make(1)
    const place = Effect.acquireRelease(one.take(1), () => one.release(1), { interruptible: true })

    const read = ({ asOf, from, now, previous, to }: Days.Asked) => {
      const accepts = Reading.startedIn(from, to, "eventDate")
      const rows = Stream.flatMap(Stream.fromIterable(asked), (more) =>
        AuditQuery.rows({ interval: `${iso(from)}/${iso(to)}`, ...more }, patience)
      )
      return Reading.make({
        batches: Stream.unwrap(Effect.as(place, rows)).pipe(
          Stream.provideService(GenesysClient, client),
          Stream.mapArray((values) => [{ accepts, asOf: now, values }])
        ),
        key: layout.key,
        start: "eventDate",
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
      time,
      permissions: told.permissions,
      read: (day) => Effect.sync(() => read(day))
    })
  })
