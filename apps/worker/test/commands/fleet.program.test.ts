/**
 * Three workers as one, with a real database, and the simulator as Genesys: `genesys-worker run --cluster`. `PROVE=1`: with what is
 * stopped for long and goes on, and a database that is gone for a while.
 */
import { assert, layer } from "@effect/vitest"
import { Simulator } from "@effect-genesys/simulator/Simulator"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import { mkdtempSync, writeFileSync } from "node:fs"
import { createServer } from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { Postgres } from "../../../../packages/export/test/Postgres.ts"
import * as Process from "../support/Process.ts"
import * as Settings from "../support/Settings.ts"

const timeout = 120_000

const freePort = Effect.callback<number>((resume) => {
  const server = createServer()
  server.listen(0, "127.0.0.1", () => {
    const address = server.address()
    server.close(() => resume(Effect.succeed(typeof address === "object" ? (address?.port ?? 0) : 0)))
  })
})

/** Starts workers with one settings file, each at an address of its own. */
const fleet = Effect.fnUntraced(function* (settings: object) {
  const file = join(mkdtempSync(join(tmpdir(), "genesys-fleet-")), "worker.json")
  writeFileSync(file, JSON.stringify(settings))
  const url = yield* (yield* Postgres).database
  const env = { ...(yield* Settings.env), LOG_FORMAT: "json", GENESYS_WORKER_CLUSTER_URL: url, DATABASE: url }
  const status = Effect.map(
    Process.run("genesys-worker", ["cluster", "status", "--json"], { env }),
    ({ code, stdout }) => {
      assert.strictEqual(code, 0)
      return decodeStatus(stdout)
    }
  )
  const start = Effect.gen(function* () {
    const address = `127.0.0.1:${yield* freePort}`
    const worker = yield* Process.start("genesys-worker", ["run", "--cluster", "--file", file], {
      env: { ...env, GENESYS_WORKER_CLUSTER_ADDRESS: address }
    })
    return { ...worker, address }
  })
  return { start, status }
})

const decodeStatus = Schema.decodeSync(
  Schema.fromJsonString(
    Schema.Struct({
      runners: Schema.Array(Schema.Struct({ address: Schema.String, healthy: Schema.Boolean })),
      jobs: Schema.Array(Schema.Struct({ name: Schema.String, runner: Schema.String, since: Schema.String })),
      tokens: Schema.Array(Schema.Struct({ changedAt: Schema.String }))
    })
  )
)

/** What a worker says of its fleet over HTTP. */
const asked = Effect.fnUntraced(function* (worker: Worker, path: string) {
  const { stderr } = yield* worker.until(/http\.listening/)
  const url = /"url":"([^"]+)"/.exec(stderr)?.[1] ?? ""
  return yield* Effect.promise(async () => (await fetch(`${url}${path}`)).text())
})

type Worker = Effect.Success<Effect.Success<ReturnType<typeof fleet>>["start"]>

/** Those that have begun a run so far, in the order of their first one. */
const haveRun = (workers: ReadonlyArray<Worker>) =>
  Effect.filter(workers, ({ output }) => Effect.map(output, ({ stderr }) => stderr.includes("job.started")))

/** Waits until one of them runs the job, and answers that one and how long it took. */
const runs = (workers: ReadonlyArray<Worker>, atMost: number) =>
  Effect.gen(function* () {
    const began = performance.now()
    while (performance.now() - began < atMost) {
      const [first, second] = yield* haveRun(workers)
      assert.isUndefined(second, "two of them run the job")
      if (first !== undefined) return { runner: first, took: performance.now() - began }
      yield* Effect.sleep("20 millis")
    }
    return assert.fail(`none of them ran the job within ${atMost} ms`)
  })

const others = (workers: ReadonlyArray<Worker>, gone: Worker) => workers.filter((one) => one !== gone)

layer(Layer.merge(Simulator.layer({ users: 5, rateLimit: "off" }), Postgres.layer), {
  excludeTestServices: true,
  timeout
})("workers of a fleet", ({ effect }) => {
  effect(
    "run each job in one place, with one token, and go on elsewhere when one is killed, or told to stop",
    () =>
      Effect.gen(function* () {
        const simulator = yield* Simulator
        const { start, status } = yield* fleet({
          http: { port: 0 },
          jobs: [{ name: "people", kind: "users", every: "1s", sink: { postgres: "DATABASE" } }]
        })
        const workers = yield* Effect.all([start, start, start], { concurrency: 3 })
        const { runner: first } = yield* runs(workers, 30_000)
        yield* first.until(/(?:job\.done[^]*){3}/)

        const { jobs, runners, tokens } = yield* status
        assert.sameMembers(
          runners.map(({ address }) => address),
          workers.map(({ address }) => address)
        )
        assert.deepStrictEqual(
          jobs.map(({ name, runner }) => [name, runner]),
          [["people", first.address]]
        )
        assert.lengthOf(tokens, 1)
        for (const one of workers) {
          const told = yield* asked(one, "/status")
          assert.include(told, `"cluster":{"address":"${one.address}"`)
          assert.strictEqual(told.includes(`"state":"standby"`), one !== first)
          const standby = new RegExp(`^genesys_job_standby\\{[^}]*\\} ${one === first ? 0 : 1}$`, "m")
          assert.match(yield* asked(one, "/metrics"), standby)
        }

        yield* Effect.sync(() => process.kill(first.pid, "SIGKILL"))
        const { runner: second, took } = yield* runs(others(workers, first), 25_000)
        assert.isBelow(took, 15_000)
        yield* second.until(/(?:job\.done[^]*){2}/)

        yield* second.signal("SIGTERM")
        const { code, stderr } = yield* second.ended
        assert.strictEqual(code, 0)
        const third = yield* runs(others(others(workers, first), second), 10_000)
        assert.isBelow(third.took, 2_000)
        yield* third.runner.until(/job\.done/)
        assert.notInclude(stderr, "job.failed")
        assert.strictEqual((yield* simulator.journal).tokenRequests, 1)
      }).pipe(Effect.scoped),
    timeout
  )
})
