/** Of several workers with one sink, one does the job; the others say so once, and take over when it is gone. */
import { assert, describe, it } from "@effect/vitest"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Logger from "effect/Logger"
import * as TestClock from "effect/testing/TestClock"
import { Jobs } from "../../src/jobs/Jobs.ts"
import type { JobFailure, JobSpec } from "../../src/jobs/JobSpec.ts"
import * as WorkerStatus from "../../src/server/WorkerStatus.ts"

/** A job with a sink that another worker may have, and what is seen of it. */
const contested = () => {
  const seen = {
    isBusy: false,
    isHeld: false,
    opened: 0,
    runs: 0,
    /** The next run. */ fails: "",
    logged: new Array<string>()
  }
  const failWith = (tag: string): JobFailure => ({ _tag: tag, message: `Another exporter is at work (${tag}).` })
  const spec: JobSpec = {
    name: "copy",
    kind: "users",
    org: "acme",
    key: "1",
    trigger: { every: Duration.minutes(1), jitter: Duration.zero },
    mended: Effect.never,
    hold: Effect.acquireRelease(
      Effect.suspend(() => {
        if (seen.isBusy) return Effect.fail(failWith("LockedError"))
        seen.opened++
        seen.isHeld = true
        return Effect.void
      }),
      () => Effect.sync(() => void (seen.isHeld = false))
    ),
    run: () =>
      Effect.suspend(() => {
        assert.isTrue(seen.isHeld, "it runs with a sink that is another's")
        seen.runs++
        const { fails } = seen
        seen.fails = ""
        return fails === "" ? Effect.succeed({}) : Effect.fail(failWith(fails))
      })
  }
  const logger = Logger.make((line) => void seen.logged.push(JSON.stringify(Logger.formatStructured.log(line))))
  const events = () => seen.logged.flatMap((line) => /job\.(?:standby|taken-over|failed)/.exec(line) ?? [])
  return { seen, spec, events, layer: Logger.layer([logger]) }
}

const stateOf = (jobs: Jobs["Service"]) => Effect.map(jobs.states, ([job]) => job!)

describe("a job whose sink another worker has", () => {
  it.effect("stands by, says so once, and runs as soon as that one is gone", () => {
    const { events, layer, seen, spec } = contested()
    return Effect.gen(function* () {
      const jobs = yield* Jobs
      seen.isBusy = true
      yield* jobs.replace([spec])
      yield* TestClock.adjust("1 hour")
      const { failures, standsBy, state } = yield* stateOf(jobs)
      assert.deepStrictEqual([state, failures, seen.runs], ["standby", 0, 0])
      assert.strictEqual(standsBy, "Another exporter is at work (LockedError).")
      assert.deepStrictEqual(events(), ["job.standby"])
      seen.isBusy = false
      yield* TestClock.adjust("5 seconds")
      assert.deepStrictEqual([seen.runs, seen.opened], [1, 1])
      assert.deepStrictEqual(events(), ["job.standby", "job.taken-over"])
      const after = yield* stateOf(jobs)
      assert.deepStrictEqual([after.state, after.standsBy], ["waiting", undefined])
    }).pipe(Effect.provide(Jobs.layer), Effect.provide(layer))
  })

  it.effect("keeps it between its runs, and gives it back when it ends", () => {
    const { layer, seen, spec } = contested()
    return Effect.gen(function* () {
      const jobs = yield* Jobs
      yield* jobs.replace([spec])
      yield* TestClock.adjust("1 hour")
      assert.deepStrictEqual([seen.runs, seen.opened, seen.isHeld], [61, 1, true])
      yield* jobs.replace([])
      yield* TestClock.adjust("1 second")
      assert.isFalse(seen.isHeld)
      yield* jobs.replace([spec])
      yield* TestClock.adjust("1 second")
      assert.isTrue(seen.isHeld)
      yield* jobs.stop("1 second")
      assert.isFalse(seen.isHeld)
    }).pipe(Effect.provide(Jobs.layer), Effect.provide(layer))
  })

  it.effect("lets it go when the sink fails, and opens it anew or stands by; other failures leave it open", () => {
    const { events, layer, seen, spec } = contested()
    return Effect.gen(function* () {
      const jobs = yield* Jobs
      yield* jobs.replace([spec])
      for (const [fails, opened] of [
        ["UnavailableError", 1],
        ["SinkError", 2],
        ["CheckpointError", 3]
      ] as const) {
        seen.fails = fails
        yield* TestClock.adjust("30 minutes")
        assert.deepStrictEqual([fails, seen.opened], [fails, opened])
      }
      // Somebody has taken it over while this process was stopped.
      seen.fails = "LockedError"
      seen.isBusy = true
      yield* TestClock.adjust("31 minutes")
      const standing = yield* stateOf(jobs)
      assert.deepStrictEqual([standing.state, standing.failures, seen.isHeld], ["standby", 1, false])
      // A new one must be ready before the old one is ended.
      assert.deepStrictEqual(WorkerStatus.unreadyJob(standing), [])
      assert.deepStrictEqual(events().slice(-2), ["job.failed", "job.standby"])
      // One that stands by is told to end, and does.
      yield* jobs.stop("1 second")
      assert.strictEqual((yield* stateOf(jobs)).state, "ended")
    }).pipe(Effect.provide(Jobs.layer), Effect.provide(layer))
  })
})
