/**
 * The conversations that started in a span of time, from details jobs. A job that brings nothing is submitted again; one that
 * never succeeds is too large, and two jobs of half the span take its place.
 */
import type { ConversationDetails, JobError } from "@effect-genesys/client/ConversationDetails"
import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import * as Day from "../Day.ts"
import type { SourceError } from "../ExportError.ts"
import { type Batch, startedIn } from "./reading.ts"

/** From `from` (inclusive) to `to` (exclusive), in milliseconds since 1970. */
export interface Window {
  readonly from: number
  readonly to: number
}

/** How often one job is submitted in vain before it is split. */
const patience = 3
const shortest = Duration.toMillis(Duration.minutes(15))

/** A day in equal parts. */
export const split = (day: string, parts: number): ReadonlyArray<Window> => {
  const length = (Day.end(day) - Day.start(day)) / parts
  return Array.from({ length: parts }, (_, part) => ({
    from: Day.start(day) + part * length,
    to: Day.start(day) + (part + 1) * length
  }))
}

const iso = (millis: number) => new Date(millis).toISOString()
const isDay = ({ from, to }: Window) => Day.start(Day.of(from)) === from && Day.end(Day.of(from)) === to

export interface Options {
  readonly details: ConversationDetails["Service"]
  readonly pageSize: number
  /** Pages that are read in the background. */
  readonly lookAhead: number
}

/** `fallback` is the moment of rows whose page does not say it. */
export const read = (options: Options, window: Window, fallback: number): Stream.Stream<Batch, SourceError> => {
  const accepts = startedIn(window.from, window.to)
  const job = options.details
    .exportPages({
      pageSize: options.pageSize,
      lookAhead: options.lookAhead,
      interval: `${iso(window.from)}/${iso(window.to)}`,
      // The whole day by the day of the start; a part of it by what was alive then, which includes what started then.
      startOfDayIntervalMatching: isDay(window)
    })
    .pipe(
      Stream.map(({ conversations, dataAvailabilityDate }) => ({
        accepts,
        asOf: dataAvailabilityDate === undefined ? fallback : DateTime.toEpochMillis(dataAvailabilityDate),
        values: conversations
      }))
    )

  const again = (error: JobError, failures: number): Stream.Stream<Batch, SourceError> => {
    const warn = Effect.logWarning("a details job brought nothing and is submitted again").pipe(
      Effect.annotateLogs({ jobId: error.jobId, state: error.state, interval: `${iso(window.from)}/${iso(window.to)}` })
    )
    const next = () => {
      if (failures < patience) return attempt(failures)
      if (window.to - window.from <= shortest) return Stream.fail(error)
      const middle = (window.from + window.to) / 2
      return Stream.concat(
        read(options, { from: window.from, to: middle }, fallback),
        read(options, { from: middle, to: window.to }, fallback)
      )
    }
    return Stream.unwrap(
      Effect.as(Effect.andThen(warn, Effect.sleep(Duration.seconds(2 ** failures))), Stream.suspend(next))
    )
  }
  // Rows that came already come again, and are replaced by themselves.
  const attempt = (failures: number): Stream.Stream<Batch, SourceError> =>
    Stream.catchTag(job, "JobError", (error) => again(error, failures + 1))
  return attempt(0)
}
