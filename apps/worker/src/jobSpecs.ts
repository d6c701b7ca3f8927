/** What a job of the settings is to whoever starts it: its work in its org, and what tells of it. */
import { Credentials } from "@effect-genesys/auth/Credentials"
import { Environment } from "@effect-genesys/auth/Environment"
import { RetryPolicy } from "@effect-genesys/client/RetryPolicy"
import type { Elsewhere } from "@effect-genesys/export/Elsewhere"
import type { Sinks } from "@effect-genesys/program/Sinks"
import { version } from "@effect-genesys/program/Version"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import type { ChildProcessSpawner } from "effect/process/ChildProcessSpawner"
import * as Scope from "effect/Scope"
import { createHash } from "node:crypto"
import * as JobPlan from "./jobs/JobPlan.ts"
import type { JobSpec } from "./jobs/JobSpec.ts"
import * as JobPresent from "./jobs/JobPresent.ts"
import * as JobWork from "./jobs/JobWork.ts"
import * as Mended from "./mended.ts"
import { Orgs, type OrgServices } from "./Orgs.ts"
import { Units } from "./jobs/Units.ts"
import * as UnitWork from "./jobs/UnitWork.ts"
import { isEndless, type Job, type WorkerSettings } from "./settings/WorkerSettings.ts"

/**
 * Names what decides how a unit is read, so that workers with other settings, or of another version, are told apart. The settings name
 * variables: what those say is in it, too.
 */
const nameOf = Effect.fnUntraced(function* (key: string) {
  const { apiUrl } = yield* Environment
  const grant = yield* (yield* Credentials).current
  return createHash("sha256")
    .update(JSON.stringify([version, key, apiUrl, grant.clientId]))
    .digest("hex")
})

/** Answers what makes the specs of jobs, by the orgs, sinks and policy of the worker. */
export const make = Effect.gen(function* () {
  const orgs = yield* Orgs
  const policy = yield* RetryPolicy
  const units = yield* Units
  const readUnit = yield* UnitWork.make
  const surroundings = yield* Effect.context<Orgs | Sinks | ChildProcessSpawner>()

  const specOf = Effect.fnUntraced(function* (
    settings: WorkerSettings,
    place: string | undefined,
    job: Job
  ): Effect.fn.Return<JobSpec> {
    const org = JobPlan.orgOf(settings, job)
    const known = yield* JobWork.memory(job, org.name)
    const key = JobPlan.keyOf(settings, job)
    // An org that a reload has dropped is kept until its running jobs have ended.
    const inOrg = <A, E>(effect: Effect.Effect<A, E, OrgServices>) =>
      Effect.scoped(Effect.flatMap(orgs.get(org), (services) => Effect.provideContext(effect, services)))
    // What is wrong with the settings of the org, its own runs say.
    const name = Effect.option(inOrg(nameOf(key)))
    const elsewhere: Elsewhere = {
      readers: units.readers,
      read: Effect.fnUntraced(function* ({ came, org: id, partition }) {
        const ours = yield* name
        if (Option.isNone(ours)) return Option.none()
        const whose = Option.match(id, { onNone: () => ({}), onSome: (one) => ({ org: one }) })
        return yield* units.read({ job: job.name, partition, settings: ours.value, ...whose }, came)
      })
    }
    const read: JobSpec["read"] = Effect.fnUntraced(function* (
      { org: id, partition, settings: theirs },
      came,
      isStopping
    ) {
      const ours = yield* name
      return "sink" in job && !isEndless(job) && Option.isSome(ours) && theirs === ours.value
        ? yield* readUnit({ job, org }, { partition, org: Option.fromNullishOr(id), came }, isStopping)
        : Option.none()
    })
    return {
      name: job.name,
      kind: job.kind,
      org: org.name,
      key,
      trigger: JobPlan.triggerOf(job),
      place,
      run: (isStopping) =>
        Effect.provideService(
          inOrg(
            Effect.provideContext(
              JobWork.run(job, isStopping, { ...known, elsewhere }, JobPlan.secretsOf(settings)),
              surroundings
            )
          ),
          RetryPolicy,
          policy
        ),
      // In the scope of whoever asks, not in that of the surroundings.
      hold: Effect.flatMap(Effect.scope, (scope) =>
        Effect.provideContext(Scope.provide(JobWork.hold(job), scope), surroundings)
      ),
      read,
      // What is wrong with the settings of the org, the next run says.
      mended: Effect.ignore(inOrg(Mended.mended)),
      begins: Effect.provideContext(JobWork.measured(job, known), surroundings),
      present: JobPresent.present(known),
      gone: known.lag.remove
    }
  })
  return (settings: WorkerSettings): Effect.Effect<ReadonlyArray<JobSpec>> => {
    const places = JobPlan.placesOf(settings)
    return Effect.forEach(settings.jobs, (job) => specOf(settings, places.get(job.name), job))
  }
})
