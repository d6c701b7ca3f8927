/** What a run of an export has to tell. */
import type { Checkpoint } from "@effect-genesys/export/Checkpoint"
import type * as Exporter from "@effect-genesys/export/Exporter"
import * as Partition from "@effect-genesys/export/Partition"
import * as Plan from "@effect-genesys/export/Plan"
import { Sink } from "@effect-genesys/export/Sink"
import type { Unended } from "@effect-genesys/export/Source"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type { JobFailure } from "./JobSpec.ts"
import type { JobReport } from "./JobState.ts"

/** What its sink holds. */
export const copyOf = (held: Checkpoint) => {
  const entries = Object.values(held)
  const latest = entries.reduce((before, { asOf }) => Math.max(before, asOf), 0)
  return {
    partitions: entries.length,
    rows: entries.reduce((sum, { rows }) => sum + rows, 0),
    ...(latest === 0 ? {} : { asOf: new Date(latest).toISOString() })
  }
}

/** The first day that is kept, and how many the run has taken away. */
const keptIn = ({ removed }: Exporter.Summary) =>
  removed === undefined ? {} : { keptSince: removed.before, removedDays: removed.days.length }

/** What a run of an export has done, and what its sink holds. */
export const exported = Effect.fnUntraced(function* (summary: Exporter.Summary) {
  const sink = yield* Sink
  const held = yield* sink.checkpoint
  const entries = Object.values(held)
  const leftOut = entries.reduce((sum, entry) => sum + (entry.leftOut ?? 0), 0)
  const failed = summary.failed.map(({ partition }) => Partition.nameOf(partition))
  const report: JobReport = {
    rows: summary.rows,
    units: summary.done.length,
    pending: summary.pending,
    ...(failed.length === 0 ? {} : { failed: failed.slice(0, Plan.mostNamed) }),
    ...(leftOut === 0 ? {} : { leftOut }),
    ...keptIn(summary),
    lagSeconds: Math.round(Duration.toSeconds(summary.lag)),
    checkpoint: copyOf(held)
  }
  return { held, report, failures: summary.failed }
})

/** A run has failed if one of its units has: what is done stays done, and is told beside why the other is not. */
export const ended = (
  report: JobReport,
  [first]: ReadonlyArray<Exporter.Failed>
): Effect.Effect<JobReport, JobFailure> => {
  if (first === undefined) return Effect.succeed(report)
  const { error } = first
  return Effect.fail({
    _tag: error._tag,
    message: error.message,
    ...("retryAfter" in error ? { retryAfter: error.retryAfter } : {}),
    report
  })
}

/** Conversations that go on although their day was over long ago. */
export const unendedIn = (found: ReadonlyArray<Unended>) => {
  if (found.length === 0) return {}
  const conversations = found.reduce((sum, one) => sum + one.conversations, 0)
  return {
    unended: { conversations, days: found.length, ids: found.flatMap(({ ids }) => ids).slice(0, Plan.mostNamed) }
  }
}
