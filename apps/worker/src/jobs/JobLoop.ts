/** The life of one job: waits until it is due, runs it, and takes its failure into account. One fiber, so it never overlaps. */
import type { Begun } from "@effect-genesys/fleet/FleetJobs"
import * as Cause from "effect/Cause"
import * as Clock from "effect/Clock"
import * as Deferred from "effect/Deferred"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import type * as Fiber from "effect/Fiber"
import * as Option from "effect/Option"
import * as Ref from "effect/Ref"
import type * as Scope from "effect/Scope"
import * as Struct from "effect/Struct"
import { createHash } from "node:crypto"
import * as Hold from "./hold.ts"
import * as JobMetrics from "./JobMetrics.ts"
import { Placement } from "./Placement.ts"
import type { JobFailure, JobSpec } from "./JobSpec.ts"
import type { JobState } from "./JobState.ts"
import * as Trigger from "./Trigger.ts"

export interface Loop {
  readonly name: string
  readonly fiber: Fiber.Fiber<void>
  readonly state: Effect.Effect<JobState>
  /** Starts no other run; the one that runs is told to begin nothing new. */
  readonly end: Effect.Effect<void>
}

const iso = (millis: number) => new Date(millis).toISOString()

/** Runs of a job that are told of. */
const remembered = 24

/** When nothing is due, or runs. */
const undated = (state: JobState) => Struct.omit(state, ["nextRunAt", "runningSince", "standsBy"])

/**
 * In short sleeps: a timer knows nothing of a clock that jumps or a machine that sleeps, and ends at 24 days. It takes `atMost`
 * milliseconds even if the clock is set back meanwhile.
 */
const sleepUntil = (at: number, atMost: number): Effect.Effect<void> =>
  Effect.flatMap(Clock.currentTimeMillis, (now) => {
    const left = Math.min(at - now, atMost)
    const part = Math.min(left, 60_000)
    return left <= 0
      ? Effect.void
      : Effect.andThen(
          Effect.sleep(part),
          Effect.suspend(() => sleepUntil(at, atMost - part))
        )
  })

const failureOf = (cause: Cause.Cause<JobFailure>): JobFailure =>
  Option.getOrElse(Cause.findErrorOption(cause), () =>
    Cause.hasInterruptsOnly(cause)
      ? { _tag: "Interrupted", message: "It was broken off; what it had not done is done again." }
      : { _tag: "Defect", message: "It failed in a way that is a defect of this program; please report it." }
  )

/** Runs it once, and says how it went in the log, the metrics and its state. */
export const runOnce = Effect.fnUntraced(
  function* (spec: JobSpec, isStopping: Effect.Effect<boolean>, ref: Ref.Ref<JobState>) {
    const { kind, name, org } = spec
    const startedAt = yield* Clock.currentTimeMillis
    yield* Ref.update(ref, (state) => ({ ...undated(state), state: "running" as const, runningSince: iso(startedAt) }))
    yield* Effect.logInfo("job started").pipe(Effect.annotateLogs({ event: "job.started", kind }))
    const exit = yield* Effect.exit(
      Effect.withSpan(spec.run(isStopping), "job", { attributes: { job: name, kind, org } })
    )
    const endedAt = yield* Clock.currentTimeMillis
    const failure = Exit.isFailure(exit) ? failureOf(exit.cause) : undefined
    const times = { startedAt: iso(startedAt), endedAt: iso(endedAt) }
    const before = yield* Ref.get(ref)
    const failures = failure === undefined ? 0 : before.failures + 1
    const report = Exit.isSuccess(exit) ? exit.value : failure?.report
    const skipped = failure === undefined ? report?.skipped : undefined
    const message = failure?.message ?? skipped
    const isDone = failure === undefined && skipped === undefined
    const outcome = failure?._tag ?? (isDone ? "done" : "skipped")
    yield* JobMetrics.ended(spec, {
      outcome,
      startedAt,
      endedAt,
      failuresInARow: failures,
      // One that is skipped from the beginning has none, and nobody waits for it.
      lastSuccessAt: isDone ? endedAt : failure === undefined ? undefined : Date.parse(before.lastSuccessAt ?? iso(0))
    })
    const lastRun = message === undefined ? { ...times, outcome } : { ...times, outcome, message }
    yield* Ref.update(ref, (state) => ({
      ...undated(state),
      runs: state.runs + 1,
      failures,
      failedRuns: state.failedRuns + (failure === undefined ? 0 : 1),
      ...(isDone ? { lastSuccessAt: times.endedAt } : {}),
      lastRun,
      history: [...(state.history ?? []).slice(1 - remembered), lastRun],
      ...(report === undefined ? {} : { report })
    }))
    const tookSeconds = (endedAt - startedAt) / 1000
    if (skipped !== undefined) {
      // Once, as long as it stays so.
      const isNews = before.lastRun?.message !== skipped
      yield* Effect.logWithLevel(isNews ? "Warn" : "Debug")("job skipped").pipe(
        Effect.annotateLogs({ event: "job.skipped", reason: skipped })
      )
    } else
      yield* failure === undefined
        ? Effect.logInfo("job done").pipe(Effect.annotateLogs({ event: "job.done", tookSeconds, ...report }))
        : Effect.logError(
            "job failed",
            ...(failure._tag === "Defect" && Exit.isFailure(exit) ? [exit.cause] : [])
          ).pipe(
            Effect.annotateLogs({
              ...report,
              event: "job.failed",
              error: failure._tag,
              reason: failure.message,
              tookSeconds
            })
          )
    return exit
  },
  (effect, spec) => Effect.annotateLogs(effect, { job: spec.name, org: spec.org })
)

/** How it begins. */
export const initial = ({ kind, name, org }: JobSpec): Effect.Effect<Ref.Ref<JobState>> =>
  Ref.make<JobState>({ name, kind, org, state: "waiting", runs: 0, failures: 0, failedRuns: 0 })

/** Settings, as a name that tells nothing of them. */
const nameOf = ({ key }: JobSpec) => createHash("sha256").update(key).digest("hex").slice(0, 16)

/** What has failed with other settings need not with these. */
const withoutRest = (begun: Begun): Begun => ({ ...Struct.omit(begun, ["restsUntil", "restsFor"]), failures: 0 })

/** How it goes on where another worker has left it: after a failure, it backs off from where that one was. */
const takenUp = Effect.fnUntraced(function* (spec: JobSpec, noted: Begun, ref: Ref.Ref<JobState>) {
  const now = yield* Clock.currentTimeMillis
  const begun = noted.restsFor === undefined || noted.restsFor === nameOf(spec) ? noted : withoutRest(noted)
  const at = Trigger.resumed(spec.trigger, begun, now)
  yield* JobMetrics.failed(spec, begun.failures)
  yield* Ref.update(ref, (state) => ({ ...state, failures: begun.failures }))
  return { at, state: !begun.isDone && at > now ? ("backing off" as const) : ("waiting" as const) }
})

export const start = Effect.fnUntraced(function* (spec: JobSpec, after: Effect.Effect<void>, scope: Scope.Scope) {
  const ref = yield* initial(spec)
  const ending = yield* Deferred.make<void>()
  const isEnding = Deferred.isDone(ending)
  const unlessEnding = (effect: Effect.Effect<void>) => Effect.raceFirst(effect, Deferred.await(ending))
  const held = yield* Hold.make(spec, { isEnding, unlessEnding, ref })
  const placement = yield* Placement
  let last: number | undefined
  let resumed: Effect.Success<ReturnType<typeof takenUp>> | undefined
  let refusals = 0
  let breaks = 0

  const waitFor = Effect.fnUntraced(function* (state: "waiting" | "backing off", at: number) {
    yield* Ref.update(ref, (before) => ({ ...before, state, nextRunAt: iso(at) }))
    // Only a cron expression means the time that the clock shows.
    const byClock = state === "waiting" && "cron" in spec.trigger
    const now = yield* Clock.currentTimeMillis
    yield* unlessEnding(sleepUntil(at, byClock ? Number.POSITIVE_INFINITY : at - now))
  })

  /** Waits until the next run is due. */
  const wait = Effect.fnUntraced(function* (failure: JobFailure | undefined) {
    const now = yield* Clock.currentTimeMillis
    if (failure?._tag === "AuthenticationError") {
      yield* Ref.update(ref, (state) => ({ ...state, state: "stopped" as const }))
      yield* unlessEnding(spec.mended)
      // Whatever ends the wait, it must not become a loop of refusals.
      const pause = refusals++ === 0 ? 0 : yield* Trigger.backoff(refusals)
      last = (yield* Clock.currentTimeMillis) + pause
      return yield* waitFor("waiting", last)
    }
    refusals = 0
    if (failure !== undefined) {
      const { failures } = yield* Ref.get(ref)
      const atLeast =
        failure.retryAfter === undefined ? 0 : Math.min(Duration.toMillis(failure.retryAfter), Trigger.longestPause)
      last = now + Math.max(atLeast, yield* Trigger.backoff(failures))
      yield* placement.rests(spec.name, failures, last, nameOf(spec))
      return yield* waitFor("backing off", last)
    }
    const jitter = resumed === undefined ? yield* Trigger.jitter(spec.trigger) : 0
    last = resumed?.at ?? Trigger.due(spec.trigger, last, now)
    const state = resumed?.state ?? "waiting"
    resumed = undefined
    return yield* waitFor(state, last + jitter)
  })

  const loop = Effect.gen(function* () {
    yield* held.take
    const begun = yield* placement.last(spec.name)
    if (Option.isSome(begun)) resumed = yield* takenUp(spec, begun.value, ref)
    let failure: JobFailure | undefined
    while (!(yield* isEnding)) {
      yield* wait(failure)
      yield* held.take
      if (yield* isEnding) break
      yield* placement.begins(spec.name, last ?? (yield* Clock.currentTimeMillis))
      const exit = yield* runOnce(spec, isEnding, ref)
      // One that was cut off is done again, by whoever has the job then.
      yield* placement.ends(spec.name, Exit.isSuccess(exit))
      failure = Exit.isFailure(exit) ? failureOf(exit.cause) : undefined
      if (failure !== undefined) yield* held.letGo(failure)
      breaks = 0
    }
  })

  /** A defect of what starts it must neither end it for good nor go unseen. */
  const unbroken: Effect.Effect<void> = Effect.catchCause(loop, (cause) => {
    if (Cause.hasInterruptsOnly(cause)) return Effect.failCause(cause)
    return Effect.gen(function* () {
      const pause = yield* Trigger.backoff(++breaks)
      const nextRunAt = iso((yield* Clock.currentTimeMillis) + pause)
      yield* Ref.update(ref, (before) => ({ ...before, state: "broken" as const, nextRunAt }))
      yield* Effect.logError("job broken", cause).pipe(
        Effect.annotateLogs({ event: "job.broken", job: spec.name, org: spec.org, nextRunAt })
      )
      yield* unlessEnding(Effect.sleep(pause))
      yield* unbroken
    })
  })

  const here = Effect.forkChild(spec.begins ?? Effect.void).pipe(
    Effect.andThen(unbroken),
    Effect.ensuring(held.release)
  )
  const placed = { place: spec.place, here, elsewhere: held.elsewhere, ending: Deferred.await(ending) }
  const life = Effect.andThen(after, JobMetrics.began(spec)).pipe(
    Effect.andThen(placement.run(spec.name, placed)),
    Effect.ensuring(Ref.update(ref, (state) => ({ ...undated(state), state: "ended" as const })))
  )
  const fiber = yield* Effect.forkIn(life, scope)
  return {
    name: spec.name,
    fiber,
    state: Ref.get(ref),
    end: Effect.asVoid(Deferred.succeed(ending, undefined))
  } satisfies Loop
})
