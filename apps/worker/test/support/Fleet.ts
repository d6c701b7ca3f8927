/** Workers of a fleet on one machine, each a process at an address of its own, and what they have done by their logs. */
import { assert } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { mkdtempSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { Postgres } from "../../../../packages/export/test/Postgres.ts"
import * as Process from "./Process.ts"
import * as Settings from "./Settings.ts"
import { freePort } from "../../../../scripts/test/FreePort.ts"

const written = (settings: object) => {
  const file = join(mkdtempSync(join(tmpdir(), "genesys-fleet-")), "worker.json")
  writeFileSync(file, JSON.stringify(settings))
  return file
}

/** Starts workers with one settings file and these variables, each at an address of its own. */
export const make = Effect.fnUntraced(function* (settings: object, variables: Process.Env = {}) {
  const file = written(settings)
  const url = yield* (yield* Postgres).database
  const env = {
    ...(yield* Settings.env),
    LOG_FORMAT: "json",
    GENESYS_WORKER_CLUSTER_URL: url,
    DATABASE: url,
    ...variables
  }
  const status = Effect.map(
    Process.run("genesys-worker", ["cluster", "status", "--json"], { env }),
    ({ code, stdout }) => {
      assert.strictEqual(code, 0)
      return decodeStatus(stdout)
    }
  )
  const startAt = Effect.fnUntraced(function* ({ address, env: own, settings: other, through }: Place) {
    const its = other === undefined ? file : written(other)
    const worker = yield* Process.start("genesys-worker", ["run", "--cluster", "--file", its], {
      env: { ...env, ...own, GENESYS_WORKER_CLUSTER_ADDRESS: address },
      through
    })
    return { ...worker, address }
  })
  const start = Effect.flatMap(freePort, (port) => startAt({ address: `127.0.0.1:${port}` }))
  return { start, startAt, status, url }
})

/** Where a worker is, and what it is told there that others are not. */
export interface Place {
  readonly address: string
  readonly env?: Process.Env
  readonly settings?: object
  readonly through?: ReadonlyArray<string>
}

const Status = Schema.Struct({
  runners: Schema.Array(Schema.Struct({ address: Schema.String, healthy: Schema.Boolean, shards: Schema.Int })),
  budgets: Schema.Array(Schema.Struct({ runner: Schema.String, workers: Schema.Int })),
  jobs: Schema.Array(Schema.Struct({ name: Schema.String, runner: Schema.String, since: Schema.String })),
  tokens: Schema.Array(Schema.Struct({ changedAt: Schema.String }))
})
const decodeStatus = Schema.decodeSync(Schema.fromJsonString(Status))
const decodeWorker = Schema.decodeSync(
  Schema.fromJsonString(
    Schema.Struct({
      cluster: Schema.optionalKey(Status),
      jobs: Schema.Array(Schema.Struct({ name: Schema.String, state: Schema.String }))
    })
  )
)

export type Worker = Effect.Success<Effect.Success<ReturnType<typeof make>>["start"]>

/** What a worker answers over HTTP. */
export const asked = Effect.fnUntraced(function* (worker: Worker, path: string) {
  const { stderr } = yield* worker.until(/http\.listening/)
  const url = /"url":"([^"]+)"/.exec(stderr)?.[1] ?? ""
  return yield* Effect.promise(async () => (await fetch(`${url}${path}`)).text())
})

const Line = Schema.fromJsonString(
  Schema.Struct({
    timestamp: Schema.String,
    annotations: Schema.Struct({
      event: Schema.Literals(["job.done", "job.failed"]),
      job: Schema.String,
      tookSeconds: Schema.Finite
    })
  })
)
const decodeLine = Schema.decodeSync(Line)
const isOfRun = /"event":"job\.(?:done|failed)"/

/** A run that has ended. In milliseconds since 1970. */
export interface Run {
  readonly worker: Worker
  readonly job: string
  readonly isDone: boolean
  readonly begin: number
  readonly end: number
}

/** What was read of each log so far: who looks often does not read all of it again. */
const logs = new WeakMap<Worker, { read: number; readonly runs: Array<Run> }>()

/** The runs that have ended of one worker, by its log. */
const runsOf = (worker: Worker) =>
  Effect.map(worker.output, ({ stderr }): ReadonlyArray<Run> => {
    const log = logs.get(worker) ?? { read: 0, runs: [] }
    logs.set(worker, log)
    const whole = stderr.lastIndexOf("\n") + 1
    for (const line of stderr.slice(log.read, whole).split("\n")) {
      if (!isOfRun.test(line)) continue
      const { annotations, timestamp } = decodeLine(line)
      const { event, job, tookSeconds } = annotations
      const end = Date.parse(timestamp)
      log.runs.push({ worker, job, isDone: event === "job.done", begin: end - tookSeconds * 1_000, end })
    }
    log.read = whole
    return log.runs
  })

const endedRuns = (workers: ReadonlyArray<Worker>, isMeant: (run: Run) => boolean) =>
  Effect.map(Effect.forEach(workers, runsOf), (runs) =>
    runs
      .flat()
      .filter(isMeant)
      .toSorted((one, other) => one.begin - other.begin)
  )

/** Those that were done. */
export const allRuns = (workers: ReadonlyArray<Worker>, job = "people") =>
  endedRuns(workers, (run) => run.isDone && run.job === job)

export const failedRuns = (workers: ReadonlyArray<Worker>, job: string) =>
  endedRuns(workers, (run) => !run.isDone && run.job === job)

/** Waits until one of them has done a run since then, and answers that one and its run. */
export const nextRun = (workers: ReadonlyArray<Worker>, since: number, atMost: number, job = "people") =>
  Effect.gen(function* () {
    while (Date.now() - since < atMost) {
      const found = (yield* allRuns(workers, job)).find(({ begin }) => begin > since)
      if (found !== undefined) return found
      yield* Effect.sleep("50 millis")
    }
    return assert.fail(`no run of ${job} was done within ${atMost} ms`)
  })

/** The state of each job, in each of them that does not leave it to another one. */
export const held = (workers: ReadonlyArray<Worker>) =>
  Effect.map(
    Effect.forEach(workers, (one) => Effect.map(asked(one, "/status"), (text) => decodeWorker(text).jobs)),
    (jobs) => jobs.flat().filter(({ state }) => state !== "standby")
  )

/** When all of them know of each other. */
export const there = Effect.fnUntraced(function* (workers: ReadonlyArray<Worker>) {
  const [one] = workers
  const isSo = Effect.map(
    asked(one!, "/status"),
    (text) => decodeWorker(text).cluster?.runners.length === workers.length
  )
  yield* Effect.repeat(Effect.andThen(Effect.sleep("200 millis"), isSo), { until: (so) => so }).pipe(
    Effect.timeout("30 seconds")
  )
})

/** When they have also shared out what there is to do. */
export const settled = (workers: ReadonlyArray<Worker>) =>
  // They look for each other once a second.
  Effect.andThen(there(workers), Effect.sleep("3 seconds"))

export const others = (workers: ReadonlyArray<Worker>, ...gone: ReadonlyArray<Worker>) =>
  workers.filter((one) => !gone.includes(one))
