/** Which UTC days are asked for, and up to which moment a copy has all of them: of any kind that goes by days. */
import type * as Duration from "effect/Duration"
import type { Checkpoint, Entry } from "./Checkpoint.ts"
import * as Day from "./Day.ts"
import type { Layout } from "./Layout.ts"
import * as Partition from "./Partition.ts"
import * as Retention from "./Retention.ts"

/** Which days are asked for: from the first one on, up to the end or for ever. */
export interface DayRange {
  /** The first day, such as `2026-11-01`. */
  readonly since: string
  /** The day after the last one. Absent: for ever. */
  readonly until?: string | undefined
  /** How long a day is kept: older ones are neither asked for nor missing (`Retention`). @default for ever */
  readonly keep?: Duration.Input | undefined
}

/** A kind that goes by days. */
export type DayLayout = Layout & { readonly by: "day" }

/** What a checkpoint has of a day. Undefined if the day has not been written. */
export const entryOf = (layout: DayLayout, checkpoint: Checkpoint, day: string): Entry | undefined =>
  checkpoint[Partition.nameOf(Partition.ofDay(layout, day))]

/** When a day begins and ends, in milliseconds since 1970. */
export interface Bounds {
  readonly start: (day: string) => number
  readonly end: (day: string) => number
}

/** The days of UTC, each 24 hours long. */
export const utc: Bounds = { start: Day.start, end: Day.end }

/** Those that have begun. */
export const days = (range: DayRange, now: number, { start }: Bounds = utc): ReadonlyArray<string> => {
  // In the east, a day begins before it does in UTC.
  const last = Day.of(Day.end(Day.of(Day.end(Day.of(now)))))
  const { keep, since: given, until = last } = range
  const kept = keep === undefined ? given : Retention.firstDay(keep, now)
  const since = kept > given ? kept : given
  return Day.range(since, until < last ? until : last).filter((day) => start(day) <= now)
}

/** The moment before which everything that the range asks for is in the sink, in milliseconds since 1970. */
export const completeUntil = (
  layout: DayLayout,
  checkpoint: Checkpoint,
  range: DayRange,
  now: number,
  bounds: Bounds = utc
): number => {
  for (const day of days(range, now, bounds)) {
    const entry = entryOf(layout, checkpoint, day)
    if (entry === undefined) return bounds.start(day)
    if (entry.asOf < bounds.end(day)) return Math.max(bounds.start(day), entry.asOf)
  }
  return now
}

/** How far the sink is behind a moment at which Genesys knows everything, in milliseconds. */
export const lag = (
  layout: DayLayout,
  checkpoint: Checkpoint,
  range: DayRange,
  { available, now }: { readonly available: number; readonly now: number },
  bounds: Bounds = utc
): number => {
  const last = range.until === undefined ? available : Math.min(available, bounds.start(range.until))
  return Math.max(0, last - completeUntil(layout, checkpoint, range, now, bounds))
}
