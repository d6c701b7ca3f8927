/** Which UTC days are asked for, and up to which moment a copy has all of them: of any kind that goes by days. */
import type { Checkpoint, Entry } from "./Checkpoint.ts"
import * as Day from "./Day.ts"
import type { Layout } from "./Layout.ts"
import * as Partition from "./Partition.ts"

export interface DayRange {
  /** The first day, such as `2026-11-01`. */
  readonly since: string
  /** The day after the last one. Absent: for ever. */
  readonly until?: string | undefined
}

/** A kind that goes by days. */
export type DayLayout = Layout & { readonly by: "day" }

export const entryOf = (layout: DayLayout, checkpoint: Checkpoint, day: string): Entry | undefined =>
  checkpoint[Partition.nameOf(Partition.ofDay(layout, day))]

/** Those that have begun. */
export const days = (range: DayRange, now: number): ReadonlyArray<string> => {
  const tomorrow = Day.of(Day.end(Day.of(now)))
  return Day.range(range.since, range.until !== undefined && range.until < tomorrow ? range.until : tomorrow)
}

/** The moment before which everything that the range asks for is in the sink, in milliseconds since 1970. */
export const completeUntil = (layout: DayLayout, checkpoint: Checkpoint, range: DayRange, now: number): number => {
  for (const day of days(range, now)) {
    const entry = entryOf(layout, checkpoint, day)
    if (entry === undefined) return Day.start(day)
    if (entry.asOf < Day.end(day)) return Math.max(Day.start(day), entry.asOf)
  }
  return now
}

/** How far the sink is behind a moment at which Genesys knows everything, in milliseconds. */
export const lag = (
  layout: DayLayout,
  checkpoint: Checkpoint,
  range: DayRange,
  { available, now }: { readonly available: number; readonly now: number }
): number => {
  const last = range.until === undefined ? available : Math.min(available, Day.start(range.until))
  return Math.max(0, last - completeUntil(layout, checkpoint, range, now))
}
