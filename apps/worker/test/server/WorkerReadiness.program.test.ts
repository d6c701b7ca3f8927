/** A worker whose job cannot be done is not ready, says which job it is, and tells the present of it as long as it lasts. */
import { assert, it } from "@effect/vitest"
import { Simulator } from "@effect-genesys/simulator/Simulator"
import { SinkError } from "@effect-genesys/export/ExportError"
import { Sink } from "@effect-genesys/export/Sink"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Metric from "effect/Metric"
import * as PrometheusMetrics from "effect/observability/PrometheusMetrics"
import * as TestClock from "effect/testing/TestClock"
import { Worker } from "../../src/Worker.ts"
import type { WorkerSettings } from "../../src/settings/WorkerSettings.ts"
import * as MemorySink from "../../../../packages/export/test/MemorySink.ts"
import * as World from "../../../../packages/export/test/World.ts"
import * as Workers from "../support/Workers.ts"

const watch = { name: "watch", kind: "watch", every: "1h" } as const
/** As no settings file may have it. */
const never: WorkerSettings = { jobs: [watch, { name: "never", kind: "watch", cron: "0 0 30 2 *" }] }

it.effect("a job whose time never comes makes the worker unready, until it is gone", () =>
  Effect.gen(function* () {
    const worker = yield* Worker
    yield* worker.apply(never)
    yield* TestClock.adjust("1 second")
    const reasons = yield* worker.unready
    assert.lengthOf(reasons, 1)
    assert.match(reasons[0]!, /^job never: it cannot be started, by a defect of this program, and is tried again at 19/)
    const { jobs } = yield* worker.status
    assert.strictEqual(jobs.find(({ name }) => name === "never")?.state, "broken")
    yield* worker.apply({ jobs: [watch] })
    assert.deepStrictEqual(yield* worker.unready, [])
  }).pipe(Effect.provide(Workers.inMemory({}, MemorySink.make(new Map()))))
)

/** The value of a series, by its name and some of its attributes. */
const series = (name: string, attributes: Record<string, string>) =>
  Effect.map(PrometheusMetrics.format(), (text) => {
    const line = text
      .split("\n")
      .find(
        (one) =>
          one.startsWith(`${name}{`) &&
          Object.entries(attributes).every(([key, value]) => one.includes(`${key}="${value}"`))
      )
    return line === undefined ? undefined : Number(line.split(" ").at(-1))
  })

const exportingAt = (when: { readonly every: string } | { readonly cron: string }): WorkerSettings => ({
  jobs: [
    { name: "people", kind: "users", ...when, sink: { _tag: "ndjson", place: "people" } },
    { name: "calls", kind: "conversations", ...when, since: World.first, sink: { _tag: "ndjson", place: "calls" } }
  ]
})
const exporting = exportingAt({ every: "1h" })
const hour = 3_600_000

it.effect("an export that fails falls behind by the clock, in metrics and status, and the worker is not ready", () =>
  Effect.gen(function* () {
    const { addFault, clearFaults } = yield* Simulator
    const worker = yield* Worker
    yield* World.start
    yield* TestClock.adjust("30 hours")
    yield* worker.apply(exporting)
    const pass = (hours: number) =>
      Effect.flatMap(
        Effect.clockWith((clock) => clock.currentTimeMillis),
        (now) => Workers.passing(now + hours * hour, 1_000, Effect.void)
      )
    yield* pass(2)
    const shown = Effect.gen(function* () {
      const { jobs, orgs } = yield* worker.status
      const found: Record<string, ReadonlyArray<number | undefined>> = {}
      for (const { failedRuns, failures, kind, lagSeconds, lastSuccessAt, name, org, report } of jobs) {
        const labels = { job: name, kind, org }
        assert.notProperty(report, "lagSeconds")
        const lag = yield* series("genesys_export_lag_seconds", labels)
        assert.closeTo(lag ?? -1, lagSeconds ?? -2, 1, name)
        assert.strictEqual(yield* series("genesys_job_failures_total", labels), failedRuns, name)
        assert.strictEqual(yield* series("genesys_job_failures_in_a_row", labels), failures, name)
        const success = yield* series("genesys_job_last_success_timestamp_seconds", labels)
        assert.strictEqual(success, Date.parse(lastSuccessAt ?? "") / 1000, name)
        found[name] = [lag, failures, success]
      }
      const [org] = orgs
      const left = yield* series("genesys_token_seconds_to_expiry", { org: org?.name ?? "" })
      assert.closeTo(left ?? -1, org?.tokenSecondsLeft ?? -2, 1)
      return { people: found["people"]!, calls: found["calls"]! }
    })
    const good = yield* shown
    assert.isAtMost(good.people[0]!, 3_700)
    assert.strictEqual(good.people[1], 0)
    assert.deepStrictEqual(yield* worker.unready, [])
    assert.isAbove((yield* series("genesys_api_requests_total", { org: "environment" })) ?? 0, 0)
    assert.isAbove((yield* series("genesys_api_budget_remaining", { org: "environment", kind: "*" })) ?? 0, 0)

    yield* addFault({ path: "/api/v2", status: 503 })
    yield* pass(12)
    const bad = yield* shown
    for (const name of ["people", "calls"] as const) {
      // What the data lake is behind counts for conversations.
      assert.isAtLeast(bad[name][0]! - good[name][0]!, (name === "people" ? 11 : 9) * 3_600, name)
      assert.isAtLeast(bad[name][1]!, 3, name)
      assert.closeTo(bad[name][2]!, good[name][2]!, 3_700, name)
    }
    const reasons = yield* worker.unready
    assert.lengthOf(reasons, 2)
    for (const [index, name] of ["people", "calls"].entries()) {
      assert.match(reasons[index]!, new RegExp(`^job ${name}: its last \\d+ runs have failed, and it is tried again `))
    }

    yield* clearFaults
    yield* pass(3)
    const again = yield* shown
    assert.isAtMost(again.people[0]!, 3_700)
    assert.deepStrictEqual([again.people[1], again.calls[1]], [0, 0])
    assert.deepStrictEqual(yield* worker.unready, [])

    // What tells of a job goes with it. One that has never been done is as old as can be, from its first failure on.
    yield* addFault({ path: "/api/v2/users", status: 503 })
    const failing = { ...exporting.jobs[0]!, name: "never" }
    yield* worker.apply({ jobs: [failing] })
    const succeeded = series("genesys_job_last_success_timestamp_seconds", { job: "never" })
    assert.isUndefined(yield* succeeded)
    yield* pass(1)
    assert.strictEqual(yield* succeeded, 0)
    yield* clearFaults
    yield* worker.apply({ jobs: [watch] })
    yield* pass(1)
    for (const name of ["genesys_export_lag_seconds", "genesys_job_last_success_timestamp_seconds"]) {
      assert.isUndefined(yield* series(name, { job: "people" }), name)
    }
  }).pipe(
    Effect.provide(Workers.inMemory({ conversationsPerHour: 3, users: 5 }, MemorySink.make(new Map()))),
    Effect.provideService(Metric.MetricRegistry, new Map())
  )
)

it.effect("how a token was renewed is told, a login host that was down included", () =>
  Effect.gen(function* () {
    const { addFault, clearFaults } = yield* Simulator
    const worker = yield* Worker
    yield* worker.apply({ jobs: [{ name: "watch", kind: "watch", every: "1h" }] })
    yield* TestClock.adjust("25 minutes")
    const renewals = Effect.map(worker.status, ({ orgs }) => orgs[0]?.renewals ?? [])
    const good = yield* renewals
    assert.isAtLeast(good.length, 3)
    for (const [index, { at, expiresAt, result }] of good.entries()) {
      assert.strictEqual(result, "issued")
      assert.strictEqual(Date.parse(expiresAt ?? "") - Date.parse(at), 600_000)
      // Ahead of time.
      if (index > 0) assert.isBelow(Date.parse(at), Date.parse(good[index - 1]?.expiresAt ?? ""))
    }
    yield* addFault({ path: "/oauth/token", status: 503 })
    yield* TestClock.adjust("20 minutes")
    yield* clearFaults
    yield* TestClock.adjust("10 minutes")
    const all = yield* renewals
    const failed = all.filter(({ result }) => result === "UnavailableError")
    assert.isAtLeast(failed.length, 2)
    assert.match(failed[0]?.message ?? "", /503/)
    assert.strictEqual(all.at(-1)?.result, "issued")
    const times = all.map(({ at }) => at)
    assert.deepStrictEqual(times, [...new Set(times)].toSorted())
    yield* TestClock.adjust("8 hours")
    assert.lengthOf(yield* renewals, 48)
  }).pipe(
    Effect.provide(
      Workers.inMemory({ conversationsPerHour: 1, users: 2, tokenLifetime: 600 }, MemorySink.make(new Map()))
    )
  )
)

/** A sink that nobody can reach, until somebody can. */
const unreachable = (isDown: () => boolean) =>
  Layer.succeed(Sink, {
    checkpoint: Effect.suspend(() =>
      isDown()
        ? Effect.fail(new SinkError({ sink: "db", message: "down" }))
        : Effect.succeed({
            users: { source: "list" as const, asOf: Date.parse("1970-03-04T22:00:00Z"), rows: 1, running: 0 },
            "conversations/1970-03-01": {
              source: "job" as const,
              asOf: Date.parse("1970-03-05T00:00:00Z"),
              rows: 1,
              running: 0
            }
          })
    ),
    write: () => Effect.die("nothing is written here")
  })

let isDown = false
it.effect(
  "an export that has not run yet tells how far it is behind, and so does one whose sink cannot be reached",
  () =>
    Effect.gen(function* () {
      const worker = yield* Worker
      yield* World.start
      yield* TestClock.adjust("96 hours")
      const nightly = exportingAt({ cron: "0 12 * * *" })
      const lags = Effect.gen(function* () {
        const { jobs } = yield* worker.status
        for (const { kind, lagSeconds, name } of jobs) {
          const lag = yield* series("genesys_export_lag_seconds", { job: name, kind })
          assert.closeTo(lag ?? -1, lagSeconds ?? -2, 1, name)
        }
        return jobs.map(({ lagSeconds = -1, name, runs }) => `${name} ${runs} ${(lagSeconds / 3_600).toFixed(2)}`)
      })
      isDown = true
      yield* worker.apply(nightly)
      yield* TestClock.adjust("30 minutes")
      assert.deepStrictEqual(yield* lags, ["people 0 0.50", "calls 0 96.50"])
      yield* TestClock.adjust("30 minutes")
      assert.deepStrictEqual(yield* lags, ["people 0 1.00", "calls 0 97.00"])
      isDown = false
      yield* TestClock.adjust("1 hour")
      assert.deepStrictEqual(yield* lags, ["people 0 4.00", "calls 0 74.00"])
      // After a start with a sink that can be read, at once.
      yield* worker.apply({ jobs: [] })
      yield* TestClock.adjust("1 second")
      yield* worker.apply(nightly)
      yield* TestClock.adjust("1 second")
      assert.deepStrictEqual(yield* lags, ["people 0 4.00", "calls 0 74.00"])
    }).pipe(
      Effect.provide(
        Workers.inMemory(
          { conversationsPerHour: 3, users: 5 },
          unreachable(() => isDown)
        )
      ),
      Effect.provideService(Metric.MetricRegistry, new Map())
    )
)
