/** What jobs count and measure. Any exporter of Effect's metrics shows them. */
import * as Effect from "effect/Effect"
import * as Metric from "effect/Metric"

/** With the attributes `job`, `kind` and `outcome`: `done`, or the tag of the error. */
export const runs = Metric.counter("genesys_job_runs_total", {
  description: "Runs of jobs that have ended, by outcome",
  incremental: true
})

/** Seconds, as of the last run. */
export const duration = Metric.gauge("genesys_job_last_run_seconds", { description: "How long the last run took" })

export const lastSuccess = Metric.gauge("genesys_job_last_success_timestamp_seconds", {
  description: "When a run of the job was done last, in seconds since 1970"
})

export const ended = (
  job: { readonly name: string; readonly kind: string },
  run: {
    readonly outcome: string
    readonly startedAt: number
    readonly endedAt: number
  }
) => {
  const labels = { job: job.name, kind: job.kind }
  return Effect.all(
    [
      Metric.update(Metric.withAttributes(runs, { ...labels, outcome: run.outcome }), 1),
      Metric.update(Metric.withAttributes(duration, labels), (run.endedAt - run.startedAt) / 1000),
      run.outcome === "done"
        ? Metric.update(Metric.withAttributes(lastSuccess, labels), run.endedAt / 1000)
        : Effect.void
    ],
    { discard: true }
  )
}
