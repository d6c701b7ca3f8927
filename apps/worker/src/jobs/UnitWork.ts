/** Units of a job that another worker has: read by this one, from the same source, into the place beside the sink. */
import { RetryPolicy } from "@effect-genesys/client/RetryPolicy"
import * as Elsewhere from "@effect-genesys/export/Elsewhere"
import { isOfUnit, type UnitError } from "@effect-genesys/export/ExportError"
import * as Redaction from "@effect-genesys/export/Redaction"
import type { Staged } from "@effect-genesys/export/Staged"
import { Sinks } from "@effect-genesys/program/Sinks"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as RcMap from "effect/RcMap"
import * as Semaphore from "effect/Semaphore"
import { type OrgKey, Orgs } from "../Orgs.ts"
import type { ExportJob } from "../settings/WorkerSettings.ts"
import * as JobWork from "./JobWork.ts"

/** Units of a job at the same time, as whoever has it reads them. */
const atOnce = 4

interface Key {
  readonly job: ExportJob
  readonly org: OrgKey
}

/** Answers what reads a unit; none if it cannot be read here, which whoever has the job finds out by itself. */
export const make = Effect.gen(function* () {
  const orgs = yield* Orgs
  const sinks = yield* Sinks
  const policy = yield* RetryPolicy

  /** One for all units of a job, which sees to it that several take no more memory than one. */
  const sources = yield* RcMap.make({
    lookup: Effect.fnUntraced(function* ({ job, org }: Key) {
      const services = yield* orgs.get(org)
      const source = yield* Effect.provideContext(JobWork.sourceOf(job), services)
      // Each unit asks whose rows they are.
      const whose = yield* Effect.cachedWithTTL(source.org, "1 minute")
      return {
        places: yield* Semaphore.make(atOnce),
        services,
        source: Redaction.redacted({ ...source, org: whose }, job.redact)
      }
    })
  })

  const read = Effect.fnUntraced(function* (key: Key, asked: Elsewhere.Asked, isStopping: Effect.Effect<boolean>) {
    const staging = yield* sinks.staging(key.job.sink)
    if (Option.isNone(staging)) return Option.none()
    const { places, services, source } = yield* RcMap.get(sources, key)
    const reading = Effect.andThen(
      Effect.logInfo("a unit is read for the worker that has the job"),
      Elsewhere.read(source, asked)
    )
    // It may have waited for others.
    const unlessStopping = Effect.flatMap(isStopping, (stops) => (stops ? Effect.succeedNone : reading))
    return yield* places
      .withPermit(unlessStopping)
      .pipe(Effect.provideContext(staging.value), Effect.provideContext(services))
  }, Effect.scoped)

  return (
    key: Key,
    asked: Elsewhere.Asked,
    isStopping: Effect.Effect<boolean>
  ): Effect.Effect<Option.Option<Staged>, UnitError> =>
    read(key, asked, isStopping).pipe(
      Effect.catchIf(
        (error) => !isOfUnit(error),
        ({ message }) =>
          Effect.logInfo("a unit could not be read for the worker that has the job; it reads it itself").pipe(
            Effect.annotateLogs({ reason: message }),
            Effect.as(Option.none())
          )
      ),
      Effect.annotateLogs({ event: "unit", job: key.job.name, org: key.org.name, partition: asked.partition }),
      Effect.provideService(RetryPolicy, policy)
    )
})
