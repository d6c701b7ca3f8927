/**
 * Conversations by UTC day: details jobs for days that are over, the details query for the one that is still open. Days are read
 * again until nothing in them can change any more.
 */
import { ConversationDetails } from "@effect-genesys/client/ConversationDetails"
import { GenesysClient } from "@effect-genesys/client/GenesysClient"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type { Checkpoint } from "./Checkpoint.ts"
import * as Day from "./Day.ts"
import * as DayRange from "./DayRange.ts"
import * as GenesysTime from "./GenesysTime.ts"
import * as ConversationDay from "./internal/conversationDay.ts"
import { conversations as layout, mostJobs } from "./internal/kinds/conversations.ts"
import * as Org from "./internal/org.ts"
import * as Partition from "./Partition.ts"
import * as Plan from "./Plan.ts"
import type { Measure, Source, Unit } from "./Source.ts"

/** From which day to which, and which days are read again. */
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

const rowsPerJob = 250_000
/** As many as its rows need, and as it took before: what is too much for one job differs between organizations. */
const jobsFor = ({ jobs = 1, rows }: { readonly jobs?: number | undefined; readonly rows: number }) =>
  Math.min(mostJobs, Math.max(jobs, Math.ceil(rows / rowsPerJob)))
const nothing: { readonly jobs?: number; readonly rows: number } = { rows: 0 }
const entryOf = (checkpoint: Checkpoint, day: string) => DayRange.entryOf(layout, checkpoint, day)

const days = Schema.Array(Day.Day)

const againOf = ({ again = Plan.defaultAgain }: Pick<ConversationOptions, "again">) =>
  Duration.toMillis(Duration.fromInputUnsafe(again))

/** How far a copy of conversations is behind, without asking Genesys. */
export const measure = (options: Plan.Range & Pick<ConversationOptions, "again">): Measure => ({
  kind: layout,
  lag: (checkpoint, available) => Plan.lag(checkpoint, options, { available, now: available }),
  unended: (checkpoint) => Plan.unended(checkpoint, againOf(options))
})

/** The source of conversations. A day in the options that does not exist is a defect. */
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
    const read = ConversationDay.make({ details, pageSize, lookAhead, jobWait, again })

    const unit =
      (known: ConversationDay.Known, now: number) =>
      ({ day, source }: Plan.Due): Unit => ({
        partition: Partition.ofDay(layout, day),
        apart: source === "query",
        portable: source === "job",
        since: source === "query" ? Plan.goesOnFrom(known.previous, day, now) : undefined,
        read: Effect.flatMap(time, (moment) => read(day, source, known, moment))
      })

    return {
      ...measure(options),
      org: Effect.provideService(Org.id, GenesysClient, client),
      plan: (checkpoint: Checkpoint) =>
        Effect.map(time, (moment) => ({
          units: Plan.due(checkpoint, moment, options, again).map((due) => {
            const previous = entryOf(checkpoint, due.day)
            const known = previous ?? entryOf(checkpoint, Day.before(due.day)) ?? nothing
            return unit({ previous, jobs: options.jobsPerDay ?? jobsFor(known), split: known.jobs }, moment.now)(due)
          }),
          available: moment.available
        }))
    }
  })
