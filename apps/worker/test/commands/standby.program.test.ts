/**
 * Two workers with one settings file, as somebody starts a second one by mistake, or as a spare. `PROVE=1`: also with a database, and
 * with one that is stopped for long and goes on.
 */
import { assert, layer } from "@effect/vitest"
import { Simulator } from "@effect-genesys/simulator/Simulator"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { Postgres } from "../../../../packages/export/test/Postgres.ts"
import * as Process from "../support/Process.ts"
import * as Settings from "../support/Settings.ts"

const timeout = 60_000
const isProof = process.env["PROVE"] !== undefined

/** What starts a worker, whose only job fills this sink every second. */
const workers = Effect.fnUntraced(function* (sink: object, more: Process.Env = {}) {
  const file = join(mkdtempSync(join(tmpdir(), "genesys-standby-")), "worker.json")
  writeFileSync(file, JSON.stringify({ jobs: [{ name: "people", kind: "users", every: "1s", sink }] }))
  const env = { ...(yield* Settings.env), LOG_FORMAT: "json", ...more }
  const args = ["run", "--file", file]
  return {
    start: Process.start("genesys-worker", args, { env }),
    once: Process.run("genesys-worker", [...args, "--once"], { env })
  }
})

const simulated = Simulator.layer({ users: 5, rateLimit: "off", mintLimit: "off" })

/** The first is killed. */
const takesOver = Effect.fnUntraced(function* (sink: object, env: Process.Env = {}) {
  const { once, start } = yield* workers(sink, env)
  const first = yield* start
  yield* first.until(/job\.done/)
  const second = yield* start
  yield* second.until(/job\.standby.*Another exporter .*is at work on /)
  // Whoever exports once is told that somebody has it.
  const { code, stderr: refused } = yield* once
  assert.notStrictEqual(code, 0)
  assert.match(refused, /Another exporter .*is at work on /)
  yield* Effect.sync(() => process.kill(first.pid, "SIGKILL"))
  const { stderr } = yield* second.until(/job\.taken-over[^]*job\.done/)
  assert.lengthOf(stderr.match(/job\.standby/g) ?? [], 1)
  assert.notInclude(stderr, "job.failed")
  yield* second.signal("SIGTERM")
  assert.strictEqual((yield* second.ended).code, 0)
}, Effect.scoped)

layer(simulated, { excludeTestServices: true, timeout })("a second worker on one directory", ({ effect }) => {
  effect(
    "says so once, and takes over when the first is killed",
    () => takesOver({ ndjson: mkdtempSync(join(tmpdir(), "genesys-data-")) }),
    timeout
  )

  effect.skipIf(!isProof)(
    "takes over from one that was stopped, which writes nothing any more when it goes on, and stands by",
    () =>
      Effect.gen(function* () {
        const directory = mkdtempSync(join(tmpdir(), "genesys-data-"))
        const { start } = yield* workers({ ndjson: directory })
        const lock = join(directory, "exporter.lock")
        const owner = () => (existsSync(lock) ? readFileSync(lock, "utf8") : "")
        const first = yield* start
        yield* first.until(/job\.done/)
        yield* Effect.sync(() => process.kill(first.pid, "SIGSTOP"))
        // Ten seconds in which its lock is not touched.
        const second = yield* start
        yield* second.until(/job\.done/)
        const taken = owner()
        assert.include(taken, `"pid":${second.pid}`)
        yield* Effect.sync(() => process.kill(first.pid, "SIGCONT"))
        yield* first.until(/job\.failed.*Another exporter[^]*job\.standby/)
        yield* second.until(/(?:job\.done[^]*){3}/)
        assert.strictEqual(owner(), taken)
      }).pipe(Effect.scoped),
    timeout
  )
})

if (isProof) {
  layer(Layer.merge(simulated, Postgres.layer), { excludeTestServices: true, timeout })(
    "a second worker on one database",
    ({ effect }) =>
      effect(
        "says so once, and takes over when the first is killed",
        () =>
          Effect.gen(function* () {
            yield* takesOver({ postgres: "DATABASE" }, { DATABASE: yield* (yield* Postgres).database })
          }),
        timeout
      )
  )
}
