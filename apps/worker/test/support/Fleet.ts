/** Workers of a fleet on one machine, each a process at an address of its own, and what they have done by their logs. */
import { assert } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { mkdtempSync, writeFileSync } from "node:fs"
import { createServer } from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { Postgres } from "../../../../packages/export/test/Postgres.ts"
import * as Process from "./Process.ts"
import * as Settings from "./Settings.ts"

export const freePort = Effect.callback<number>((resume) => {
  const server = createServer()
  server.listen(0, "127.0.0.1", () => {
    const address = server.address()
    server.close(() => resume(Effect.succeed(typeof address === "object" ? (address?.port ?? 0) : 0)))
  })
})

/** Starts workers with one settings file, each at an address of its own. */
export const make = Effect.fnUntraced(function* (settings: object) {
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
  const startAt = Effect.fnUntraced(function* ({ address, env: own, through }: Place) {
    const worker = yield* Process.start("genesys-worker", ["run", "--cluster", "--file", file], {
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
  readonly through?: ReadonlyArray<string>
}

const Status = Schema.Struct({
  runners: Schema.Array(Schema.Struct({ address: Schema.String, healthy: Schema.Boolean, shards: Schema.Int })),
  budgets: Schema.Array(Schema.Struct({ runner: Schema.String, workers: Schema.Int })),
  jobs: Schema.Array(Schema.Struct({ name: Schema.String, runner: Schema.String, since: Schema.String })),
  tokens: Schema.Array(Schema.Struct({ changedAt: Schema.String }))
})
const decodeStatus = Schema.decodeSync(Schema.fromJsonString(Status))
const decodeWorker = Schema.decodeSync(Schema.fromJsonString(Schema.Struct({ cluster: Schema.optionalKey(Status) })))

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
      event: Schema.optionalKey(Schema.String),
      job: Schema.optionalKey(Schema.String),
      tookSeconds: Schema.optionalKey(Schema.Finite)
    })
  })
)
const decodeLine = Schema.decodeSync(Line)

/** The runs of a job that were done, of one worker, by its log. */
const runsOf = (worker: Worker, job: string) =>
  Effect.map(worker.output, ({ stderr }) =>
    stderr
      .split("\n")
      .filter((line) => line.endsWith("}"))
      .map((line) => decodeLine(line))
      .filter(({ annotations }) => annotations.event === "job.done" && annotations.job === job)
      .map(({ annotations: { tookSeconds = 0 }, timestamp }) => {
        const end = Date.parse(timestamp)
        return { worker, begin: end - tookSeconds * 1_000, end }
      })
  )

export const allRuns = (workers: ReadonlyArray<Worker>, job = "people") =>
  Effect.map(
    Effect.forEach(workers, (worker) => runsOf(worker, job)),
    (runs) => runs.flat().toSorted((one, other) => one.begin - other.begin)
  )

/** Waits until one of them has done a run since then, and answers that one and its run. */
export const nextRun = (workers: ReadonlyArray<Worker>, since: number, atMost: number) =>
  Effect.gen(function* () {
    while (Date.now() - since < atMost) {
      const found = (yield* allRuns(workers)).find(({ begin }) => begin > since)
      if (found !== undefined) return found
      yield* Effect.sleep("20 millis")
    }
    return assert.fail(`no run was done within ${atMost} ms`)
  })

/** When all of them are there, and have shared out what there is to do. */
export const settled = Effect.fnUntraced(function* (workers: ReadonlyArray<Worker>) {
  const [one] = workers
  const isSo = Effect.map(
    asked(one!, "/status"),
    (text) => decodeWorker(text).cluster?.runners.length === workers.length
  )
  yield* Effect.repeat(Effect.andThen(Effect.sleep("200 millis"), isSo), { until: (so) => so }).pipe(
    Effect.timeout("30 seconds")
  )
  // They look for each other once a second.
  yield* Effect.sleep("3 seconds")
})

export const others = (workers: ReadonlyArray<Worker>, ...gone: ReadonlyArray<Worker>) =>
  workers.filter((one) => !gone.includes(one))
