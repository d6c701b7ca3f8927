import { assert, describe, it } from "@effect/vitest"
import * as Clock from "effect/Clock"
import * as Cron from "effect/Cron"
import * as Deferred from "effect/Deferred"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Logger from "effect/Logger"
import * as Queue from "effect/Queue"
import * as TestClock from "effect/testing/TestClock"
import { Jobs } from "../../src/jobs/Jobs.ts"
import type { JobFailure, JobSpec } from "../../src/jobs/JobSpec.ts"
import type { Trigger } from "../../src/jobs/Trigger.ts"

const every = (interval: Duration.Input, jitter: Duration.Input = 0): Trigger => ({
  every: Duration.fromInputUnsafe(interval),
  jitter: Duration.fromInputUnsafe(jitter)
})
const refused: JobFailure = { _tag: "AuthenticationError", message: "mend the secret" }
const down: JobFailure = { _tag: "UnavailableError", message: "try later" }

/** A job that notes the seconds at which it was started. */
const job = (options: Partial<JobSpec> & { readonly does?: Effect.Effect<void, JobFailure> }) => {
  const starts: Array<number> = []
  let running = 0
  let most = 0
  const spec: JobSpec = {
    name: "a",
    kind: "watch",
    org: "acme",
    key: "1",
    trigger: every("1 minute"),
    mended: Effect.never,
    run: () =>
      Clock.currentTimeMillis.pipe(
        Effect.flatMap((now) => {
          starts.push(now / 1000)
          most = Math.max(most, ++running)
          return options.does ?? Effect.void
        }),
        Effect.as({}),
        Effect.ensuring(Effect.sync(() => running--))
      ),
    ...options
  }
  return { spec, starts, most: () => most }
}

describe("Jobs", () => {
  it.effect("starts at once and then at each interval, and makes up for no start that it missed", () =>
    Effect.gen(function* () {
      const jobs = yield* Jobs
      let seconds = 150
      const { most, spec, starts } = job({ does: Effect.suspend(() => Effect.sleep(Duration.seconds(seconds))) })
      yield* jobs.replace([spec])
      yield* TestClock.adjust("149 seconds")
      assert.deepStrictEqual(starts, [0])
      assert.strictEqual((yield* jobs.states)[0]!.state, "running")
      seconds = 1
      yield* TestClock.adjust("151 seconds")
      assert.deepStrictEqual(starts, [0, 150, 210, 270])
      assert.strictEqual(most(), 1)
    }).pipe(Effect.provide(Jobs.layer))
  )

  it.effect("goes by cron, also over a month, with jitter within its bounds", () =>
    Effect.gen(function* () {
      const jobs = yield* Jobs
      const cron = Cron.parseUnsafe("30 2 * * *", "UTC")
      const { spec, starts } = job({ trigger: { cron, jitter: Duration.minutes(10) } })
      yield* jobs.replace([spec])
      yield* TestClock.adjust("30 days")
      assert.lengthOf(starts, 30)
      for (const [day, at] of starts.entries()) {
        const late = at - (day * 86_400 + 9_000)
        assert.isTrue(late >= 0 && late <= 600, `${late}`)
      }
      assert.isAbove(new Set(starts.map((at) => at % 86_400)).size, 20)
    }).pipe(Effect.provide(Jobs.layer))
  )

  it.effect("waits for longer than any timer of the machine", () =>
    Effect.gen(function* () {
      const jobs = yield* Jobs
      const { spec, starts } = job({ trigger: { every: Duration.days(40), jitter: Duration.zero } })
      yield* jobs.replace([spec])
      yield* TestClock.adjust("39 days")
      assert.deepStrictEqual(starts, [0])
      yield* TestClock.adjust("42 days")
      assert.deepStrictEqual(starts, [0, 40 * 86_400, 80 * 86_400])
    }).pipe(Effect.provide(Jobs.layer))
  )

  it.effect("backs off while it fails, and is back in step once it does not", () =>
    Effect.gen(function* () {
      const jobs = yield* Jobs
      let failing = true
      const { spec, starts } = job({ does: Effect.suspend(() => (failing ? Effect.fail(down) : Effect.void)) })
      yield* jobs.replace([spec])
      yield* TestClock.adjust("6 hours")
      const pauses = starts.slice(1).map((at, index) => at - starts[index]!)
      for (const [index, pause] of pauses.entries()) {
        const middle = Math.min(900, 10 * 2 ** index)
        assert.isTrue(pause >= middle * 0.75 - 0.01 && pause <= middle * 1.25 + 0.01, `${index}: ${pause}`)
      }
      const [state] = yield* jobs.states
      assert.strictEqual(state!.state, "backing off")
      assert.strictEqual(state!.failures, starts.length)
      assert.include(state!.lastRun, { outcome: "UnavailableError", message: "try later" })
      assert.deepStrictEqual(state!.history?.at(-1), state!.lastRun)
      failing = false
      yield* TestClock.adjust("20 minutes")
      const count = starts.length
      yield* TestClock.adjust("10 minutes")
      assert.strictEqual(starts.length, count + 10)
      const [mended] = yield* jobs.states
      assert.strictEqual(mended!.failures, 0)
      // The last runs, the newest last, and no more of them than somebody reads.
      const { history = [], lastRun } = mended!
      assert.isAbove(starts.length, 24)
      assert.lengthOf(history, 24)
      assert.deepStrictEqual(history.at(-1), lastRun)
      assert.strictEqual(history.at(-11)?.outcome, "done")
      const times = history.map(({ startedAt }) => startedAt)
      assert.deepStrictEqual(times, times.toSorted())
    }).pipe(Effect.provide(Jobs.layer))
  )

  it.effect("what is skipped is told once as long as it stays so, and has neither failed nor been done", () =>
    Effect.gen(function* () {
      const jobs = yield* Jobs
      const logged: Array<string> = []
      const logger = Logger.make((line) => void logged.push(JSON.stringify(Logger.formatStructured.log(line))))
      const told = () => logged.filter((line) => line.includes('"WARN"') && line.includes("job.skipped"))
      let skipped: string | undefined = "it needs roles"
      yield* Effect.gen(function* () {
        const { spec } = job({ run: () => Effect.sync(() => (skipped === undefined ? {} : { skipped })) })
        yield* jobs.replace([spec])
        yield* TestClock.adjust("5 minutes")
        const [state] = yield* jobs.states
        assert.deepInclude(state, { runs: 6, failures: 0, failedRuns: 0, state: "waiting" })
        assert.deepInclude(state?.lastRun, { outcome: "skipped", message: "it needs roles" })
        assert.notProperty(state, "lastSuccessAt")
        assert.lengthOf(told(), 1)
        skipped = undefined
        yield* TestClock.adjust("1 minute")
        assert.strictEqual((yield* jobs.states)[0]?.lastRun?.outcome, "done")
        skipped = "it needs roles"
        yield* TestClock.adjust("2 minutes")
        assert.lengthOf(told(), 2)
        assert.strictEqual((yield* jobs.states)[0]?.lastSuccessAt, new Date(360_000).toISOString())
      }).pipe(Effect.provide(Logger.layer([logger])))
    }).pipe(Effect.provide(Jobs.layer))
  )

  it.effect("waits as long as a rate limit asks for", () =>
    Effect.gen(function* () {
      const jobs = yield* Jobs
      const limited = { ...down, retryAfter: Duration.hours(2) }
      const { spec, starts } = job({ does: Effect.fail(limited) })
      yield* jobs.replace([spec])
      yield* TestClock.adjust("150 minutes")
      assert.deepStrictEqual(starts, [0, 7200])
    }).pipe(Effect.provide(Jobs.layer))
  )

  it.effect("waits at most a day, whatever a rate limit asks for", () =>
    Effect.gen(function* () {
      const jobs = yield* Jobs
      for (const [name, retryAfter] of [
        ["a", Duration.infinity],
        ["b", Duration.seconds(1e300)]
      ] as const) {
        const { spec, starts } = job({ name, does: Effect.fail({ ...down, retryAfter }) })
        yield* jobs.replace([spec])
        const [from] = [(yield* Clock.currentTimeMillis) / 1000]
        yield* TestClock.adjust("36 hours")
        assert.deepStrictEqual(
          starts.map((at) => at - from),
          [0, 86_400]
        )
      }
    }).pipe(Effect.provide(Jobs.layer))
  )

  it.effect("a job that cannot be started any more says so, is tried again, and stops at once", () =>
    Effect.gen(function* () {
      const logged: Array<string> = []
      const logger = Logger.make((line) => void logged.push(JSON.stringify(Logger.formatStructured.log(line))))
      const broken = Effect.gen(function* () {
        const jobs = yield* Jobs
        const never = Cron.make({ minutes: [0], hours: [0], days: [30], months: [2], weekdays: [] })
        const { spec, starts } = job({ trigger: { cron: never, jitter: Duration.zero } })
        const endless = job({ name: "b", trigger: every(Duration.infinity) })
        yield* jobs.replace([spec, endless.spec])
        yield* TestClock.adjust("1 second")
        const tries = () => logged.filter((line) => line.includes("job.broken")).length
        for (const [index, state] of (yield* jobs.states).entries()) {
          // What is never due again was at first.
          assert.strictEqual(state.state, "broken", state.name)
          assert.isAbove(Date.parse(state.nextRunAt ?? ""), 5_000)
          assert.strictEqual(state.runs, index)
        }
        assert.strictEqual(tries(), 2)
        yield* TestClock.adjust("1 minute")
        assert.isAbove(tries(), 4)
        yield* TestClock.adjust("1 day")
        assert.isBelow(tries(), 300)
        assert.deepStrictEqual(starts, [])
        // What is put in its place works.
        const mended = job({ key: "2" })
        yield* jobs.replace([mended.spec, endless.spec])
        yield* TestClock.adjust("1 minute")
        assert.lengthOf(mended.starts, 2)
        yield* jobs.stop("1 hour")
        assert.deepStrictEqual(
          (yield* jobs.states).map(({ state }) => state),
          ["ended", "ended"]
        )
      })
      yield* broken.pipe(Effect.provide(Jobs.layer), Effect.provide(Logger.layer([logger])))
    })
  )

  it.effect("a refusal stops what needs that org, until it is mended", () =>
    Effect.gen(function* () {
      const jobs = yield* Jobs
      const mended = yield* Queue.unbounded<void>()
      let secretIsWrong = true
      const { spec, starts } = job({
        mended: Queue.take(mended),
        does: Effect.suspend(() => (secretIsWrong ? Effect.fail(refused) : Effect.void))
      })
      const other = job({ name: "b", org: "other" })
      yield* jobs.replace([spec, other.spec])
      yield* TestClock.adjust("10 minutes")
      assert.lengthOf(starts, 1)
      assert.lengthOf(other.starts, 11)
      assert.strictEqual((yield* jobs.states)[0]!.state, "stopped")
      secretIsWrong = false
      yield* Queue.offer(mended, undefined)
      yield* TestClock.adjust("1 second")
      assert.lengthOf(starts, 2)
      assert.strictEqual((yield* jobs.states)[0]!.state, "waiting")
    }).pipe(Effect.provide(Jobs.layer))
  )

  it.live("is not put off when the clock is set back, nor started for each interval that it is set forward", () =>
    Effect.gen(function* () {
      const real = Clock.Clock.defaultValue()
      let jump = 0
      const millis = () => real.currentTimeMillisUnsafe() + jump
      const jumping: Clock.Clock = {
        currentTimeMillisUnsafe: millis,
        currentTimeMillis: Effect.sync(millis),
        currentTimeNanosUnsafe: () => real.currentTimeNanosUnsafe(),
        currentTimeNanos: real.currentTimeNanos,
        monotonicTimeNanosUnsafe: () => real.monotonicTimeNanosUnsafe(),
        monotonicTimeNanos: real.monotonicTimeNanos,
        sleep: (duration) => real.sleep(duration)
      }
      const jobs = yield* Jobs
      const { spec, starts } = job({ trigger: every("200 millis") })
      yield* Effect.gen(function* () {
        yield* jobs.replace([spec])
        for (const hours of [-1, 5, 0]) {
          const before = starts.length
          jump = hours * 3_600_000
          // Real time, because virtual sleeps go by the clock that jumps.
          yield* Effect.sleep("500 millis")
          assert.isTrue(starts.length > before && starts.length <= before + 4, `${hours}: ${starts.join()}`)
        }
      }).pipe(Effect.provideService(Clock.Clock, jumping))
    }).pipe(Effect.provide(Jobs.layer))
  )

  it.effect("a reload leaves alone what has not changed, and a changed job never overlaps itself", () =>
    Effect.gen(function* () {
      const jobs = yield* Jobs
      const same = job({ name: "same", trigger: every("1 hour") })
      const before = job({ name: "changed", does: Effect.sleep("10 minutes") })
      const gone = job({ name: "gone" })
      yield* jobs.replace([same.spec, before.spec, gone.spec])
      yield* TestClock.adjust("1 minute")
      const after = job({ name: "changed", key: "2" })
      const added = job({ name: "added" })
      yield* jobs.replace([same.spec, after.spec, added.spec])
      yield* TestClock.adjust("8 minutes")
      assert.deepStrictEqual(same.starts, [0])
      assert.lengthOf(gone.starts, 2)
      assert.lengthOf(added.starts, 9)
      assert.deepStrictEqual(after.starts, [])
      yield* TestClock.adjust("2 minutes")
      assert.deepStrictEqual(before.starts, [0])
      assert.deepStrictEqual(after.starts, [600, 660])
      assert.deepStrictEqual(
        (yield* jobs.states).map(({ name }) => name),
        ["same", "changed", "added"]
      )
    }).pipe(Effect.provide(Jobs.layer))
  )

  for (const [seconds, ends] of [
    [20, 20],
    [300, 30]
  ] as const) {
    it.effect(
      `stops within the deadline: a run of ${seconds} s ends after ${ends} s, and nothing else is started`,
      () =>
        Effect.gen(function* () {
          const jobs = yield* Jobs
          const ended = yield* Deferred.make<number>()
          const { spec, starts } = job({
            trigger: every("1 second"),
            run: (isStopping) =>
              Effect.andThen(Effect.sleep(Duration.seconds(seconds)), isStopping).pipe(
                Effect.map((stopping) => ({ stopping })),
                Effect.ensuring(Effect.flatMap(Clock.currentTimeMillis, (now) => Deferred.succeed(ended, now / 1000)))
              )
          })
          yield* jobs.replace([spec])
          yield* TestClock.adjust(0)
          const stopping = yield* Effect.forkChild(jobs.stop("30 seconds"))
          yield* TestClock.adjust("2 minutes")
          yield* Fiber.join(stopping)
          assert.strictEqual(yield* Deferred.await(ended), ends)
          assert.deepStrictEqual(starts, [])
          const [state] = yield* jobs.states
          assert.strictEqual(state!.state, "ended")
          assert.strictEqual(state!.runs, seconds < 30 ? 1 : 0)
          assert.isTrue(yield* jobs.isStopping)
        }).pipe(Effect.provide(Jobs.layer))
    )
  }
})
