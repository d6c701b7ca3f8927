/** What exports count and measure, with the attribute `kind`. Any exporter of Effect's metrics shows them. */
import { GapReason } from "@effect-genesys/client/NotificationEvent"
import * as Effect from "effect/Effect"
import * as Metric from "effect/Metric"
import * as Result from "effect/Result"
import type { ExportError } from "./ExportError.ts"

/** Rows that were read and committed, those that were there already included. */
export const exportedRows = Metric.counter("genesys_export_rows_total", {
  description: "Rows that were read and committed",
  incremental: true
})

/** Units, with the attribute `outcome`: `done`, or the tag of the error. */
export const exportedUnits = Metric.counter("genesys_export_units_total", {
  description: "Partitions that were read, by outcome",
  incremental: true
})

/** With the attribute `reason`: see the table `event_gaps`. */
export const eventGaps = Metric.counter("genesys_export_event_gaps_total", {
  description: "Gaps of events that were written, each for a pattern of topics and a day, by reason",
  incremental: true
})

/** Seconds, whenever it is asked for: see `Lag`. */
export const exportLag = Metric.gauge("genesys_export_lag_seconds", {
  description: "How far the sink is behind what Genesys can give"
})

/** Of one export, if a program has several. */
export type Labels = Readonly<Record<string, string>>

/** An export is there: what is counted begins with 0, so that the first time can be told from nothing. */
export const began = (kind: string, labels: Labels): Effect.Effect<void> =>
  Effect.andThen(
    Metric.update(Metric.withAttributes(exportedUnits, { ...labels, kind, outcome: "done" }), 0),
    Metric.update(Metric.withAttributes(exportedRows, { ...labels, kind }), 0)
  )

/** Why events may be missing. */
const gapReasons = [...GapReason.literals, "NotRunning", "NotListed", "NotPermitted", "TooMany"]

/** The same of gaps of events, each by its reason. */
export const eventsBegan = (labels: Labels): Effect.Effect<void> =>
  Effect.forEach(gapReasons, (reason) => Metric.update(Metric.withAttributes(eventGaps, { ...labels, reason }), 0), {
    discard: true
  })

/** Counts a unit that has ended: its rows, or what it failed with. */
export const unit = (kind: string, result: Result.Result<number, ExportError>, labels: Labels): Effect.Effect<void> => {
  const outcome = Result.isSuccess(result) ? "done" : result.failure._tag
  return Effect.andThen(
    Metric.update(Metric.withAttributes(exportedUnits, { ...labels, kind, outcome }), 1),
    Metric.update(
      Metric.withAttributes(exportedRows, { ...labels, kind }),
      Result.getOrElse(result, () => 0)
    )
  )
}
