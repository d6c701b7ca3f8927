/**
 * What users were up to, by UTC days: all of a day by the query of details, as they are known now. What that does not give, because there
 * are more users than it has pages for, is read by a job, whose rows are of its `dataAvailabilityDate`.
 */
import { GenesysClient } from "@effect-genesys/client/GenesysClient"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import type { DayRange } from "./DayRange.ts"
import * as GenesysTime from "./GenesysTime.ts"
import * as Days from "./internal/days.ts"
import { told, usualAgain, userStatus as layout } from "./internal/kinds/userStatus.ts"
import * as Reading from "./internal/reading.ts"
import * as UserDay from "./internal/userDay.ts"
import type { Measure, Source } from "./Source.ts"

/** From which day to which, and how long a job may take. */
export interface UserStatusOptions extends DayRange {
  /** How long after its end a day is read again: some of it comes late. @default 2 days */
  readonly again?: Duration.Input | undefined
  /** How long a job may wait in Genesys' queue, where one is needed. @default 4 hours */
  readonly jobWait?: Duration.Input | undefined
}

const rangeOf = Days.rangeOf(usualAgain)

/** How far a copy is behind, without asking Genesys. */
export const measure = (options: UserStatusOptions): Measure => Days.measure(layout, rangeOf(options))

/** The source of it. */
export const make = (options: UserStatusOptions): Effect.Effect<Source, never, GenesysClient> =>
  Effect.gen(function* () {
    const client = yield* GenesysClient
    const read = ({ asOf, day, now, from, previous, to }: Days.Asked) => {
      /** The moment before which everything is known, and by what. */
      let [known, source] = [asOf, "query" as "query" | "job"]
      const batches = UserDay.read({ day, interval: { from, to }, now, jobWait: options.jobWait }).pipe(
        Stream.provideService(GenesysClient, client),
        Stream.map(({ available, values, ...batch }) => {
          if (available !== undefined) [known, source] = [Math.min(known, available), "job"]
          return { accepts: () => true, asOf: batch.asOf, values }
        })
      )
      const { entry, rows } = Reading.make({
        batches,
        key: layout.key,
        isRunning: () => false,
        source: "query",
        asOf,
        fallback: asOf,
        previous
      })
      return { rows, entry: Effect.map(entry, (found) => ({ ...found, asOf: known, source })) }
    }
    return yield* Days.make({
      layout,
      range: rangeOf(options),
      time: GenesysTime.ofToken,
      permissions: told.permissions,
      portable: true,
      read: (day) => Effect.sync(() => read(day))
    })
  })
