/**
 * The conversations that started in a span of time, from details jobs. A job that brings nothing is submitted again; one that
 * never succeeds is too large, and two jobs of half the span take its place. One that Genesys does not begin with is waited for,
 * with an end.
 */
import type { ConversationDetails, JobError } from "@effect-genesys/client/ConversationDetails"
import * as Clock from "effect/Clock"
import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import * as Day from "../Day.ts"
import type { SourceError } from "../ExportError.ts"
import * as GenesysTime from "../GenesysTime.ts"
import type { Batch } from "./reading.ts"

/** From `from` (inclusive) to `to` (exclusive), in milliseconds since 1970. */
export interface Window {
  readonly from: number
  readonly to: number
}

/** How often a job is submitted that brings nothing, until its span is split. What is not there was done once in vain. */
const attempts: Partial<Record<JobError["state"], number>> = { FAILED: 3, CANCELLED: 3, EXPIRED: 2 }
const shortest = Duration.toMillis(Duration.minutes(15))

/** A day in equal parts. */
export const split = (day: string, parts: number): ReadonlyArray<Window> => {
  const length = (Day.end(day) - Day.start(day)) / parts
  return Array.from({ length: parts }, (_, part) => ({
    from: Day.start(day) + part * length,
    to: Day.start(day) + (part + 1) * length
  }))
}

/** A job that takes longer is too large. */
const longestWork = Duration.hours(2)

const iso = (millis: number) => new Date(millis).toISOString()
export const isDay = ({ from, to }: Window) => Day.start(Day.of(from)) === from && Day.end(Day.of(from)) === to

export interface Options {
  readonly details: ConversationDetails["Service"]
  readonly pageSize: number
  /** Pages that are read in the background. */
  readonly lookAhead: number
  /** How long nothing may be done in, in milliseconds. */
  readonly patience: number
  /** Told when a span has more results than Genesys gives of one job: how long its halves are, in milliseconds. */
  readonly onTooLarge: (length: number) => void
  /** Which rows of a span's jobs are meant; the others came along. */
  readonly accepts: (window: Window) => Batch["accepts"]
  /** Whether a span asks for what started on its days, in place of what was alive in it. */
  readonly byDay: (window: Window) => boolean
  /** `fallback` is the moment of rows whose page does not say it. */
  readonly fallback: number
}

/** The spans of a day, all of them together: while one of them gets on, none has waited in vain. */
export const make = (options: Options): ((window: Window) => Stream.Stream<Batch, SourceError>) => {
  /** When one of them last got on. */
  let doneAt = Number.NEGATIVE_INFINITY
  const endsAt = (begunAt: number) => Math.max(begunAt, doneAt) + options.patience

  const momentOf = (date: DateTime.Utc | undefined) =>
    date === undefined
      ? Effect.succeed(options.fallback)
      : GenesysTime.checked(DateTime.toEpochMillis(date), "dataAvailabilityDate")

  const job = (window: Window, begunAt: number): Stream.Stream<Batch, SourceError> => {
    const accepts = options.accepts(window)
    return Stream.unwrap(
      Effect.gen(function* () {
        const left = Duration.millis(Math.max(1_000, endsAt(begunAt) - (yield* Clock.currentTimeMillis)))
        return options.details
          .exportPages({
            pageSize: options.pageSize,
            lookAhead: options.lookAhead,
            interval: `${iso(window.from)}/${iso(window.to)}`,
            startOfDayIntervalMatching: options.byDay(window),
            queueTimeout: left,
            timeout: Duration.min(left, longestWork)
          })
          .pipe(
            Stream.tap(() => Effect.map(Clock.currentTimeMillis, (read) => void (doneAt = read))),
            Stream.mapEffect(({ conversations, dataAvailabilityDate }) =>
              Effect.map(momentOf(dataAvailabilityDate), (asOf) => ({ accepts, asOf, values: conversations }))
            )
          )
      })
    )
  }

  const again = Effect.fnUntraced(function* (window: Window, begunAt: number, error: JobError, failures: number) {
    const interval = `${iso(window.from)}/${iso(window.to)}`
    // Neither another job nor a smaller one would leave the queue sooner.
    if (error.state === "NOT_STARTED" || (yield* Clock.currentTimeMillis) >= endsAt(begunAt)) return Stream.fail(error)
    const isSplit = failures >= (attempts[error.state] ?? 1)
    const half = (window.to - window.from) / 2
    if (isSplit && half * 2 <= shortest) return Stream.fail(error)
    yield* Effect.logWarning(
      isSplit ? "two details jobs take the place of one" : "a details job brought nothing and is submitted again"
    ).pipe(Effect.annotateLogs({ jobId: error.jobId, state: error.state, interval, reason: error.message }))
    if (isSplit && error.state === "TOO_LARGE") options.onTooLarge(half)
    yield* Effect.sleep(Duration.seconds(2 ** failures))
    if (!isSplit) return attempt(window, begunAt, failures)
    const middle = window.from + half
    return Stream.concat(
      attempt({ from: window.from, to: middle }, begunAt, 0),
      Stream.suspend(() => attempt({ from: middle, to: window.to }, begunAt, 0))
    )
  })

  // Rows that came already come again, and are replaced by themselves.
  const attempt = (window: Window, begunAt: number, failures: number): Stream.Stream<Batch, SourceError> =>
    Stream.catchTag(job(window, begunAt), "JobError", (error) =>
      Stream.unwrap(again(window, begunAt, error, failures + 1))
    )
  return (window) => Stream.unwrap(Effect.map(Clock.currentTimeMillis, (now) => attempt(window, now, 0)))
}
