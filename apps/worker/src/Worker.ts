/**
 * A worker: the jobs of a settings file, for the orgs of that file. It can be given other settings while it runs, says how it
 * is, and ends in good order. Signals, HTTP and the file itself are others' business.
 */
import * as OperationSource from "@effect-genesys/export/OperationSource"
import { Catalogue } from "@effect-genesys/sdk/Catalogue"
import { Sinks } from "@effect-genesys/program/Sinks"
import { version } from "@effect-genesys/program/Version"
import { ConfigurationError } from "@effect-genesys/core/ConfigurationError"
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import type { ChildProcessSpawner } from "effect/process/ChildProcessSpawner"
import * as Option from "effect/Option"
import * as Ref from "effect/Ref"
import * as Scope from "effect/Scope"
import * as CommandJob from "./jobs/CommandJob.ts"
import * as JobLoop from "./jobs/JobLoop.ts"
import * as JobPlan from "./jobs/JobPlan.ts"
import { Jobs } from "./jobs/Jobs.ts"
import type { JobFailure } from "./jobs/JobSpec.ts"
import { Units } from "./jobs/Units.ts"
import * as JobSpecs from "./jobSpecs.ts"
import { Members } from "./fleet/Members.ts"
import { type OrgKey, Orgs, type OrgServices, type ServedOrg } from "./Orgs.ts"
import type { JobState } from "./jobs/JobState.ts"
import { FleetView } from "./server/FleetView.ts"
import * as WorkerStatus from "./server/WorkerStatus.ts"
import { isEndless, type WorkerSettings } from "./settings/WorkerSettings.ts"

export class Worker extends Context.Service<
  Worker,
  {
    /** Makes these its settings: jobs that did not change go on. If something is wrong with them, it keeps those it has. */
    readonly apply: (settings: WorkerSettings) => Effect.Effect<void, ConfigurationError>
    /** Everything that can be wrong with settings and their surroundings, short of asking Genesys. */
    readonly check: (settings: WorkerSettings) => Effect.Effect<void, ConfigurationError>
    /** Each job once, all at the same time, but for those that run for ever. Fails as the first of them in the file that has failed. */
    readonly once: (settings: WorkerSettings) => Effect.Effect<void, JobFailure>
    /** Takes one org under its care, without a job. Its services are there as long as the worker. */
    readonly serve: (org: OrgKey) => Effect.Effect<Context.Context<OrgServices>, ConfigurationError>
    /** Why it is not ready; empty if it is. */
    readonly unready: Effect.Effect<ReadonlyArray<string>>
    readonly status: Effect.Effect<WorkerStatus.WorkerStatus>
    /** Not ready from now on. Starts nothing, and waits at most for so long for what runs. */
    readonly stop: (within: Duration.Input) => Effect.Effect<void>
  }
>()("@effect-genesys/worker/Worker") {
  static readonly layer: Layer.Layer<Worker, never, Orgs | Sinks | ChildProcessSpawner> = Layer.effect(
    Worker,
    Effect.suspend(() => make)
  ).pipe(Layer.provide(Jobs.layer))
}

interface Served {
  readonly name: string
  readonly services: Context.Context<ServedOrg>
}

const programsAreThere = Effect.fnUntraced(function* (settings: WorkerSettings) {
  for (const job of settings.jobs) {
    if (job.kind === "command" && !CommandJob.isThere(job.command[0])) {
      return yield* new ConfigurationError({
        setting: "command",
        message: `The command of the job ${job.name} is no program that can be run. Check its path, which starts at the working directory, or PATH.`
      })
    }
  }
})

/** Which ones there are, the SDK says that is installed, if it is. */
const listsAreThere = Effect.fnUntraced(function* (settings: WorkerSettings) {
  for (const job of settings.jobs) {
    if (job.kind !== "list") continue
    yield* Effect.mapError(
      OperationSource.check(job),
      ({ message }) =>
        new ConfigurationError({ setting: "operation", message: `The job ${job.name} cannot run. ${message}` })
    )
  }
}, Effect.provide(Catalogue.layer))

/** What its jobs name. */
const jobsAreThere = (settings: WorkerSettings) => Effect.andThen(programsAreThere(settings), listsAreThere(settings))

/** The jobs of which one run can be made. */
const thatEnd = Effect.fnUntraced(function* ({ jobs }: WorkerSettings) {
  for (const { name } of jobs.filter(isEndless))
    yield* Effect.logWarning("job left out: it runs for ever, and this is one run").pipe(
      Effect.annotateLogs({ event: "job.left-out", job: name })
    )
  return jobs.filter((job) => !isEndless(job))
})

interface Known {
  readonly startedAt: number
  readonly state: Effect.Effect<WorkerStatus.WorkerStatus["state"]>
  readonly served: Ref.Ref<ReadonlyArray<Served>>
  readonly states: Effect.Effect<ReadonlyArray<JobState>>
  readonly fleet: typeof FleetView.Service
}

/** What it says of itself, whenever it is asked. */
const told = ({ fleet, served, startedAt, state, states }: Known): Pick<Worker["Service"], "status" | "unready"> => {
  const ofEach = <A>(what: (name: string) => Effect.Effect<A, never, ServedOrg>) =>
    Effect.flatMap(Ref.get(served), (all) =>
      Effect.forEach(all, ({ name, services }) => Effect.provideContext(what(name), services))
    )

  const unready = Effect.gen(function* () {
    const now = yield* state
    if (now !== "running") return [`the worker is ${now}`]
    const ofOrgs = (yield* ofEach(WorkerStatus.unready)).flat()
    const ofFleet = Option.match(yield* fleet, { onNone: () => [], onSome: WorkerStatus.unreadyFleet })
    return [...ofFleet, ...ofOrgs, ...(yield* states).flatMap(WorkerStatus.unreadyJob)]
  })

  const status = Effect.gen(function* () {
    const report = yield* fleet
    const inFleet = (job: JobState) =>
      Option.match(report, { onNone: () => job, onSome: (cluster) => WorkerStatus.inFleet(job, cluster) })
    return {
      version,
      startedAt: new Date(startedAt).toISOString(),
      at: new Date(yield* Clock.currentTimeMillis).toISOString(),
      state: yield* state,
      unready: yield* unready,
      orgs: yield* ofEach(WorkerStatus.ofOrg),
      jobs: (yield* states).map((job) => inFleet(WorkerStatus.ofJob(job))),
      ...Option.match(report, { onNone: () => ({}), onSome: (cluster) => ({ cluster }) })
    }
  })

  return { status, unready }
}

const make = Effect.gen(function* () {
  const jobs = yield* Jobs
  const orgs = yield* Orgs
  const sinks = yield* Sinks
  const fleet = yield* FleetView
  const members = yield* Members
  const specsOf = yield* JobSpecs.make
  const units = yield* Units
  yield* units.serve(jobs.read)
  const scope = yield* Effect.scope
  const startedAt = yield* Clock.currentTimeMillis
  const served = yield* Ref.make<ReadonlyArray<Served>>([])
  const holding = yield* Ref.make(yield* Scope.fork(scope))
  const started = yield* Ref.make(false)

  /** Holds the orgs in the scope. */
  const prepare = Effect.fnUntraced(function* (settings: WorkerSettings) {
    const found: Array<Served> = []
    for (const job of settings.jobs) {
      const org = JobPlan.orgOf(settings, job)
      if (!found.some(({ name }) => name === org.name)) found.push({ name: org.name, services: yield* orgs.get(org) })
      if ("sink" in job) yield* sinks.check(job.sink)
      if (job.kind === "command") yield* CommandJob.checkEnvironment(job, JobPlan.secretsOf(settings))
    }
    return found
  })

  const check = (settings: WorkerSettings) => Effect.andThen(prepare(settings), jobsAreThere(settings))

  const apply = Effect.fnUntraced(function* (settings: WorkerSettings) {
    const next = yield* Scope.fork(scope)
    const found = yield* prepare(settings).pipe(
      Scope.provide(next),
      Effect.onExit((exit) => (Exit.isSuccess(exit) ? Effect.void : Scope.close(next, exit)))
    )
    yield* jobs.replace(yield* specsOf(settings))
    yield* Ref.set(served, found)
    yield* Ref.set(started, true)
    yield* members.have(settings)
    yield* Scope.close(yield* Ref.getAndSet(holding, next), Exit.void)
  }, Effect.uninterruptible)

  const once = Effect.fnUntraced(function* (settings: WorkerSettings) {
    yield* prepare(settings)
    const exits = yield* Effect.forEach(
      yield* specsOf({ ...settings, jobs: yield* thatEnd(settings) }),
      Effect.fnUntraced(function* (spec) {
        return yield* JobLoop.runOnce(spec, Effect.succeed(false), yield* JobLoop.initial(spec))
      }),
      { concurrency: "unbounded" }
    )
    yield* exits.find(Exit.isFailure) ?? Effect.void
  }, Effect.scoped)

  const serve = Effect.fnUntraced(function* (org: OrgKey) {
    const services = yield* Scope.provide(orgs.get(org), scope)
    yield* Ref.update(served, (others) => [...others, { name: org.name, services }])
    yield* Ref.set(started, true)
    return services
  })

  const state = Effect.gen(function* (): Effect.fn.Return<WorkerStatus.WorkerStatus["state"]> {
    if (yield* jobs.isStopping) return "stopping"
    return (yield* Ref.get(started)) ? "running" : "starting"
  })

  const { status, unready } = told({ startedAt, state, served, states: jobs.states, fleet })

  return Worker.of({
    apply,
    check: (settings) => Effect.scoped(check(settings)),
    once,
    serve,
    unready,
    status,
    stop: jobs.stop
  })
})
