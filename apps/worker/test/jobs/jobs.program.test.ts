import { assert, describe, it } from "@effect/vitest"
import { Simulator } from "@effect-genesys/simulator/Simulator"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import * as Programs from "../../../cli/test/support/Programs.ts"
import * as Collector from "../support/Collector.ts"
import * as InProcess from "../support/InProcess.ts"
import * as Process from "../support/Process.ts"
import * as Prometheus from "../support/Prometheus.ts"
import * as Settings from "../support/Settings.ts"

const timeout = 90_000

const folder = () => mkdtempSync(join(tmpdir(), "genesys-worker-"))
const write = (file: string, settings: unknown) => writeFileSync(file, JSON.stringify(settings, undefined, 2))

const Answer = Schema.fromJsonString(
  Schema.Struct({
    ready: Schema.optionalKey(Schema.Boolean),
    reasons: Schema.optionalKey(Schema.Array(Schema.String)),
    state: Schema.optionalKey(Schema.String),
    orgs: Schema.optionalKey(Schema.Array(Schema.Struct({ name: Schema.String, tokenSecondsLeft: Schema.Finite }))),
    jobs: Schema.optionalKey(
      Schema.Array(
        Schema.Struct({
          name: Schema.String,
          state: Schema.String,
          runs: Schema.Int,
          runningSince: Schema.optionalKey(Schema.String),
          report: Schema.optionalKey(Schema.Struct({ rows: Schema.optionalKey(Schema.Int) }))
        })
      )
    )
  })
)

const get = (url: string) =>
  Effect.promise(async () => {
    const response = await fetch(url)
    return { status: response.status, text: await response.text() }
  })
const getJson = (url: string) =>
  Effect.flatMap(get(url), ({ status, text }) =>
    Effect.map(Schema.decodeEffect(Answer)(text), (body) => ({ status, text, ...body }))
  )

/** Asks again until the answer is as it should be. */
const until = <A, E, R>(ask: Effect.Effect<A, E, R>, is: (answer: A) => boolean) =>
  Effect.repeat(Effect.delay(ask, "50 millis"), { until: is }).pipe(Effect.timeout("30 seconds"))

const start = Effect.fnUntraced(function* (
  settings: object,
  env: Process.Env = {},
  begin: typeof Programs.start = Process.start
) {
  const directory = folder()
  const file = join(directory, "worker.json")
  write(file, { http: { port: 0 }, ...settings })
  const worker = yield* begin("genesys-worker", ["run", "--file", file], {
    env: { ...(yield* Settings.env), ...env }
  })
  const out = yield* worker.until(/url=http:\/\/127\.0\.0\.1:\d+[\s\S]*worker started/)
  const url = /url=(http:\/\/127\.0\.0\.1:\d+)/.exec(out.stderr)?.[1] ?? ""
  return { ...worker, directory, file, url }
})

const watch = { kind: "watch", every: "1h" }

/** A program that the job runs; it writes the file, and ends after so many seconds. */
const sleeper = (name: string, file: string, seconds: number) => ({
  name,
  kind: "command",
  every: "1h",
  command: [
    process.execPath,
    "-e",
    `const { GENESYS_CLOUD_ACCESS_TOKEN: token } = process.env
    const found = !token ? "none" : process.argv.join().includes(token) ? "in an argument" :
      Object.values(process.env).includes("canary-secret") ? "another secret" : "token"
    console.error("hello", token)
    setTimeout(() => require("node:fs").writeFileSync(${JSON.stringify(file)}, found), ${seconds * 1000})`
  ]
})

describe("genesys-worker run --file", () => {
  it.live(
    "runs its jobs, answers how it is, takes new settings, and finishes what runs when it is told to stop",
    () =>
      Effect.gen(function* () {
        const { clientSecret } = yield* Simulator
        const sink = { ndjson: folder() }
        const jobs = [
          { ...watch, name: "a" },
          { name: "people", kind: "users", every: "1h", sink }
        ]
        const collector = yield* Collector.start
        const other = { OTHER_ID: "b1ad9bb7-ee0c-4cc8-9c0e-5e5b1e4a3c11", OTHER_SECRET: "canary-secret" }
        const worker = yield* start({ jobs }, { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url, ...other })
        const states = Effect.map(getJson(`${worker.url}/status`), ({ jobs: all = [] }) =>
          all.map(({ name, runs, state }) => `${name} ${runs} ${state}`).join()
        )

        // What it says of itself.
        yield* until(states, (text) => text === "a 1 waiting,people 1 waiting")
        const status = yield* getJson(`${worker.url}/status`)
        assert.isAbove(status.jobs![1]!.report!.rows!, 0)
        assert.include(status, { status: 200, state: "running" })
        assert.isAbove(status.orgs![0]!.tokenSecondsLeft, 0)
        assert.notInclude(status.text, Redacted.value(clientSecret))
        assert.isTrue(existsSync(join(sink.ndjson, "users", "users.ndjson")))
        assert.deepStrictEqual(yield* get(`${worker.url}/healthz`), { status: 200, text: "ok\n" })
        assert.include(yield* getJson(`${worker.url}/readyz`), { status: 200, ready: true })
        const { text: metrics } = yield* get(`${worker.url}/metrics`)
        assert.match(metrics, /genesys_job_runs_total\{[^}]*job="people"[^}]*outcome="done"[^}]*\} 1/)
        assert.match(metrics, /genesys_export_lag_seconds\{[^}]*job="people"/)
        const families = Prometheus.parse(metrics)
        assert.deepStrictEqual(Prometheus.lint(families), [])
        const named = new Set(families.map(({ name }) => name))
        for (const name of [
          "genesys_worker_build_info",
          "process_cpu_seconds_total",
          "process_resident_memory_bytes",
          "process_start_time_seconds",
          "genesys_api_request_seconds",
          "genesys_token_exchange_seconds",
          "genesys_api_budget_remaining",
          // What has not happened yet.
          "genesys_token_renewals_total",
          "genesys_token_rejections_total",
          "genesys_api_retries_total"
        ])
          assert.isTrue(named.delete(name), name)

        // Wrong settings change nothing, and the log says why, without what is written there.
        write(worker.file, { jobs: [{ ...jobs[0], every: "canary" }] })
        yield* worker.signal("SIGHUP")
        const { stderr: refused } = yield* worker.until(/the old ones stay/)
        assert.include(refused, "worker.json:5: jobs[0].every is not valid: it must be a duration")
        assert.notInclude(refused, "canary")
        assert.include(refused, `checkpoint={"partitions":1`)
        assert.strictEqual(yield* states, "a 1 waiting,people 1 waiting")

        // New ones start new jobs, and leave alone those that did not change.
        const [first, never] = [join(folder(), "first"), join(folder(), "never")]
        const added = [
          sleeper("first", first, 3),
          { ...sleeper("never", never, 0), every: undefined, cron: "0 0 29 2 *" }
        ]
        const orgs = { other: { clientIdEnv: "OTHER_ID", clientSecretEnv: "OTHER_SECRET" } }
        write(worker.file, { http: { port: 1 }, orgs, jobs: [...jobs, ...added] })
        yield* worker.signal("SIGHUP")
        yield* until(states, (text) => text === "a 1 waiting,people 1 waiting,first 0 running,never 0 waiting")
        const { stderr: reloaded } = yield* worker.until(/settings reloaded/)
        assert.include(reloaded, "http has changed, and counts from the next start")

        // Told to stop, it is not ready, finishes what runs and starts nothing.
        yield* worker.signal("SIGTERM")
        yield* until(getJson(`${worker.url}/readyz`), (answer) => answer.status === 503)
        assert.isFalse(existsSync(first))
        yield* worker.until(/stopping; running jobs are finished first .*jobs=\["first"\].*atMostSeconds=20/)
        const { code, stderr } = yield* worker.ended
        assert.strictEqual(code, 0)
        assert.match(stderr, /job done .*job=people .* rows=\d/)
        assert.match(stderr, /job started .*job=first /)
        // What it printed; the token only to itself.
        assert.match(stderr, / hello <token> .*job=first .*stream=stderr/)
        assert.notInclude(stderr, "[object")
        assert.strictEqual(readFileSync(first, "utf8"), "token")
        assert.isFalse(existsSync(never))
        // What it did last is told, too.
        assert.include(collector.received.get("POST /v1/logs"), "jobs stopped")
      }).pipe(Effect.scoped, Effect.provide(Simulator.layer())),
    timeout
  )

  it.live(
    "a refused org stops only its own jobs, says so, and goes on by itself when the secret is mended; a new deadline counts",
    () =>
      Effect.gen(function* () {
        const { clientId, clientSecret, url } = yield* Simulator
        const secret = join(folder(), "secret")
        writeFileSync(secret, "canary-secret")
        const orgs = { acme: { loginUrl: url, apiUrl: url, clientIdEnv: "ACME_ID", clientSecretFile: secret } }
        const jobs = [
          { ...watch, name: "acme", org: "acme" },
          { ...watch, name: "other" }
        ]
        const worker = yield* start({ drain: "1h", orgs, jobs }, { ACME_ID: clientId }, Programs.start)
        const states = Effect.map(getJson(`${worker.url}/status`), (status) =>
          (status.jobs ?? []).map(({ state }) => state).join()
        )
        yield* until(states, (text) => text === "stopped,waiting")
        const ready = yield* getJson(`${worker.url}/readyz`)
        assert.strictEqual(ready.status, 503)
        assert.match(ready.reasons!.join(), /^org acme: the credentials are refused/)
        writeFileSync(secret, Redacted.value(clientSecret))
        yield* until(states, (text) => text === "waiting,waiting")
        assert.include(yield* getJson(`${worker.url}/readyz`), { status: 200, ready: true })

        // What runs longer than the deadline is broken off.
        const late = sleeper("late", join(folder(), "late"), 60)
        write(worker.file, { http: { port: 0 }, drain: "1s", orgs, jobs: [...jobs, late] })
        yield* worker.signal("SIGHUP")
        yield* until(states, (text) => text === "waiting,waiting,running")
        yield* worker.until(/settings reloaded/)
        yield* worker.signal("SIGTERM")
        const { code, stderr } = yield* Effect.timeout(worker.ended, "8 seconds")
        assert.strictEqual(code, 0)
        assert.notInclude(stderr, "http has changed")
        assert.notInclude(stderr, "canary-secret")
      }).pipe(Effect.scoped, Effect.provide(Simulator.layer())),
    timeout
  )

  it.live(
    "ends at once on a second signal",
    () =>
      Effect.gen(function* () {
        const worker = yield* start({ drain: "1h", jobs: [sleeper("late", join(folder(), "late"), 60)] })
        yield* until(getJson(`${worker.url}/status`), ({ jobs }) => jobs?.[0]?.state === "running")
        yield* worker.signal("SIGTERM")
        // Two signals at the same moment may arrive as one.
        yield* Effect.sleep("200 millis")
        yield* worker.signal("SIGTERM")
        assert.strictEqual((yield* Effect.timeout(worker.ended, "8 seconds")).code, 0)
      }).pipe(Effect.scoped, Effect.provide(Simulator.layer())),
    timeout
  )
})

describe("genesys-worker run --once", () => {
  const argsFor = (jobs: ReadonlyArray<object>) => {
    const file = join(folder(), "worker.json")
    write(file, { jobs })
    return ["run", "--once", "--file", file]
  }
  const good = { ...watch, name: "a" }
  const failing = { name: "b", kind: "command", every: "1h", command: [process.execPath, "-e", "process.exit(9)"] }

  it.live(
    "runs each job once, exits with the code of the first that failed, and sends traces, metrics and logs to a collector",
    () =>
      Effect.gen(function* () {
        const { received, url } = yield* Collector.start
        const { clientSecret } = yield* Simulator
        const env = { ...(yield* Settings.env), OTEL_EXPORTER_OTLP_ENDPOINT: url }
        const { code, stderr } = yield* Programs.run("genesys-worker", argsFor([good, failing]), { env })
        assert.strictEqual(code, 1)
        assert.include(stderr, "has ended with code 9")
        assert.sameMembers([...received.keys()], ["POST /v1/traces", "POST /v1/metrics", "POST /v1/logs"])
        assert.include(received.get("POST /v1/traces"), '"name":"job"')
        assert.include(received.get("POST /v1/metrics"), "genesys_job_runs_total")
        assert.include(received.get("POST /v1/logs"), "job failed")
        for (const text of received.values()) {
          assert.include(text, "genesys-worker")
          assert.notInclude(text, Redacted.value(clientSecret))
        }
      }).pipe(Effect.scoped, Effect.provide(Simulator.layer())),
    timeout
  )

  it.live(
    "gives a command what its env names, and none of the secrets beside it",
    () =>
      Effect.gen(function* () {
        const seen = join(folder(), "seen")
        const script = `require("node:fs").writeFileSync(${JSON.stringify(seen)}, JSON.stringify(process.env))`
        const job = { ...failing, command: [process.execPath, "-e", script], env: ["REPORT_DAY", "REPORT_NO*"] }
        const others = {
          REPORT_DAY: "monday",
          DATABASE_URL: "canary",
          LC_API_TOKEN: "canary",
          HTTPS_PROXY: "http://canary@proxy.invalid"
        }
        const simulator = yield* Settings.env
        const env = { ...simulator, ...others, NO_PROXY: "127.0.0.1" }
        const { code, stderr } = yield* Programs.run("genesys-worker", argsFor([job]), { env })
        assert.strictEqual(code, 0, stderr)
        assert.match(stderr, /HTTPS_PROXY may hold a password or a token, .* name it in env of the job/)
        const text = readFileSync(seen, "utf8")
        assert.notInclude(text + stderr, "canary")
        assert.notProperty(JSON.parse(text), "GENESYS_CLOUD_CLIENT_SECRET")
        assert.include(JSON.parse(text), { REPORT_DAY: "monday", NO_PROXY: "127.0.0.1" })
      }).pipe(Effect.provide(Simulator.layer())),
    timeout
  )

  it.live(
    "exits with 130 if it is told to stop before its jobs are done",
    () =>
      Effect.gen(function* () {
        const args = argsFor([good, sleeper("late", join(folder(), "late"), 60)])
        const worker = yield* Programs.start("genesys-worker", args, { env: yield* Settings.env })
        yield* worker.until(/job done/)
        yield* worker.signal("SIGTERM")
        assert.strictEqual((yield* Effect.timeout(worker.ended, "8 seconds")).code, 130)
      }).pipe(Effect.scoped, Effect.provide(Simulator.layer())),
    timeout
  )

  it.live(
    "exits with 0 when all is done, and with 3 when the credentials are refused",
    () =>
      Effect.gen(function* () {
        const env = yield* Settings.env
        assert.include(yield* InProcess.run(argsFor([good]), env), { code: 0, stdout: "" })
        const secret = { ...env, GENESYS_CLOUD_CLIENT_SECRET: "canary-secret" }
        const refused = yield* InProcess.run(argsFor([good, failing]), secret)
        assert.strictEqual(refused.code, 3)
        assert.notInclude(refused.stderr, "canary-secret")
      }).pipe(Effect.scoped, Effect.provide(Simulator.layer())),
    timeout
  )
})
