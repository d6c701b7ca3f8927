/**
 * Conversations by UTC day: details jobs for days that are over, the details query for the one that is still open. Days are read
 * again until nothing in them can change any more.
 */
import { ConversationDetails } from "@effect-genesys/client/ConversationDetails"
import { GenesysClient } from "@effect-genesys/client/GenesysClient"
import * as Arr from "effect/Array"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as Semaphore from "effect/Semaphore"
import * as Stream from "effect/Stream"
import type { Checkpoint, Entry } from "./Checkpoint.ts"
import * as Day from "./Day.ts"
import type { SourceError } from "./ExportError.ts"
import * as GenesysTime from "./GenesysTime.ts"
import { conversations as layout, mostJobs } from "./internal/kinds/conversations.ts"
import * as Org from "./internal/org.ts"
import * as JobWindow from "./internal/jobWindow.ts"
import * as Reading from "./internal/reading.ts"
import * as Partition from "./Partition.ts"
import * as Plan from "./Plan.ts"
import type { Row } from "./Row.ts"
import type { Measure, Source, Unit } from "./Source.ts"

export interface ConversationOptions extends Plan.Range {
  /**
   * How long after its end, and after the end of its last conversation, a day is read again on every run: wrap-up codes come
   * hours later, and a nightly pipeline rewrites what is older. Genesys says that such a
   * rewrite begins at three days or later, so that three days would miss it. @default 5 days
   */
  readonly again?: Duration.Input | undefined
  /**
   * In how many jobs a day is read, 1 to 96; four at the same time, of all days together. @default one for each 250,000
   * conversations that the day had when it was last read, or else the day before it
   */
  readonly jobsPerDay?: number | undefined
  /**
   * How long a day waits for its jobs in Genesys' queue while none of them gets on. It fails then, alone, and the next run takes
   * it up. @default 4 hours
   */
  readonly jobWait?: Duration.Input | undefined
  /**
   * Rows in a page: at most 1,000 of the results of a job, two pages of which are in memory, and at most 100 of a query.
   * @default the most
   */
  readonly pageSize?: number | undefined
  /** Pages of the query that are asked for at the same time. @default 4 */
  readonly lookAhead?: number | undefined
}

/** Enough to use all that Genesys allows in a minute. */
const jobsAtOnce = 4
const rowsPerJob = 250_000
/** As many as its rows need, and as it took before: what is too much for one job differs between organizations. */
const jobsFor = ({ jobs = 1, rows }: { readonly jobs?: number | undefined; readonly rows: number }) =>
  Math.min(mostJobs, Math.max(jobs, Math.ceil(rows / rowsPerJob)))
/** What is known of a day before it is read. */
interface Known {
  readonly previous: Entry | undefined
  /** In how many jobs it is asked for. */
  readonly jobs: number
  /** How many it took, if fewer were too large. */
  readonly split: number | undefined
}

const nothing: { readonly jobs?: number; readonly rows: number } = { rows: 0 }
const entryOf = (checkpoint: Checkpoint, day: string) => checkpoint[Partition.nameOf(Partition.ofDay(layout, day))]

const isRunning = (value: Row["value"]) => Reading.text(value, "conversationEnd") === undefined

const days = Schema.Array(Day.Day)

const againOf = ({ again = Plan.defaultAgain }: Pick<ConversationOptions, "again">) =>
  Duration.toMillis(Duration.fromInputUnsafe(again))

export const measure = (options: Plan.Range & Pick<ConversationOptions, "again">): Measure => ({
  kind: layout,
  lag: (checkpoint, available) => Plan.lag(checkpoint, options, { available, now: available }),
  unended: (checkpoint) => Plan.unended(checkpoint, againOf(options))
})

export const make = (options: ConversationOptions): Effect.Effect<Source, never, ConversationDetails | GenesysClient> =>
  Effect.gen(function* () {
    const details = yield* ConversationDetails
    // A day that does not exist would be another one, or none at all.
    yield* Effect.orDie(
      Schema.decodeEffect(days)([options.since, ...(options.until === undefined ? [] : [options.until])])
    )
    const client = yield* GenesysClient
    const { lookAhead = 4, pageSize = 1_000 } = options
    const again = againOf(options)
    const jobWait = Duration.toMillis(Duration.fromInputUnsafe(options.jobWait ?? Duration.hours(4)))
    const time = Effect.provideService(GenesysTime.ofConversations, GenesysClient, client)
    // Of all days together, so that several large ones take no more memory than one.
    const places = yield* Semaphore.make(jobsAtOnce)
    const place = Effect.acquireRelease(places.take(1), () => places.release(1), { interruptible: true })

    /** Tells how many jobs it took, if more than it began with. */
    const jobs = (
      day: string,
      jobsPerDay: number,
      { available }: GenesysTime.GenesysTime,
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

    const query = (day: string, now: number) => {
      // Rows of the last minute may still be missing.
      const end = Math.min(Day.end(day), now - Plan.settling)
      const accepts = Reading.startedIn(Day.start(day), Day.end(day))
      const interval = `${new Date(Day.start(day)).toISOString()}/${new Date(end).toISOString()}`
      return details
        .queryAllRaw({ interval, lookAhead, pageSize: Math.min(100, pageSize) })
        .pipe(Stream.mapArray((values): Arr.NonEmptyReadonlyArray<Reading.Batch> => [{ accepts, asOf: now, values }]))
    }

    const whole = (day: string, source: "job" | "query", known: Known, moment: GenesysTime.GenesysTime) => {
      let most = known.split
      const took = (count: number) => void (most = Math.max(most ?? 1, count))
      return Reading.make({
        batches: source === "job" ? jobs(day, known.jobs, moment, took) : query(day, moment.now),
        key: layout.key,
        isRunning,
        source,
        asOf: source === "job" ? undefined : moment.now - Plan.settling,
        fallback: moment.available,
        jobs: () => most,
        previous: known.previous
      })
    }

    /** Nothing to read if those that have not ended look as they did; else the whole day, which tells more of them. */
    const byIds = Effect.fnUntraced(function* (day: string, known: Known, moment: GenesysTime.GenesysTime) {
      const { previous } = known
      const open = Object.entries(previous?.open ?? {})
      const found = new Map(
        (yield* details.byIdsRaw(open.map(([id]) => id))).map((row) => [Reading.idOf(row), Reading.looks(row)])
      )
      if (previous === undefined || open.some(([id, looks]) => found.get(id) !== looks)) {
        return whole(day, "job", known, moment)
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

    const unit =
      (known: Known) =>
      ({ day, source }: Plan.Due): Unit => ({
        partition: Partition.ofDay(layout, day),
        apart: source === "query",
        read: Effect.gen(function* () {
          const moment = yield* time
          const reading = source === "ids" ? yield* byIds(day, known, moment) : whole(day, source, known, moment)
          return { rows: reading.rows, entry: yield* Effect.cached(told(day, reading.entry)) }
        })
      })

    return {
      ...measure(options),
      org: Effect.provideService(Org.id, GenesysClient, client),
      plan: (checkpoint: Checkpoint) =>
        Effect.map(time, (moment) => ({
          units: Plan.due(checkpoint, moment, options, again).map((due) => {
            const previous = entryOf(checkpoint, due.day)
            const known = previous ?? entryOf(checkpoint, Day.before(due.day)) ?? nothing
            return unit({ previous, jobs: options.jobsPerDay ?? jobsFor(known), split: known.jobs })(due)
          }),
          available: moment.available
        }))
    }
  })
