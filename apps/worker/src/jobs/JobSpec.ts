/** What a job is to whoever starts it: when, how, and what it tells of a run. */
import type { Reader } from "@effect-genesys/fleet/FleetUnits"
import type * as Duration from "effect/Duration"
import type * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import type { JobReport, JobState } from "./JobState.ts"
import type { Trigger } from "./Trigger.ts"

/** Why a run failed. With the tag `AuthenticationError` the job waits until its org is mended. */
export interface JobFailure {
  readonly _tag: string
  readonly message: string
  readonly retryAfter?: Duration.Duration | undefined
  /** What the run has done all the same. */
  readonly report?: JobReport | undefined
}

export interface JobSpec {
  readonly name: string
  readonly kind: string
  readonly org: string
  /** Two jobs with the same name and key are the same: a reload leaves it alone. */
  readonly key: string
  readonly trigger: Trigger
  /** Jobs that can be done in one worker only, such as those that write to one sink, have the same. */
  readonly place?: string | undefined
  /** Once. `isStopping` says that no new unit of work should be begun. */
  readonly run: (isStopping: Effect.Effect<boolean>) => Effect.Effect<JobReport, JobFailure>
  /**
   * Holds what only one worker may use at a time, between runs too, until the scope is closed. With the tag `LockedError`, another
   * one has it, and the job stands by; what else is in the way, a run says.
   */
  readonly hold?: Effect.Effect<void, JobFailure, Scope.Scope> | undefined
  /** Reads a unit of it for the worker that has it, if that has the same settings; none if it cannot. */
  readonly read?:
    | ((...asked: readonly [...Parameters<Reader>, isStopping: Effect.Effect<boolean>]) => ReturnType<Reader>)
    | undefined
  /** Waits until another try is worth it, after the org has refused the credentials. */
  readonly mended: Effect.Effect<void>
  /** Runs beside it from its beginning, until it is done or the job ends. */
  readonly begins?: Effect.Effect<void> | undefined
  /** What is so at the moment of the question, whether or not it runs. */
  readonly present?: Effect.Effect<Pick<JobState, "lagSeconds" | "progress" | "events" | "drift">> | undefined
  /** Called when there is no such job any more, and none of its runs. */
  readonly gone?: Effect.Effect<void> | undefined
}
