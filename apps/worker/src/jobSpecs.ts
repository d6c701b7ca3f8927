/** What a job of the settings is to whoever starts it: its work in its org, and what tells of it. */
import { RetryPolicy } from "@effect-genesys/client/RetryPolicy"
import type { Sinks } from "@effect-genesys/program/Sinks"
import * as Effect from "effect/Effect"
import type { ChildProcessSpawner } from "effect/process/ChildProcessSpawner"
import * as Scope from "effect/Scope"
import * as JobPlan from "./jobs/JobPlan.ts"
import type { JobSpec } from "./jobs/JobSpec.ts"
import * as JobWork from "./jobs/JobWork.ts"
import * as Mended from "./mended.ts"
import { Orgs, type OrgServices } from "./Orgs.ts"
import type { Job, WorkerSettings } from "./settings/WorkerSettings.ts"

/** Answers what makes the spec of a job, by the orgs, sinks and policy of the worker. */
export const make = Effect.gen(function* () {
  const orgs = yield* Orgs
  const policy = yield* RetryPolicy
  const surroundings = yield* Effect.context<Orgs | Sinks | ChildProcessSpawner>()

  return Effect.fnUntraced(function* (settings: WorkerSettings, job: Job): Effect.fn.Return<JobSpec> {
    const org = JobPlan.orgOf(settings, job)
    const known = yield* JobWork.memory(job, org.name)
    // An org that a reload has dropped is kept until its running jobs have ended.
    const inOrg = <A, E>(effect: Effect.Effect<A, E, OrgServices>) =>
      Effect.scoped(Effect.flatMap(orgs.get(org), (services) => Effect.provideContext(effect, services)))
    return {
      name: job.name,
      kind: job.kind,
      org: org.name,
      key: JobPlan.keyOf(settings, job),
      trigger: JobPlan.triggerOf(job),
      place: JobWork.placeOf(job),
      run: (isStopping) =>
        Effect.provideService(
          inOrg(Effect.provideContext(JobWork.run(job, isStopping, known, JobPlan.secretsOf(settings)), surroundings)),
          RetryPolicy,
          policy
        ),
      // In the scope of whoever asks, not in that of the surroundings.
      hold: Effect.flatMap(Effect.scope, (scope) =>
        Effect.provideContext(Scope.provide(JobWork.hold(job), scope), surroundings)
      ),
      // What is wrong with the settings of the org, the next run says.
      mended: Effect.ignore(inOrg(Mended.mended)),
      begins: Effect.provideContext(JobWork.measured(job, known), surroundings),
      present: JobWork.present(known),
      gone: known.lag.remove
    }
  })
})
