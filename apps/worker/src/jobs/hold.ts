/**
 * What a job holds between its runs, so that of several workers with the same settings one does it. The others stand by, and take over
 * when that one is gone.
 */
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Option from "effect/Option"
import * as Ref from "effect/Ref"
import * as Scope from "effect/Scope"
import * as Struct from "effect/Struct"
import * as JobMetrics from "./JobMetrics.ts"
import type { JobFailure, JobSpec } from "./JobSpec.ts"
import type { JobState } from "./JobState.ts"

/** Between two looks whether the other one is gone. */
const pause = "5 seconds"

/** Of these, the next run opens the sink anew: another worker may do better meanwhile. */
const ofSink = new Set(["LockedError", "SinkError", "CheckpointError"])

interface Around {
  readonly isEnding: Effect.Effect<boolean>
  readonly unlessEnding: (effect: Effect.Effect<void>) => Effect.Effect<void>
  readonly ref: Ref.Ref<JobState>
}

export const make = Effect.fnUntraced(function* (spec: JobSpec, { isEnding, ref, unlessEnding }: Around) {
  const { hold } = spec
  const held = yield* Ref.make(Option.none<Scope.Closeable>())

  const release = Effect.flatMap(Ref.getAndSet(held, Option.none()), (scope) =>
    Option.match(scope, { onNone: () => Effect.void, onSome: (open) => Scope.close(open, Exit.void) })
  )

  /** Why it is not held; none if it is. */
  const attempt = (use: Effect.Effect<void, JobFailure, Scope.Scope>) =>
    Effect.uninterruptibleMask((restore) =>
      Effect.gen(function* () {
        const scope = yield* Scope.make()
        const exit = yield* Effect.exit(restore(Scope.provide(use, scope)))
        if (Exit.isSuccess(exit)) {
          yield* Ref.set(held, Option.some(scope))
          return Option.none()
        }
        yield* Scope.close(scope, exit)
        // What is no failure of the job's ends it, or its run says so.
        return Cause.hasInterruptsOnly(exit.cause)
          ? yield* Effect.interrupt
          : Option.some(Cause.findErrorOption(exit.cause))
      })
    )

  const standBy = Effect.fnUntraced(function* ({ message }: JobFailure) {
    const before = yield* Ref.getAndUpdate(ref, (state) => ({ ...state, state: "standby" as const, standsBy: message }))
    if (before.state === "standby") return
    yield* JobMetrics.stands(spec, true)
    yield* Effect.logWarning("job stands by").pipe(
      Effect.annotateLogs({ event: "job.standby", reason: `${message} If it is another worker, this one takes over.` })
    )
  })

  /** Another worker of the fleet has the job: nothing is wrong with that. */
  const elsewhere = Effect.gen(function* () {
    yield* Ref.update(ref, (state) => ({
      ...Struct.omit(state, ["nextRunAt", "runningSince"]),
      state: "standby" as const,
      // Whether it fails now, the other one tells.
      failures: 0,
      standsBy: "Another worker of the fleet has the job, or will have it when their database can be used again."
    }))
    yield* JobMetrics.failed(spec, 0)
    yield* JobMetrics.stands(spec, true)
  })

  const standsNoMore = Effect.gen(function* () {
    if ((yield* Ref.get(ref)).state !== "standby") return
    yield* Ref.update(ref, (state) => ({ ...Struct.omit(state, ["standsBy"]), state: "waiting" as const }))
    yield* JobMetrics.stands(spec, false)
    yield* Effect.annotateLogs(Effect.logInfo("job taken over"), { event: "job.taken-over" })
  })

  const take = Effect.gen(function* () {
    if (Option.isSome(yield* Ref.get(held))) return
    if (hold === undefined) return yield* standsNoMore
    while (!(yield* isEnding)) {
      const refused = Option.flatten(yield* attempt(hold))
      if (Option.isNone(refused) || refused.value._tag !== "LockedError") return yield* standsNoMore
      yield* standBy(refused.value)
      yield* unlessEnding(Effect.sleep(pause))
    }
  }).pipe(Effect.annotateLogs({ job: spec.name, org: spec.org }))

  return {
    elsewhere,
    /** Returns once it is held, or cannot be for another reason than that somebody else has it, or the job is to end. */
    take,
    /** After a run has failed. */
    letGo: ({ _tag }: JobFailure) => (ofSink.has(_tag) ? release : Effect.void),
    release
  }
})
