/** Which days of conversations are due, and how far the sink is complete: computed from the checkpoint and Genesys' time alone. */
import type { Checkpoint, Entry } from "./Checkpoint.ts"
import * as Day from "./Day.ts"
import type { GenesysTime } from "./GenesysTime.ts"
import * as Partition from "./Partition.ts"

export interface Range {
  /** The first day, such as `2026-11-01`. */
  readonly since: string
  /** The day after the last one. Absent: for ever. */
  readonly until?: string | undefined
}

export interface Due {
  readonly day: string
  /** A day that is over goes through a job; one that is still open through a query. */
  readonly source: "job" | "query"
}

/** A query knows what began a minute ago or earlier. */
export const settling = 60_000

const entryOf = (checkpoint: Checkpoint, day: string): Entry | undefined =>
  checkpoint[Partition.nameOf(Partition.conversations(day))]

/**
 * Whether nothing of a day changes any more: it was read so long after its end, and after the last of its conversations was
 * seen running, that wrap-up codes have come and the nightly pipeline has been there.
 */
const isSettled = (entry: Entry, day: string, again: number): boolean =>
  entry.source === "job" &&
  entry.running === 0 &&
  entry.asOf >= Math.max(Day.end(day), entry.runningAt ?? Number.NEGATIVE_INFINITY) + again

const days = (range: Range, now: number): ReadonlyArray<string> => {
  const tomorrow = Day.of(Day.end(Day.of(now)))
  return Day.range(range.since, range.until !== undefined && range.until < tomorrow ? range.until : tomorrow)
}

/** Since when it waits: since the moment that it was read of last, or since it began. */
const waitsSince = (entry: Entry | undefined, day: string): number => entry?.asOf ?? Day.start(day)

/** What is to be read, and first what waits longest: none keeps another one waiting for ever. `again` is in milliseconds. */
export const due = (
  checkpoint: Checkpoint,
  { available, now }: GenesysTime,
  range: Range,
  again: number
): ReadonlyArray<Due> => {
  const found: Array<Due & { readonly since: number }> = []
  for (const day of days(range, now)) {
    const entry = entryOf(checkpoint, day)
    const since = waitsSince(entry, day)
    if (Day.end(day) > available) {
      // In its first minute there is nothing that a query would know for sure.
      if (now - settling > Day.start(day)) found.push({ day, source: "query", since })
    } else if (entry === undefined || entry.asOf < Day.end(day)) found.push({ day, source: "job", since })
    // The job would tell of the same moment again.
    else if (entry.source === "job" && entry.asOf >= available) continue
    else if (!isSettled(entry, day, again)) found.push({ day, source: "job", since })
  }
  return found.toSorted((one, other) => one.since - other.since).map(({ day, source }) => ({ day, source }))
}

/** The moment before which everything that the range asks for is in the sink, in milliseconds since 1970. */
export const completeUntil = (checkpoint: Checkpoint, range: Range, now: number): number => {
  for (const day of days(range, now)) {
    const entry = entryOf(checkpoint, day)
    if (entry === undefined) return Day.start(day)
    if (entry.asOf < Day.end(day)) return Math.max(Day.start(day), entry.asOf)
  }
  return now
}

/** How far the sink is behind `dataAvailabilityDate`, in milliseconds. */
export const lag = (checkpoint: Checkpoint, range: Range, { available, now }: GenesysTime): number => {
  const last = range.until === undefined ? available : Math.min(available, Day.start(range.until))
  return Math.max(0, last - completeUntil(checkpoint, range, now))
}
