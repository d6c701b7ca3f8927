/** Writes what a book has, day by day, each with how far it goes. */
import * as Effect from "effect/Effect"
import * as Metric from "effect/Metric"
import type * as Option from "effect/Option"
import * as Record from "effect/Record"
import * as Result from "effect/Result"
import * as Stream from "effect/Stream"
import type { Checkpoint, Entry } from "../Checkpoint.ts"
import * as Day from "../Day.ts"
import type { Lag } from "../Lag.ts"
import * as Metrics from "../Metrics.ts"
import * as Partition from "../Partition.ts"
import * as Redaction from "../Redaction.ts"
import type { Row } from "../Row.ts"
import { Sink } from "../Sink.ts"
import type { Batch, Book } from "./eventBook.ts"
import { events as layout } from "./kinds/events.ts"
import * as Rows from "./eventRows.ts"
import * as Org from "./org.ts"
import { retried } from "./sinkRetries.ts"

export interface Options {
  readonly book: Book
  /** What is there before. */
  readonly held: Checkpoint
  readonly org: Option.Option<string>
  readonly lag: Lag
  readonly labels: Metrics.Labels
  readonly redact: ReadonlyArray<string> | undefined
  /** In milliseconds since 1970. */
  readonly now: () => number
}

/** The partitions of events, with what the checkpoint says of them. */
export const heldIn = (checkpoint: Checkpoint): ReadonlyArray<readonly [day: string, entry: Entry]> =>
  Object.entries(checkpoint).flatMap(([name, entry]) => {
    const day = Partition.ofName(layout, name)?.day
    return day === undefined ? [] : [[day, entry] as const]
  })

/** How far what is there goes; none if nothing is. */
export const reached = (checkpoint: Checkpoint) => {
  const entries = heldIn(checkpoint).map(([, entry]) => entry)
  if (entries.length === 0) return undefined
  const patterns: { [pattern: string]: number } = {}
  for (const entry of entries)
    for (const [pattern, asOf] of Object.entries(entry.patterns ?? {}))
      patterns[pattern] = Math.max(asOf, patterns[pattern] ?? 0)
  const listed = entries.flatMap(({ askedAt }) => (askedAt === undefined ? [] : [askedAt]))
  return {
    asOf: Math.max(...entries.map(({ asOf }) => asOf)),
    listedAt: listed.length === 0 ? undefined : Math.max(...listed),
    patterns: entries.some((entry) => entry.patterns !== undefined) ? patterns : undefined
  }
}

export const make = ({ book, held, labels, lag, now, org, redact }: Options) => {
  const without = Redaction.of(layout, held, redact)
  const entries = new Map(heldIn(held))
  /** Days that this run has written, and to which more may come. */
  const growing = new Set<string>()
  const done: { rows: number; writtenAt: number | undefined } = { rows: 0, writtenAt: undefined }
  let noted: Pick<Batch, "asOf" | "listedAt"> | undefined = reached(held)

  const writeDay = Effect.fnUntraced(function* (day: string, batch: Batch, added: ReadonlyArray<Row>, more: boolean) {
    const sink = yield* Sink
    const there = entries.get(day)
    const partition = Partition.ofDay(layout, day)
    const untilEnd = (asOf: number) => Math.min(asOf, Day.end(day))
    const entry = yield* Org.noted(
      Effect.succeed(
        without.entry({
          source: "events",
          asOf: Math.max(there?.asOf ?? 0, untilEnd(batch.asOf)),
          rows: (there?.rows ?? 0) + added.length,
          running: 0,
          ...(batch.listedAt === undefined ? {} : { askedAt: batch.listedAt }),
          // Once, in the last one: they may be many.
          ...(batch.patterns === undefined || [...entries.keys()].some((other) => other > day)
            ? {}
            : { patterns: Record.map(batch.patterns, untilEnd) })
        })
      ),
      org,
      Org.heldIn(held)
    )
    const rows = Stream.fromIterable(added.map(without.row))
    yield* retried(sink.write({ partition, rows, entry: Effect.succeed(entry), more }))
    entries.set(day, entry)
    yield* lag.committed(Partition.nameOf(partition), entry)
  })

  const isNews = ({ asOf, listedAt, rows }: Batch) =>
    rows > 0 || (asOf > 0 && (asOf !== noted?.asOf || listedAt !== noted.listedAt))

  /** All that waits: a day after the other, so that after a kill the latest moment says what is there. */
  const commit = Effect.gen(function* () {
    const today = Day.of(now())
    const batch = book.batch(now())
    if (!isNews(batch)) return
    const days = batch.rows === 0 ? [[today, []] as const] : batch.days
    for (const [day, added] of days) {
      yield* writeDay(day, batch, added, growing.has(day))
      if (day >= today) growing.add(day)
    }
    for (const day of growing) {
      if (Day.end(day) > batch.asOf) continue
      // Nothing comes to it any more: it becomes one, for whoever reads it.
      yield* writeDay(day, batch, [], false)
      growing.delete(day)
    }
    noted = batch
    done.rows += batch.rows
    done.writtenAt = now()
    yield* Metrics.unit(layout.name, Result.succeed(batch.rows), labels)
    for (const reason of batch.days.flatMap(([, added]) => added.flatMap(Rows.reasonOf)))
      yield* Metric.update(Metric.withAttributes(Metrics.eventGaps, { ...labels, reason }), 1)
  }).pipe(Effect.tapError((error) => Metrics.unit(layout.name, Result.fail(error), labels)))

  return { commit, done: (): Readonly<typeof done> => done }
}
