/** What one run of a job of the settings does, by its kind, and what it has to tell. */
import type { Checkpoint } from "@effect-genesys/export/Checkpoint"
import type { Elsewhere } from "@effect-genesys/export/Elsewhere"
import * as EventExport from "@effect-genesys/export/EventExport"
import * as Exporter from "@effect-genesys/export/Exporter"
import type { Kind } from "@effect-genesys/export/Kind"
import * as Kinds from "@effect-genesys/export/Kinds"
import * as Lag from "@effect-genesys/export/Lag"
import * as Partition from "@effect-genesys/export/Partition"
import * as Progress from "@effect-genesys/export/Progress"
import * as SchemaDrift from "@effect-genesys/export/SchemaDrift"
import { Sink } from "@effect-genesys/export/Sink"
import type { Measure, Source } from "@effect-genesys/export/Source"
import * as Turns from "@effect-genesys/export/Turns"
import { spanOf } from "@effect-genesys/program/DurationText"
import { Sinks } from "@effect-genesys/program/Sinks"
import * as SinkSettings from "@effect-genesys/program/SinkSettings"
import * as Watch from "@effect-genesys/program/Watch"
import type { ConfigurationError } from "@effect-genesys/core/ConfigurationError"
import type { ExportError } from "@effect-genesys/export/ExportError"
import { Policy } from "@effect-genesys/client/RetryPolicy"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type { ChildProcessSpawner } from "effect/process/ChildProcessSpawner"
import type * as Scope from "effect/Scope"
import type { OrgServices } from "../Orgs.ts"
import {
  type EventsJob,
  type ExportJob,
  isEndless,
  type Job,
  type ListJob,
  type ToldJob,
  type ToldName
} from "../settings/WorkerSettings.ts"
import * as CommandJob from "./CommandJob.ts"
import * as Report from "./exportReport.ts"
import type { JobFailure } from "./JobSpec.ts"
import type { JobReport } from "./JobState.ts"

export type WorkError = JobFailure | ExportError | ConfigurationError | CommandJob.CommandError

/** Nobody waits for a worker's call: only the deadline ends it, and that is late. */
export const patient = new Policy({ deadline: Duration.minutes(15), maxRetries: 1000 })

/** A job has what the source of its kind takes. */
const kinds: { readonly [N in ToldName]: Kind<ToldJob<N>, OrgServices> } = Kinds.all
const lists: { readonly [N in Kinds.ListName]: Kind<{}, OrgServices> } = Kinds.lists

const isList = (job: ExportJob): job is ListJob => Kinds.isList(job.kind)

const measureTold = <N extends ToldName>(job: ToldJob<N>) => kinds[job.kind].measure(job)
const sourceTold = <N extends ToldName>(job: ToldJob<N>) => kinds[job.kind].source(job)

const measureOf = (job: ExportJob | EventsJob): Measure => {
  if (isEndless(job)) return EventExport.measure()
  return isList(job) ? lists[job.kind].measure({}) : measureTold(job)
}
export const sourceOf = (job: ExportJob): Effect.Effect<Source, never, OrgServices> =>
  isList(job) ? lists[job.kind].source({}) : sourceTold(job)

const inSink = <A, E, R>(sink: SinkSettings.Target, effect: Effect.Effect<A, E, R>) =>
  Effect.scoped(
    Effect.flatMap(
      Sinks.use((sinks) => sinks.get(sink)),
      (context) => Effect.provideContext(effect, context)
    )
  )

/** Until it is to stop. */
const followed = Effect.fnUntraced(function* (job: EventsJob, isStopping: Effect.Effect<boolean>, known: Memory) {
  const { events: state, lag } = known
  const { gaps, rows } = yield* EventExport.run({ ...job, isStopping, lag, state, labels: { job: job.name } })
  const held = yield* Sink.use(({ checkpoint }) => checkpoint)
  return { rows, gaps, checkpoint: Report.copyOf(held) } satisfies JobReport
})

/** What an export remembers from run to run. */
export interface Memory {
  readonly lag: Lag.Lag
  readonly progress: Progress.Progress
  readonly turns: Turns.Turns
  readonly events: EventExport.State
  readonly drift: SchemaDrift.State
}

/** What cannot be read in this time is taken for unreachable. */
const readable = Duration.seconds(30)

/**
 * Tells how far an export is behind before its first run: as its sink says; as if it held nothing, while that cannot be read and no
 * run has been faster. What is wrong, the runs say.
 */
export const measured = (job: Job, { lag }: Memory): Effect.Effect<void, never, Sinks> => {
  if (!("sink" in job)) return Effect.void
  const measure = measureOf(job)
  const held = Effect.scoped(
    Effect.flatMap(
      Sinks.use((sinks) => sinks.get(job.sink)),
      (context) =>
        Effect.provideContext(
          Sink.use(({ checkpoint }) => checkpoint),
          context
        )
    )
  )
  const unlessHeld = <R>(effect: Effect.Effect<void, never, R>) =>
    Effect.flatMap(lag.isHeld, (isHeld) => (isHeld ? Effect.void : effect))
  const loop: Effect.Effect<void, never, Sinks> = unlessHeld(
    Effect.matchEffect(Effect.timeout(held, readable), {
      onSuccess: (checkpoint) => unlessHeld(lag.held(measure, checkpoint)),
      onFailure: ({ _tag }) =>
        // How far it is behind, the worker tells that has it.
        (_tag === "LockedError" ? Effect.void : lag.assumed(measure)).pipe(
          Effect.andThen(Effect.sleep("1 minute")),
          Effect.andThen(Effect.suspend(() => loop))
        )
    })
  )
  return loop
}

/** Keeps what an export writes to open, and with it everybody else out, until the scope is closed. */
export const hold = (job: Job): Effect.Effect<void, JobFailure, Sinks | Scope.Scope> =>
  "sink" in job ? Effect.asVoid(Sinks.use((sinks) => sinks.get(job.sink))) : Effect.void

export const memory = (job: Job, org: string): Effect.Effect<Memory> =>
  // It may be known before anything is done for the org.
  Effect.map(Lag.make({ job: job.name, org }), (lag) => ({
    lag,
    progress: Progress.make(),
    turns: Turns.make(),
    events: EventExport.state(),
    drift: SchemaDrift.make()
  }))

/** Nothing of it was ever read: what was, and is not permitted any more, has failed. */
const isNew = (held: Checkpoint, { kind }: Measure): boolean =>
  Object.keys(held).every((name) => Partition.ofName(kind, name) === undefined)

/** What a run of an export is given. */
interface Given extends Memory {
  /** Who else reads units of it. */
  readonly elsewhere?: Elsewhere
}

/**
 * @param known of all its runs
 * @param secrets variables that hold the secrets of orgs, which are none of a command's business
 */
export const run = (
  job: Job,
  isStopping: Effect.Effect<boolean>,
  known: Given,
  secrets: ReadonlyArray<string>
): Effect.Effect<JobReport, WorkError, OrgServices | Sinks | ChildProcessSpawner> => {
  switch (job.kind) {
    case "watch":
      return Effect.flatMap(Watch.optionsConfig, ({ email }) => Watch.once({ email: job.email ?? email })).pipe(
        Effect.map((counts) => ({ ...counts }))
      )
    case "command": {
      const { command, env: named, timeout } = job
      const given = { named, hidden: secrets }
      return timeout === undefined
        ? CommandJob.run(command, given)
        : Effect.timeoutOrElse(CommandJob.run(command, given), {
            duration: spanOf(timeout),
            orElse: () =>
              Effect.fail(new CommandJob.CommandError({ message: `${command[0]} was ended after ${timeout}.` }))
          })
    }
    case "events":
      return inSink(job.sink, followed(job, isStopping, known))
    default: {
      const options = { ...job, ...known, isStopping, labels: { job: job.name } }
      const exporting = Effect.flatMap(sourceOf(job), (source) =>
        Exporter.runOnce(SchemaDrift.watched(source, known.drift), options)
      )
      const measure = measureOf(job)
      const told = Effect.flatMap(exporting, Report.exported)
      // What is not permitted is behind nothing.
      const skip = (error: JobFailure, held: Checkpoint): Effect.Effect<JobReport, JobFailure> =>
        job.optional === true && error._tag === "PermissionError" && isNew(held, measure)
          ? Effect.as(known.lag.remove, { skipped: error.message })
          : Effect.fail(error)
      const done = Effect.matchEffect(told, {
        onFailure: (error): Effect.Effect<JobReport, WorkError, Sink> =>
          error._tag === "PermissionError"
            ? Sink.use(({ checkpoint }) => Effect.flatMap(checkpoint, (held) => skip(error, held)))
            : Effect.fail(error),
        onSuccess: ({ failures, held, report }) => {
          const other = failures.find(({ error }) => error._tag !== "PermissionError")
          const whole = { ...report, ...Report.unendedIn(measure.unended?.(held) ?? []) }
          return Effect.catch(Report.ended(whole, other === undefined ? failures : [other]), (error) =>
            skip(error, held)
          )
        }
      })
      return inSink(job.sink, done)
    }
  }
}
