/** The days of a time zone: when each begins and ends, with daylight saving. */
import * as DateTime from "effect/DateTime"
import * as Day from "../Day.ts"
import type { Bounds } from "../DayRange.ts"

const midnight = (timeZone: string, day: string): number =>
  DateTime.toEpochMillis(DateTime.makeZonedUnsafe(`${day}T00:00:00Z`, { timeZone, adjustForTimeZone: true }))

export const of = (timeZone: string): Bounds => ({
  start: (day) => midnight(timeZone, day),
  end: (day) => midnight(timeZone, Day.of(Day.end(day)))
})
