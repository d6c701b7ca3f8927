/** What all aggregates have in common: rows of spans of time, and what a job may say of those. */
import * as Schema from "effect/Schema"
import * as Column from "../../Column.ts"
import type { Spelling } from "../../Kind.ts"
import { TimeZone } from "../../TimeZone.ts"
import * as DaySettings from "./daySettings.ts"

export const columns = {
  day: Column.day("day", "The day on which it begins, in the time zone of the export"),
  interval_start: Column.moment("intervalStart", "When it begins"),
  interval_end: Column.moment("intervalEnd", "When it ends")
}

export const granularities = ["PT15M", "PT30M", "PT1H", "P1D"] as const
export type Granularity = (typeof granularities)[number]

/** What is asked for if nothing is said. */
export interface Usual {
  readonly again: "2 days" | "5 days"
  readonly granularity: Granularity
  readonly timeZone: string
  readonly groupBy: ReadonlyArray<string>
  readonly metrics: ReadonlyArray<string>
}

export const settings = (spelling: Spelling, again: string) => ({
  ...DaySettings.fields(spelling, again),
  granularity: Schema.optionalKey(
    Schema.Literals(granularities).annotate({ description: "How long a span is. Default PT30M, half an hour." })
  ),
  timeZone: Schema.optionalKey(
    TimeZone.annotate({ description: "Of the days, such as Europe/Berlin, with daylight saving. Default UTC." })
  )
})
