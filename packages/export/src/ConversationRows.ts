/**
 * The conversations of an interval from details jobs, without a sink: for one file. What is too large for one job, and what
 * expires while it is read, comes in parts.
 */
import { ConversationDetails } from "@effect-genesys/client/ConversationDetails"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import type { SourceError } from "./ExportError.ts"
import * as JobWindow from "./internal/jobWindow.ts"
import * as Reading from "./internal/reading.ts"

/** Which conversations, and how long to wait for the jobs that read them. */
export interface RowsOptions {
  /** `ISO/ISO`, at most 31 days. */
  readonly interval: string
  /** How long the jobs may be in Genesys' queue while none of them gets on. @default 4 hours */
  readonly jobWait?: Duration.Input | undefined
}

/**
 * Genesys answers with what started on a UTC day that an interval touches and was alive in it. This is true of a row that started in
 * the interval, and of one whose start cannot be read: nobody knows that it does not belong there.
 */
export const startedIn = (interval: string): ((row: unknown) => boolean) => {
  const [from = Number.NaN, to = Number.NaN] = interval.split("/").map((moment) => Date.parse(moment))
  const isMeant = Reading.startedIn(from, to)
  return (row) =>
    Option.match(Reading.decodeFields(row), { onNone: () => true, onSome: (found) => isMeant(found) !== false })
}

/** Those that started in the interval, as Genesys sent them. A row may come again: take the first with its `conversationId`. */
export const ofInterval = ({
  interval,
  jobWait = Duration.hours(4)
}: RowsOptions): Stream.Stream<unknown, SourceError, ConversationDetails> =>
  Stream.unwrap(
    Effect.map(ConversationDetails, (details) => {
      const [from = Number.NaN, to = Number.NaN] = interval.split("/").map((moment) => Date.parse(moment))
      const read = JobWindow.make({
        details,
        pageSize: 1_000,
        lookAhead: 1,
        patience: Duration.toMillis(Duration.fromInputUnsafe(jobWait)),
        accepts: () => () => true,
        byDay: () => true,
        onTooLarge: () => undefined,
        fallback: from
      })
      const isWanted = startedIn(interval)
      return Stream.flatMap(read({ from, to }), ({ values }) => Stream.fromIterable(values.filter(isWanted)))
    })
  )
