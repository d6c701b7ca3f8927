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

const Status = Schema.Struct({
  runners: Schema.Array(Schema.Struct({ address: Schema.String, healthy: Schema.Boolean })),
  jobs: Schema.Array(Schema.Struct({ name: Schema.String, runner: Schema.String, since: Schema.String })),
  tokens: Schema.Array(Schema.Struct({ changedAt: Schema.String }))
})
const decodeStatus = Schema.decodeSync(Schema.fromJsonString(Status))
const decodeWorker = Schema.decodeSync(Schema.fromJsonString(Schema.Struct({ cluster: Status })))

type Worker = Effect.Success<Effect.Success<ReturnType<typeof fleet>>["start"]>

/** What a worker answers over HTTP. */
const asked = Effect.fnUntraced(function* (worker: Worker, path: string) {
  const { stderr } = yield* worker.until(/http\.listening/)
  const url = /"url":"([^"]+)"/.exec(stderr)?.[1] ?? ""
  return yield* Effect.promise(async () => (await fetch(`${url}${path}`)).text())
})

const Line = Schema.fromJsonString(
  Schema.Struct({
    timestamp: Schema.String,
    annotations: Schema.Struct({
      event: Schema.optionalKey(Schema.String),
      tookSeconds: Schema.optionalKey(Schema.Finite)
    })
  })
)
const decodeLine = Schema.decodeSync(Line)

/** The runs that were done, of one worker, by its log. */
const runsOf = (worker: Worker) =>
  Effect.map(worker.output, ({ stderr }) =>
    stderr
      .split("\n")
      .filter((line) => line.endsWith("}"))
      .map((line) => decodeLine(line))
      .filter(({ annotations }) => annotations.event === "job.done")
      .map(({ annotations: { tookSeconds = 0 }, timestamp }) => {
        const end = Date.parse(timestamp)
        return { worker, begin: end - tookSeconds * 1_000, end }
      })
  )

const allRuns = (workers: ReadonlyArray<Worker>) =>
  Effect.map(Effect.forEach(workers, runsOf), (runs) => runs.flat().toSorted((one, other) => one.begin - other.begin))

/** Waits until one of them has done a run since then, and answers that one and its run. */
const nextRun = (workers: ReadonlyArray<Worker>, since: number, atMost: number) =>
  Effect.gen(function* () {
    while (Date.now() - since < atMost) {
      const found = (yield* allRuns(workers)).find(({ begin }) => begin > since)
      if (found !== undefined) return found
      yield* Effect.sleep("20 millis")
    }
    return assert.fail(`no run was done within ${atMost} ms`)
  })

/** When all of them are there, and have shared out what there is to do. */
const settled = Effect.fnUntraced(function* (workers: ReadonlyArray<Worker>) {
  const [one] = workers
  const isSo = Effect.map(
    asked(one!, "/status"),
    (text) => decodeWorker(text).cluster.runners.length === workers.length
  )
  yield* Effect.repeat(Effect.andThen(Effect.sleep("200 millis"), isSo), { until: (so) => so }).pipe(
    Effect.timeout("30 seconds")
  )
  // They look for each other once a second.
  yield* Effect.sleep("3 seconds")
})

const others = (workers: ReadonlyArray<Worker>, ...gone: ReadonlyArray<Worker>) =>
  workers.filter((one) => !gone.includes(one))

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
        yield* settled(workers)
        const { worker: first } = yield* nextRun(workers, Date.now(), 15_000)
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

        const killedAt = Date.now()
        yield* Effect.sync(() => process.kill(first.pid, "SIGKILL"))
        const second = yield* nextRun(others(workers, first), killedAt, 20_000)
        assert.isBelow(second.begin - killedAt, 15_000)

        yield* second.worker.signal("SIGTERM")
        const { code, stderr } = yield* second.worker.ended
        const endedAt = Date.now()
        assert.strictEqual(code, 0)
        const third = yield* nextRun(others(workers, first, second.worker), endedAt - 1_000, 10_000)
        assert.isBelow(third.begin - endedAt, 2_000)
        assert.notInclude(stderr, "job.failed")

        const runs = yield* allRuns(workers)
        for (const [index, { begin }] of runs.entries()) {
          if (index > 0) assert.isAtMost(runs[index - 1]!.end, begin + 1, "two runs at a time")
        }
        assert.strictEqual((yield* simulator.journal).tokenRequests, 1)
      }).pipe(Effect.scoped),
    timeout
  )
})
