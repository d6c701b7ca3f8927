/** A job that moves from one worker to another goes on there as it would have here: the notes of a fleet are kept in memory. */
import type { Begun, FleetJobs } from "@effect-genesys/fleet/FleetJobs"
import { assert, it } from "@effect/vitest"
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Scope from "effect/Scope"
import * as TestClock from "effect/testing/TestClock"
import { Jobs } from "../../src/jobs/Jobs.ts"
import type { JobSpec } from "../../src/jobs/JobSpec.ts"
import { Placement } from "../../src/jobs/Placement.ts"

/** As the database of a fleet keeps them. */
const makeNotes = () => {
  let begun: Begun | undefined
  const notes: FleetJobs["Service"] = {
    run: (_, { here }) => here,
    last: () => Effect.sync(() => Option.fromNullishOr(begun)),
    begins: (_, dueAt) => Effect.sync(() => void (begun = { dueAt, isDone: false, failures: begun?.failures ?? 0 })),
    ends: (_, isDone) =>
      Effect.sync(() => {
        if (begun !== undefined) begun = { ...begun, isDone, failures: isDone ? 0 : begun.failures }
      }),
    rests: (_, failures, restsUntil, restsFor) =>
      Effect.sync(() => {
        if (begun !== undefined) begun = { ...begun, failures, restsUntil, restsFor }
      }),
    forgets: () =>
      Effect.sync(() => {
        begun = undefined
      })
  }
  return notes
}

/** Workers, one after the other, with a job that fails or does not end. */
const makeFleet = () => {
  const notes = makeNotes()
  const seen = { runs: new Array<number>(), ends: true, fails: true }
  const spec: JobSpec = {
    name: "calls",
    kind: "users",
    org: "acme",
    key: "1",
    trigger: { every: Duration.minutes(1), jitter: Duration.zero },
    mended: Effect.never,
    run: () =>
      Effect.gen(function* () {
        seen.runs.push(yield* Clock.currentTimeMillis)
        if (!seen.ends) return yield* Effect.never
        return seen.fails ? yield* Effect.fail({ _tag: "UnavailableError", message: "It is down." }) : {}
      })
  }
  const worker = Effect.gen(function* () {
    const scope = yield* Scope.make()
    const jobs = Context.get(yield* Layer.buildWithScope(Layer.fresh(Jobs.layer), scope), Jobs)
    yield* jobs.replace([spec])
    yield* TestClock.adjust("1 millis")
    const state = Effect.map(jobs.states, ([job]) => job!)
    return { jobs, state, goes: Effect.andThen(jobs.stop(0), Scope.close(scope, Exit.void)) }
  }).pipe(Effect.provideService(Placement, notes))
  return { notes, seen, spec, worker }
}

it.effect("a job that has failed waits in the next worker as it would have in the first, and longer after that", () =>
  Effect.gen(function* () {
    const { seen, worker } = makeFleet()
    const first = yield* worker
    const before = yield* first.state
    assert.deepInclude(before, { state: "backing off", failures: 1 })
    yield* TestClock.adjust("2 seconds")
    yield* first.goes
    const second = yield* worker
    const { failures, nextRunAt, state } = yield* second.state
    assert.deepStrictEqual([state, failures, nextRunAt], ["backing off", 1, before.nextRunAt])
    yield* TestClock.setTime(Date.parse(nextRunAt!) - 1)
    assert.lengthOf(seen.runs, 1)
    yield* TestClock.adjust("1 millis")
    assert.lengthOf(seen.runs, 2)
    const after = yield* second.state
    assert.deepInclude(after, { state: "backing off", failures: 2 })
    const pause = Date.parse(after.nextRunAt!) - (yield* Clock.currentTimeMillis)
    assert.isTrue(pause >= 15_000 && pause <= 25_000, `${pause}`)
    seen.fails = false
    yield* TestClock.adjust(pause)
    assert.deepInclude(yield* second.state, { state: "waiting", failures: 0 })
    yield* second.goes
    const third = yield* worker
    assert.deepInclude(yield* third.state, { state: "waiting", failures: 0 })
    yield* third.goes
  })
)

it.effect("a job that has failed is begun at once when its settings are others, in whichever worker", () =>
  Effect.gen(function* () {
    const { notes, seen, spec, worker } = makeFleet()
    const first = yield* worker
    assert.deepInclude(yield* first.state, { state: "backing off", failures: 1 })
    yield* Effect.provideService(first.jobs.replace([{ ...spec, key: "2" }]), Placement, notes)
    yield* TestClock.adjust("1 millis")
    assert.lengthOf(seen.runs, 2)
    assert.deepInclude(yield* first.state, { state: "backing off", failures: 1 })
    yield* first.goes
    // It has the settings of before.
    const second = yield* worker
    assert.lengthOf(seen.runs, 3)
    yield* second.goes
  })
)

it.effect("one that was broken off is begun at once by the next", () =>
  Effect.gen(function* () {
    const { seen, worker } = makeFleet()
    seen.ends = false
    const first = yield* worker
    assert.lengthOf(seen.runs, 1)
    yield* first.goes
    seen.ends = true
    const second = yield* worker
    assert.lengthOf(seen.runs, 2)
    yield* second.goes
  })
)

it.effect("a job that the settings have no more leaves no notes, and one that is changed leaves them", () =>
  Effect.gen(function* () {
    const { notes, spec, worker } = makeFleet()
    const { goes, jobs } = yield* worker
    yield* jobs.replace([{ ...spec, key: "2" }])
    yield* TestClock.adjust("1 millis")
    assert.isTrue(Option.isSome(yield* notes.last("calls")))
    yield* jobs.replace([])
    yield* TestClock.adjust("1 millis")
    assert.isTrue(Option.isNone(yield* notes.last("calls")))
    yield* goes
  })
)
