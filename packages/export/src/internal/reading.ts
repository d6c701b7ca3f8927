/** Turns what Genesys sends into rows, and counts them for the checkpoint. */
import * as Effect from "effect/Effect"
import * as Hash from "effect/Hash"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import { type Entry, mostOpen } from "../Checkpoint.ts"
import type { SourceError } from "../ExportError.ts"
import type { Row } from "../Row.ts"
import type { Reading } from "../Source.ts"

/** Rows as they came, of one moment. */
export interface Batch {
  readonly asOf: number
  /** Which of them are meant; the others came along. Undefined: nobody can tell. */
  readonly accepts: (value: Row["value"]) => boolean | undefined
  readonly values: ReadonlyArray<unknown>
}

export const decodeFields = Schema.decodeUnknownOption(Schema.Record(Schema.String, Schema.Unknown))
const decodeText = Schema.decodeUnknownOption(Schema.NonEmptyString)

/** A field that has text in it. */
export const text = (fields: Readonly<Record<string, unknown>>, name: string): string | undefined =>
  Option.getOrUndefined(decodeText(fields[name]))

export const idOf = (row: unknown): string | undefined =>
  text(
    Option.getOrElse(decodeFields(row), () => ({})),
    "conversationId"
  )

export interface Options {
  readonly batches: Stream.Stream<Batch, SourceError>
  readonly key: string
  /** The field that says when a row began, for the log. @default conversationStart */
  readonly start?: string | undefined
  readonly isRunning: (value: Row["value"]) => boolean
  readonly source: Entry["source"]
  /** The moment for the checkpoint; else the earliest of the batches. */
  readonly asOf: number | undefined
  /** The moment of a reading that brought no batch. */
  readonly fallback: number
  /**
   * Not all rows were asked for, but what has happened since `previous`: what was read then, and does not come, is as it was. Says which
   * rows it did not have.
   */
  readonly isNew?: ((value: Row["value"]) => boolean) | undefined
  /** For the checkpoint: when all rows were asked for. */
  readonly wholeAt?: number | undefined
  /** For the checkpoint, once the rows have come. */
  readonly jobs?: (() => number | undefined) | undefined
  readonly previous: Entry | undefined
}

/** Ids have 36 characters. What is much longer, or has a NUL in it, fits neither into the checkpoint nor into an index. */
export const isId = (key: string) => /^\P{C}{1,128}$/u.test(key)

/** What a conversation that has not ended looks like: its moments, which jobs, queries and ids tell alike. */
export const looks = (value: unknown): string => {
  const moments: Array<string> = []
  JSON.stringify(value, (key, inner: unknown) => {
    if (typeof inner === "string" && /(?:Start|End|Date)$/.test(key)) moments.push(`${key} ${inner}`)
    return inner
  })
  return Hash.string(moments.toSorted().join()).toString(36)
}

/**
 * Those that have not ended, of a reading: as many as the checkpoint has room for by their ids, those of before first, so that
 * another order of the rows makes no other choice. Of a reading of what has happened since, those that are known and do not come go
 * on. Those that are not known come: Genesys gives whatever goes on.
 */
const openOf = (previous: Entry | undefined, isOfSince: boolean) => {
  const before = new Map(Object.entries(previous?.open ?? {}))
  const kept = new Map(isOfSince ? before : [])
  const fresh = new Map<string, string>()
  let others = 0
  const count = () => kept.size + others
  return {
    count,
    came: (key: string, value: unknown, isRunning: boolean) => {
      if (!isRunning) kept.delete(key)
      else if (before.has(key)) kept.set(key, looks(value))
      else {
        others++
        if (fresh.size < mostOpen) fresh.set(key, looks(value))
      }
    },
    ids: () => Object.fromEntries([...kept, ...fresh].slice(0, mostOpen)),
    /** One has ended: there are fewer, or one whose id was known is not among them. */
    hasEnded: () => previous !== undefined && (count() < previous.running || kept.size < before.size)
  }
}

export const make = (options: Options): Reading => {
  let [rows, earliest] = [0, Number.POSITIVE_INFINITY]
  const leftOut = { id: 0, start: 0 }
  const { isNew, previous, wholeAt } = options
  const before = isNew === undefined ? undefined : previous
  const open = openOf(previous, before !== undefined)
  const rowsOf = ({ accepts, asOf, values }: Batch) => {
    earliest = Math.min(earliest, asOf)
    const found: Array<Row> = []
    for (const raw of values) {
      const value = Option.getOrUndefined(decodeFields(raw))
      const key = value === undefined ? undefined : text(value, options.key)
      if (value === undefined || key === undefined || !isId(key)) {
        leftOut.id++
        continue
      }
      const isMeant = accepts(value)
      if (isMeant === undefined) leftOut.start++
      else if (isMeant) {
        if (isNew?.(value) !== false) rows++
        open.came(key, value, options.isRunning(value))
        found.push({ key, asOf, value })
      }
    }
    return found
  }
  const warn = Effect.suspend(() =>
    Effect.forEach(
      [
        ["rows without an id, or with one that is none, were left out", leftOut.id],
        [
          `rows without a ${options.start ?? "conversationStart"} were left out: nobody can tell of which day they are`,
          leftOut.start
        ]
      ] as const,
      ([message, count]) =>
        count === 0
          ? Effect.void
          : Effect.logWarning(message).pipe(
              Effect.annotateLogs({ event: "export.left_out", rows: count, id: options.key })
            )
    )
  )
  return {
    rows: options.batches.pipe(Stream.map(rowsOf), Stream.flattenIterable, Stream.onEnd(warn)),
    entry: Effect.sync(() => {
      const asOf = options.asOf ?? (Number.isFinite(earliest) ? earliest : options.fallback)
      const jobs = options.jobs?.()
      const endedAt = open.hasEnded() ? asOf : previous?.endedAt
      // Of those that were left out before, nobody can tell whether they came again.
      const left = Math.max(before?.leftOut ?? 0, leftOut.id + leftOut.start)
      return {
        source: options.source,
        asOf,
        rows: (before?.rows ?? 0) + rows,
        running: open.count(),
        ...(jobs === undefined ? {} : { jobs }),
        ...(open.count() === 0 ? {} : { open: open.ids() }),
        ...(endedAt === undefined ? {} : { endedAt }),
        ...(left === 0 ? {} : { leftOut: left }),
        ...(wholeAt === undefined ? {} : { wholeAt })
      }
    })
  }
}

/** Whether a conversation has not ended. */
export const isRunning = (value: Row["value"]): boolean => text(value, "conversationEnd") === undefined

/** The rows that started from a moment (inclusive) to another (exclusive), in milliseconds since 1970. */
export const startedIn =
  (from: number, to: number, field = "conversationStart") =>
  (value: Row["value"]): boolean | undefined => {
    const start = Date.parse(text(value, field) ?? "")
    if (Number.isNaN(start)) return undefined
    return start >= from && start < to
  }
