/** Which days of conversations are due, and how far the sink is complete: computed from the checkpoint and Genesys' time alone. */
import * as Duration from "effect/Duration"
import { type Checkpoint, type Entry, mostOpen } from "./Checkpoint.ts"
import * as Day from "./Day.ts"
import * as DayRange from "./DayRange.ts"
import type { GenesysTime } from "./GenesysTime.ts"
import { conversations as layout } from "./internal/kinds/conversations.ts"
import * as Partition from "./Partition.ts"
import type { Unended } from "./Source.ts"

/** The days that are wanted. */
export type Range = DayRange.DayRange

/** A day that is to be read, and how. */
export interface Due {
  readonly day: string
  /**
   * A day that is over goes through a job; one that is still open through a query. Of one that is settled but for conversations
   * that do not end, these are asked for by their ids.
   */
  readonly source: "job" | "query" | "ids"
}

/**
 * Genesys says that the rewrite by its nightly pipeline begins at three days or later: three would miss it, and two more are for
 * it to end.
 */
export const defaultAgain = Duration.days(5)

/** A query knows what began a minute ago or earlier. */
export const settling = 60_000

/** A code that comes soon after the end of a conversation is seen because what has just ended is asked for again. */
const lookBack = Duration.toMillis(Duration.minutes(10))

/** What changes long after its end is seen when the whole day is read: so often. */
const wholeEvery = Duration.toMillis(Duration.hours(1))

/**
 * Since which moment a query has to ask what has happened on a day, if the sink has all that was before. A day that was never read so,
 * or an hour ago, or of which time was read that has not come, is read as a whole.
 */
export const goesOnFrom = (entry: Entry | undefined, day: string, now: number): number | undefined => {
  if (entry?.source !== "query" || entry.wholeAt === undefined) return undefined
  if (entry.wholeAt > entry.asOf || entry.asOf > now - settling || now - entry.wholeAt >= wholeEvery) return undefined
  // An interval that does not touch the day brings nothing of it: after its end, those that went on then are asked for.
  const from = Math.min(entry.asOf, Day.end(day)) - lookBack
  return from > Day.start(day) ? from : undefined
}

const entryOf = (checkpoint: Checkpoint, day: string) => DayRange.entryOf(layout, checkpoint, day)

/** Of a day that goes on after all others of it have ended, conversations are looked at 24 times in its life so far. */
const looksInLife = 24

/** Whether all that have not ended are known by their ids. */
const areKnown = ({ open, running }: Entry) => {
  const known = Object.keys(open ?? {}).length
  return known > 0 && (known < mostOpen || known >= running)
}

/** What is due of a day that was read by a job, if anything; `again` is in milliseconds. */
const dueAgain = (entry: Entry, day: string, available: number, again: number): "job" | "ids" | undefined => {
  const end = Day.end(day)
  // Wrap-up codes come late, and the nightly pipeline comes: after the end of the day and of what went on after it.
  if (entry.asOf < Math.max(end, entry.endedAt ?? Number.NEGATIVE_INFINITY) + again) return "job"
  if (entry.running === 0) return undefined
  // All of it once more whenever it has become twice as old.
  if (available - end >= 2 * (entry.asOf - end)) return "job"
  const lookedAt = Math.max(entry.asOf, entry.askedAt ?? Number.NEGATIVE_INFINITY)
  if (available - lookedAt < (lookedAt - end) / looksInLife) return undefined
  return areKnown(entry) ? "ids" : "job"
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
  for (const day of DayRange.days(range, now)) {
    const entry = entryOf(checkpoint, day)
    const since = waitsSince(entry, day)
    if (Day.end(day) > available) {
      // Time went back there: a query would tell less than the jobs have, which alone know the attributes of participants.
      if (entry?.source === "job") continue
      // In its first minute there is nothing that a query would know for sure.
      if (now - settling > Day.start(day)) found.push({ day, source: "query", since })
    } else if (entry === undefined || entry.asOf < Day.end(day)) found.push({ day, source: "job", since })
    // The job would tell of the same moment again.
    else if (entry.source === "job" && entry.asOf >= available) continue
    else {
      const source = entry.source === "job" ? dueAgain(entry, day, available, again) : "job"
      if (source !== undefined) found.push({ day, source, since })
    }
  }
  return found.toSorted((one, other) => one.since - other.since).map(({ day, source }) => ({ day, source }))
}

/** The moment before which everything that the range asks for is in the sink, in milliseconds since 1970. */
export const completeUntil = (checkpoint: Checkpoint, range: Range, now: number): number =>
  DayRange.completeUntil(layout, checkpoint, range, now)

/** How far the sink is behind `dataAvailabilityDate`, in milliseconds. */
export const lag = (checkpoint: Checkpoint, range: Range, time: GenesysTime): number =>
  DayRange.lag(layout, checkpoint, range, time)

/** So many ids are told; the checkpoint has more. */
export const mostNamed = 100

/** Conversations that go on although their day was over long ago. `again` is in milliseconds. */
export const unended = (checkpoint: Checkpoint, again: number): ReadonlyArray<Unended> =>
  Object.entries(checkpoint).flatMap(([name, { asOf, open = {}, running }]) => {
    const day = Partition.ofName(layout, name)?.day
    return day === undefined || running === 0 || asOf < Day.end(day) + again
      ? []
      : [{ day, conversations: running, ids: Object.keys(open) }]
  })
