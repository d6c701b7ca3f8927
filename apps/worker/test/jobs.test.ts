import { assert, describe, it } from "@effect/vitest"
import { Simulator } from "@effect-genesys/simulator/Simulator"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import * as Process from "./support/Process.ts"
import * as Settings from "./support/Settings.ts"

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

const start = Effect.fnUntraced(function* (settings: object, env: Process.Env = {}) {
  const directory = folder()
  const file = join(directory, "worker.json")
  write(file, { http: { port: 0 }, ...settings })
  const worker = yield* Process.start("genesys-worker", ["run", "--file", file], {
    env: { ...(yield* Settings.env), ...env }
  })
  const out = yield* worker.until(/url=http:\/\/127\.0\.0\.1:\d+[\s\S]*worker started/)
  const url = /url=(http:\/\/127\.0\.0\.1:\d+)/.exec(out.stderr)?.[1] ?? ""
  return { ...worker, directory, file, url }
})

/** A program that the job runs; it writes the file, and ends after so many seconds. */
const sleeper = (name: string, file: string, seconds: number) => ({
  name,
  kind: "command",
  every: "1h",
  command: [
    process.execPath,
    "-e",
    `setTimeout(() => require("node:fs").writeFileSync(${JSON.stringify(file)}, process.env.GENESYS_CLOUD_ACCESS_TOKEN ? "token" : ""), ${seconds * 1000})`
  ]
})

describe("genesys-worker run --file", () => {
  it.live(
    "exports, and answers how it is",
    () =>
      Effect.gen(function* () {
        const { clientSecret } = yield* Simulator
        const sink = { ndjson: folder() }
        const worker = yield* start({ jobs: [{ name: "people", kind: "users", every: "1h", sink }] })
        yield* until(getJson(`${worker.url}/status`), ({ jobs }) => jobs?.[0]?.runs === 1)
        const status = yield* getJson(`${worker.url}/status`)
        assert.isAbove(status.jobs![0]!.report!.rows!, 0)
        assert.include(status, { status: 200, state: "running" })
        assert.isAbove(status.orgs![0]!.tokenSecondsLeft, 0)
        assert.notInclude(status.text, Redacted.value(clientSecret))
        assert.isTrue(existsSync(join(sink.ndjson, "users", "users.ndjson")))
        assert.deepStrictEqual(yield* get(`${worker.url}/healthz`), { status: 200, text: "ok\n" })
        assert.include(yield* getJson(`${worker.url}/readyz`), { status: 200, ready: true })
        const { text } = yield* get(`${worker.url}/metrics`)
        assert.match(text, /genesys_job_runs_total\{[^}]*job="people"[^}]*outcome="done"[^}]*\} 1/)
        assert.include(text, "genesys_export_rows_total")
      }).pipe(Effect.scoped, Effect.provide(Simulator.layer())),
    timeout
  )

  it.live(
    "on SIGTERM is not ready, lets the running job finish, starts no other, and exits with 0",
    () =>
      Effect.gen(function* () {
        const directory = folder()
        const [first, never] = [join(directory, "first"), join(directory, "never")]
        const worker = yield* start({
          jobs: [sleeper("first", first, 3), { ...sleeper("never", never, 0), every: undefined, cron: "0 0 29 2 *" }]
        })
        yield* until(getJson(`${worker.url}/status`), ({ jobs }) => jobs?.[0]?.state === "running")
        yield* worker.signal("SIGTERM")
        const { status } = yield* until(getJson(`${worker.url}/readyz`), (answer) => answer.status === 503)
        assert.strictEqual(status, 503)
        assert.isFalse(existsSync(first))
        assert.strictEqual((yield* worker.ended).code, 0)
        assert.strictEqual(readFileSync(first, "utf8"), "token")
        assert.isFalse(existsSync(never))
      }).pipe(Effect.scoped, Effect.provide(Simulator.layer())),
    timeout
  )

  it.live(
    "breaks off what runs longer than the deadline, and at once on a second signal",
    () =>
      Effect.gen(function* () {
        const stop = Effect.fnUntraced(function* (drain: string, signals: number) {
          const file = join(folder(), "late")
          const worker = yield* start({ drain, jobs: [sleeper("late", file, 60)] })
          yield* until(getJson(`${worker.url}/status`), ({ jobs }) => jobs?.[0]?.state === "running")
          for (let i = 0; i < signals; i++) {
            yield* worker.signal("SIGTERM")
            // Two signals at the same moment may arrive as one.
            yield* Effect.sleep("200 millis")
          }
          assert.strictEqual((yield* Effect.timeout(worker.ended, "8 seconds")).code, 0)
        })
        yield* stop("1s", 1)
        yield* stop("1h", 2)
      }).pipe(Effect.scoped, Effect.provide(Simulator.layer())),
    timeout
  )

  it.live(
    "on SIGHUP takes the new settings, and keeps the old ones if the new are wrong",
    () =>
      Effect.gen(function* () {
        const job = { name: "a", kind: "watch", every: "1h" }
        const worker = yield* start({ jobs: [job] })
        const names = Effect.map(getJson(`${worker.url}/status`), ({ jobs = [] }) =>
          jobs.map(({ name, runs }) => `${name} ${runs}`).join()
        )
        yield* until(names, (text) => text === "a 1")
        write(worker.file, { jobs: [{ ...job, every: "canary" }] })
        yield* worker.signal("SIGHUP")
        const { stderr } = yield* worker.until(/the old ones stay/)
        assert.include(stderr, `worker.json:6: jobs[0].every is not valid: it must be a duration`)
        assert.notInclude(stderr, "canary")
        assert.strictEqual(yield* names, "a 1")
        write(worker.file, { jobs: [job, { ...job, name: "b" }] })
        yield* worker.signal("SIGHUP")
        // The job that did not change was not run again.
        yield* until(names, (text) => text === "a 1,b 1")
        yield* worker.signal("SIGTERM")
        assert.strictEqual((yield* worker.ended).code, 0)
      }).pipe(Effect.scoped, Effect.provide(Simulator.layer())),
    timeout
  )

  it.live(
    "a refused org stops only its own jobs, says so, and goes on by itself when the secret is mended",
    () =>
      Effect.gen(function* () {
        const { clientId, clientSecret, url } = yield* Simulator
        const secret = join(folder(), "secret")
        writeFileSync(secret, "canary-secret")
        const acme = { loginUrl: url, apiUrl: url, clientIdEnv: "ACME_ID", clientSecretFile: secret }
        const watch = { kind: "watch", every: "1h" }
        const worker = yield* start(
          {
            orgs: { acme },
            jobs: [
              { ...watch, name: "acme", org: "acme" },
              { ...watch, name: "other" }
            ]
          },
          { ACME_ID: clientId }
        )
        const state = Effect.map(getJson(`${worker.url}/status`), ({ jobs = [] }) =>
          jobs.map((job) => job.state).join()
        )
        yield* until(state, (text) => text === "stopped,waiting")
        const ready = yield* getJson(`${worker.url}/readyz`)
        assert.strictEqual(ready.status, 503)
        assert.match(ready.reasons!.join(), /^org acme: the credentials are refused/)
        writeFileSync(secret, Redacted.value(clientSecret))
        yield* until(state, (text) => text === "waiting,waiting")
        assert.include(yield* getJson(`${worker.url}/readyz`), { status: 200, ready: true })
        yield* worker.signal("SIGTERM")
        const { code, stderr } = yield* worker.ended
        assert.strictEqual(code, 0)
        assert.notInclude(stderr, "canary-secret")
      }).pipe(Effect.scoped, Effect.provide(Simulator.layer())),
    timeout
  )
})

describe("genesys-worker run --once", () => {
  const once = (jobs: ReadonlyArray<object>, env: Process.Env = {}) =>
    Effect.gen(function* () {
      const file = join(folder(), "worker.json")
      write(file, { jobs })
      return yield* Process.run("genesys-worker", ["run", "--once", "--file", file], {
        env: { ...(yield* Settings.env), ...env }
      })
    })
  const watch = { name: "a", kind: "watch", every: "1h" }
  const failing = { name: "b", kind: "command", every: "1h", command: [process.execPath, "-e", "process.exit(9)"] }

  it.live(
    "runs each job once, and exits with the code of the first that failed",
    () =>
      Effect.gen(function* () {
        assert.strictEqual((yield* once([watch])).code, 0)
        const { code, stderr } = yield* once([watch, failing])
        assert.strictEqual(code, 1)
        assert.include(stderr, "has ended with code 9")
        const secret = { GENESYS_CLOUD_CLIENT_SECRET: "canary-secret" }
        const refused = yield* once([watch, failing], secret)
        assert.strictEqual(refused.code, 3)
        assert.notInclude(refused.stderr, "canary-secret")
      }).pipe(Effect.scoped, Effect.provide(Simulator.layer())),
    timeout
  )
})
