/**
 * Starts jobs when they are due, for ever: never the same one twice at a time, later and later while it fails, and not at all
 * while its org refuses the credentials. It knows neither Genesys nor what a job does.
 */
import * as AtWork from "@effect-genesys/core/AtWork"
import type { FleetJobs } from "@effect-genesys/fleet/FleetJobs"
import type { Reader } from "@effect-genesys/fleet/FleetUnits"
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Ref from "effect/Ref"
import * as JobLoop from "./JobLoop.ts"
import * as JobMetrics from "./JobMetrics.ts"
import { Placement } from "./Placement.ts"
import type { JobSpec } from "./JobSpec.ts"
import type { JobState } from "./JobState.ts"

export class Jobs extends Context.Service<
  Jobs,
  {
    /** Takes the place of the jobs that there were. Running ones that are gone or changed are ended in good order first. */
    readonly replace: (jobs: ReadonlyArray<JobSpec>) => Effect.Effect<void>
    readonly states: Effect.Effect<ReadonlyArray<JobState>>
    readonly isStopping: Effect.Effect<boolean>
    /** Reads a unit of one of them for the worker that has it; nothing any more once it is told to stop. */
    readonly read: Reader
    /** Starts nothing any more, and waits for what runs: at most for so long, then it is interrupted. */
    readonly stop: (within: Duration.Input) => Effect.Effect<void>
  }
>()("@effect-genesys/worker/Jobs") {
  static readonly layer: Layer.Layer<Jobs> = Layer.effect(
    Jobs,
    Effect.suspend(() => make)
  )
}

interface Entry {
  readonly spec: JobSpec
  readonly loop: JobLoop.Loop
}

/** What is told of a job that is gone goes with it, when its last run has ended. */
const forgotten = (spec: JobSpec, specs: ReadonlyArray<JobSpec>, placement: FleetJobs["Service"]) => {
  const isGone = !specs.some(({ kind, name, org }) => name === spec.name && kind === spec.kind && org === spec.org)
  const isUnknown = !specs.some(({ name }) => name === spec.name)
  return Effect.all(
    [
      spec.gone ?? Effect.void,
      isGone ? JobMetrics.gone(spec) : Effect.void,
      isUnknown ? placement.forgets(spec.name) : Effect.void
    ],
    { discard: true }
  )
}

const make = Effect.gen(function* () {
  const placement = yield* Placement
  const scope = yield* Effect.scope
  const stopping = yield* Ref.make(false)
  const entries = yield* Ref.make<ReadonlyArray<Entry>>([])
  /** Loops that are to end, and may still run. */
  const leaving = yield* Ref.make<ReadonlyArray<JobLoop.Loop>>([])
  const forOthers = AtWork.make()

  const start = Effect.fnUntraced(function* (spec: JobSpec, before: JobLoop.Loop | undefined) {
    // Even a job that has changed never overlaps itself.
    const after = before === undefined ? Effect.void : Effect.asVoid(Fiber.await(before.fiber))
    return { spec, loop: yield* JobLoop.start(spec, after, scope) }
  })

  const replace = Effect.fnUntraced(function* (specs: ReadonlyArray<JobSpec>) {
    if (yield* Ref.get(stopping)) return
    const old = yield* Ref.get(entries)
    const kept = old.filter(({ spec }) => specs.some(({ key, name }) => name === spec.name && key === spec.key))
    const gone = old.filter((entry) => !kept.includes(entry)).map(({ loop }) => loop)
    yield* Effect.forEach(gone, (loop) => loop.end, { discard: true })
    yield* Effect.forEach(
      old.filter((entry) => !kept.includes(entry)),
      ({ loop, spec }) =>
        Effect.forkIn(Effect.andThen(Fiber.await(loop.fiber), forgotten(spec, specs, placement)), scope),
      { discard: true }
    )
    const running = [...(yield* Ref.get(leaving)), ...gone].filter(({ fiber }) => fiber.pollUnsafe() === undefined)
    yield* Ref.set(leaving, running)
    yield* Ref.set(
      entries,
      yield* Effect.forEach(specs, (spec) => {
        const same = kept.find((entry) => entry.spec.name === spec.name)
        return same === undefined
          ? start(
              spec,
              running.findLast(({ name }) => name === spec.name)
            )
          : Effect.succeed(same)
      })
    )
  })

  const read: Reader = Effect.fnUntraced(function* (request, came) {
    if (yield* Ref.get(stopping)) return Option.none()
    const found = (yield* Ref.get(entries)).find(({ spec }) => spec.name === request.job)
    if (found?.spec.read === undefined) return Option.none()
    return yield* forOthers.counted(found.spec.read(request, came, Ref.get(stopping)))
  })

  const stop = Effect.fnUntraced(function* (within: Duration.Input) {
    yield* Ref.set(stopping, true)
    const loops = [...(yield* Ref.get(entries)).map(({ loop }) => loop), ...(yield* Ref.get(leaving))]
    const fibers = loops.map(({ fiber }) => fiber)
    yield* Effect.forEach(loops, (loop) => loop.end, { discard: true })
    const since = yield* Clock.currentTimeMillis
    const states = yield* Effect.forEach(loops, ({ state }) => state)
    const running = states.filter(({ state }) => state === "running").map(({ name }) => name)
    const unitsForOthers = forOthers.count()
    if (running.length + unitsForOthers > 0)
      yield* Effect.logInfo("stopping; running jobs are finished first").pipe(
        Effect.annotateLogs({
          event: "jobs.stopping",
          jobs: running,
          ...(unitsForOthers === 0 ? {} : { unitsForOthers }),
          atMostSeconds: Duration.toSeconds(Duration.fromInputUnsafe(within))
        })
      )
    yield* Effect.timeoutOption(Effect.andThen(Fiber.awaitAll(fibers), forOthers.idle), within).pipe(
      Effect.tap((ended) =>
        Option.isSome(ended)
          ? Effect.void
          : Effect.logWarning(
              "running jobs have not ended in time and are broken off; they are done again at the next start"
            )
      )
    )
    yield* Fiber.interruptAll(fibers)
    const took = (yield* Clock.currentTimeMillis) - since
    yield* Effect.logInfo("jobs stopped").pipe(
      Effect.annotateLogs({ event: "jobs.stopped", tookSeconds: Math.round(took / 100) / 10 })
    )
  })

  return Jobs.of({
    replace,
    states: Effect.flatMap(Ref.get(entries), (all) =>
      Effect.forEach(all, ({ loop, spec }) =>
        Effect.zipWith(loop.state, spec.present ?? Effect.succeed({}), (state, present) => ({ ...state, ...present }))
      )
    ),
    isStopping: Ref.get(stopping),
    read,
    stop
  })
})
