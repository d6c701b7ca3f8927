/**
 * How a day of conversations is read: all of it, by jobs or by the query; of one that is not over, what has happened since it was read
 * last; where the rest has settled, those that have not ended, by their ids.
 */
import type { ConversationDetails } from "@effect-genesys/client/ConversationDetails"
import * as Effect from "effect/Effect"
import * as Semaphore from "effect/Semaphore"
import * as Stream from "effect/Stream"
import type { Entry } from "../Checkpoint.ts"
import * as Day from "../Day.ts"
import type { SourceError } from "../ExportError.ts"
import type { GenesysTime } from "../GenesysTime.ts"
import * as Partition from "../Partition.ts"
import * as Plan from "../Plan.ts"
import type * as Source from "../Source.ts"
import * as JobWindow from "./jobWindow.ts"
import { conversations as layout, mostJobs } from "./kinds/conversations.ts"
import * as OpenDay from "./openDay.ts"
import * as Reading from "./reading.ts"

/** What is known of a day before it is read. */
export interface Known {
  readonly previous: Entry | undefined
  /** In how many jobs it is asked for. */
  readonly jobs: number
  /** How many it took, if fewer were too large. */
  readonly split: number | undefined
}

export interface Options {
  readonly details: ConversationDetails["Service"]
  readonly pageSize: number
  /** Pages of the query that are asked for at the same time. */
  readonly lookAhead: number
  /** Both in milliseconds. */
  readonly jobWait: number
  readonly again: number
}

/** Enough to use all that Genesys allows in a minute. */
const jobsAtOnce = 4

export const make = ({ again, details, jobWait, lookAhead, pageSize }: Options) => {
  // Of all days together, so that several large ones take no more memory than one.
  const places = Semaphore.makeUnsafe(jobsAtOnce)
  const place = Effect.acquireRelease(places.take(1), () => places.release(1), { interruptible: true })

  const byQuery = OpenDay.make({ details, lookAhead, pageSize })

  /** Tells how many jobs it took, if more than it began with. */
  const jobs = (
    day: string,
    jobsPerDay: number,
    { available }: GenesysTime,
    took: (jobs: number) => void
  ): Stream.Stream<Reading.Batch, SourceError> => {
    const read = JobWindow.make({
      details,
      pageSize,
      // Jobs that are read at the same time need no pages ahead, which are memory.
      lookAhead: jobsPerDay > 1 ? 0 : 1,
      patience: jobWait,
      accepts: ({ from, to }) => Reading.startedIn(from, to),
      // The whole day by the day of the start; a part of it by what was alive then, which includes what started then.
      byDay: JobWindow.isDay,
      fallback: available,
      onTooLarge: (length) => took(Math.min(mostJobs, Math.round((Day.end(day) - Day.start(day)) / length)))
    })
    return Stream.flatMap(
      Stream.fromIterable(JobWindow.split(day, jobsPerDay)),
      (window) => Stream.unwrap(Effect.as(place, read(window))),
      { concurrency: jobsAtOnce, bufferSize: 1 }
    )
  }

  const byJobs = (day: string, known: Known, moment: GenesysTime) => {
    let most = known.split
    const took = (count: number) => void (most = Math.max(most ?? 1, count))
    return Reading.make({
      batches: jobs(day, known.jobs, moment, took),
      key: layout.key,
      isRunning: Reading.isRunning,
      source: "job",
      asOf: undefined,
      fallback: moment.available,
      jobs: () => most,
      previous: known.previous
    })
  }

  /** Nothing to read if those that have not ended look as they did; else the whole day, which tells more of them. */
  const byIds = Effect.fnUntraced(function* (day: string, known: Known, moment: GenesysTime) {
    const { previous } = known
    const open = Object.entries(previous?.open ?? {})
    const found = new Map(
      (yield* details.byIdsRaw(open.map(([id]) => id))).map((row) => [Reading.idOf(row), Reading.looks(row)])
    )
    if (previous === undefined || open.some(([id, looks]) => found.get(id) !== looks)) {
      return byJobs(day, known, moment)
    }
    return { rows: Stream.empty, entry: Effect.succeed({ ...previous, askedAt: moment.now }) }
  })

  /** Says which ones go on, of a day that was over long ago. */
  const told = (day: string, entry: Effect.Effect<Entry>) =>
    Effect.tap(entry, (found) => {
      const [unended] = Plan.unended({ [Partition.nameOf(Partition.ofDay(layout, day))]: found }, again)
      return unended === undefined
        ? Effect.void
        : Effect.logWarning("conversations have not ended, and are looked at less and less often").pipe(
            Effect.annotateLogs({
              event: "export.unended",
              conversations: unended.conversations,
              ids: unended.ids.slice(0, Plan.mostNamed).join(" ")
            })
          )
    })

  return Effect.fnUntraced(function* (
    day: string,
    source: Plan.Due["source"],
    known: Known,
    moment: GenesysTime
  ): Effect.fn.Return<Source.Reading, SourceError> {
    const reading =
      source === "ids" ? yield* byIds(day, known, moment) : (source === "job" ? byJobs : byQuery)(day, known, moment)
    return { rows: reading.rows, entry: yield* Effect.cached(told(day, reading.entry)) }
  })
}
