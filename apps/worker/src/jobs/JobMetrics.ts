/** What jobs count and measure, with the attributes `job`, `kind` and `org`. Any exporter of Effect's metrics shows them. */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Metric from "effect/Metric"

/** With the attribute `outcome`: `done`, `skipped`, or the tag of the error. */
export const runs = Metric.counter("genesys_job_runs_total", {
  description: "Runs of jobs that have ended, by outcome",
  incremental: true
})

/** Runs that have failed, from 0 at the start of the worker. */
export const failures = Metric.counter("genesys_job_failures_total", {
  description: "Runs of the job that have failed",
  incremental: true
})

/** 0 again once a run is done. */
export const failuresInARow = Metric.gauge("genesys_job_failures_in_a_row", {
  description: "Runs of the job that have failed since the last one that was done"
})

/** Seconds, as of the last run. */
export const duration = Metric.gauge("genesys_job_last_run_seconds", { description: "How long the last run took" })

/** None before the first run has ended. One that has failed from the beginning has it, too: whoever looks for an old one finds it. */
export const lastSuccess = Metric.gauge("genesys_job_last_success_timestamp_seconds", {
  description: "When a run of the job was done last, in seconds since 1970; 0 if all have failed"
})

/** From 0 at the start of the worker. */
const standby = Metric.gauge("genesys_job_standby", {
  description: "1 while another worker has the job or its sink, and this one waits to take over; else 0"
})

const heldSince = Metric.gauge("genesys_job_held_since_timestamp_seconds", {
  description: "Since when this worker has the job, in seconds since 1970; none while another one has it or its sink"
})

export interface Labelled {
  readonly name: string
  readonly kind: string
  readonly org: string
}

const labelsOf = ({ kind, name, org }: Labelled) => ({ job: name, kind, org })

/** A job is there: whoever waits for it to fail sees that it has not. */
export const began = (job: Labelled) =>
  Effect.andThen(
    Metric.update(Metric.withAttributes(runs, { ...labelsOf(job), outcome: "done" }), 0),
    Effect.andThen(
      Metric.update(Metric.withAttributes(failures, labelsOf(job)), 0),
      Effect.andThen(failed(job, 0), stands(job, false))
    )
  )

/** Whether it stands by. */
export const stands = Effect.fnUntraced(function* (job: Labelled, by: boolean) {
  const since = Metric.withAttributes(heldSince, labelsOf(job))
  yield* Metric.update(Metric.withAttributes(standby, labelsOf(job)), by ? 1 : 0)
  yield* by ? Metric.remove(since) : Metric.update(since, (yield* Clock.currentTimeMillis) / 1000)
})

/** How many of its runs have failed in a row, in whichever worker. */
export const failed = (job: Labelled, inARow: number) =>
  Metric.update(Metric.withAttributes(failuresInARow, labelsOf(job)), inARow)

export const ended = (
  job: Labelled,
  run: {
    readonly outcome: string
    readonly startedAt: number
    readonly endedAt: number
    readonly failuresInARow: number
    /** Of one that was done, in milliseconds since 1970; if it stays as it is told, undefined. */
    readonly lastSuccessAt: number | undefined
  }
) => {
  const labels = labelsOf(job)
  const isFailed = run.outcome !== "done" && run.outcome !== "skipped"
  return Effect.all(
    [
      Metric.update(Metric.withAttributes(runs, { ...labels, outcome: run.outcome }), 1),
      Metric.update(Metric.withAttributes(failures, labels), isFailed ? 1 : 0),
      Metric.update(Metric.withAttributes(failuresInARow, labels), run.failuresInARow),
      Metric.update(Metric.withAttributes(duration, labels), (run.endedAt - run.startedAt) / 1000),
      run.lastSuccessAt === undefined
        ? Effect.void
        : Metric.update(Metric.withAttributes(lastSuccess, labels), run.lastSuccessAt / 1000)
    ],
    { discard: true }
  )
}

/** There is no such job any more: what tells of its present goes. */
export const gone = (job: Labelled) =>
  Effect.forEach(
    [failuresInARow, duration, lastSuccess, standby, heldSince],
    (gauge) => Metric.remove(Metric.withAttributes(gauge, labelsOf(job))),
    { discard: true }
  )
