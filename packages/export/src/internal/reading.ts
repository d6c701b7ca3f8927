/** Turns what Genesys sends into rows, and counts them for the checkpoint. */
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import type { Entry } from "../Checkpoint.ts"
import type { SourceError } from "../ExportError.ts"
import type { Row } from "../Row.ts"
import type { Reading } from "../Source.ts"

/** Rows as they came, of one moment. */
export interface Batch {
  readonly asOf: number
  /** Which of them are meant; the others came along. */
  readonly accepts: (value: Row["value"]) => boolean
  readonly values: ReadonlyArray<unknown>
}

const decodeFields = Schema.decodeUnknownOption(Schema.Record(Schema.String, Schema.Unknown))
const decodeText = Schema.decodeUnknownOption(Schema.NonEmptyString)

/** A field that has text in it. */
export const text = (fields: Readonly<Record<string, unknown>>, name: string): string | undefined =>
  Option.getOrUndefined(decodeText(fields[name]))

export interface Options {
  readonly batches: Stream.Stream<Batch, SourceError>
  readonly key: string
  readonly isRunning: (value: Row["value"]) => boolean
  readonly source: Entry["source"]
  /** The moment for the checkpoint; else the earliest of the batches. */
  readonly asOf: number | undefined
  /** The moment of a reading that brought no batch. */
  readonly fallback: number
  /** For the checkpoint, once the rows have come. */
  readonly jobs?: (() => number | undefined) | undefined
  readonly previous: Entry | undefined
}

export const make = (options: Options): Reading => {
  let [rows, running, skipped, earliest] = [0, 0, 0, Number.POSITIVE_INFINITY]
  const rowsOf = ({ accepts, asOf, values }: Batch) => {
    earliest = Math.min(earliest, asOf)
    const found: Array<Row> = []
    for (const raw of values) {
      const value = Option.getOrUndefined(decodeFields(raw))
      const key = value === undefined ? undefined : text(value, options.key)
      if (value === undefined || key === undefined) skipped++
      else if (accepts(value)) {
        rows++
        if (options.isRunning(value)) running++
        found.push({ key, asOf, value })
      }
    }
    return found
  }
  const warn = Effect.suspend(() =>
    skipped === 0
      ? Effect.void
      : Effect.logWarning("rows without an id were left out").pipe(
          Effect.annotateLogs({ rows: skipped, id: options.key })
        )
  )
  return {
    rows: options.batches.pipe(Stream.map(rowsOf), Stream.flattenIterable, Stream.onEnd(warn)),
    entry: Effect.sync(() => {
      const asOf = options.asOf ?? (Number.isFinite(earliest) ? earliest : options.fallback)
      const runningAt = running > 0 ? asOf : options.previous?.runningAt
      const jobs = options.jobs?.()
      return {
        source: options.source,
        asOf,
        rows,
        running,
        ...(jobs === undefined ? {} : { jobs }),
        ...(runningAt === undefined ? {} : { runningAt })
      }
    })
  }
}

/** The conversations that started from a moment (inclusive) to another (exclusive), in milliseconds since 1970. */
export const startedIn =
  (from: number, to: number) =>
  (value: Row["value"]): boolean => {
    const start = Date.parse(text(value, "conversationStart") ?? "")
    return start >= from && start < to
  }
