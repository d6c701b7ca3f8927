/** Exports of the command line into a directory: what the worker does, once. `PROVE=1`: interrupted, and killed; else killed. */
import { assert, describe, layer } from "@effect/vitest"
import * as Day from "@effect-genesys/export/Day"
import * as NdjsonSink from "@effect-genesys/export/NdjsonSink"
import * as Plan from "@effect-genesys/export/Plan"
import { Sink } from "@effect-genesys/export/Sink"
import { Simulator } from "@effect-genesys/simulator/Simulator"
import * as NodeServices from "@effect/platform-node/NodeServices"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import { existsSync, readFileSync, writeFileSync } from "node:fs"
import { hostname } from "node:os"
import { join } from "node:path"
import * as Process from "../../../worker/test/support/Process.ts"
import * as Settings from "../../../worker/test/support/Settings.ts"
import { conversations, rows, users } from "../../../../packages/export/test/Files.ts"
import * as Cli from "../support/Cli.ts"
import * as Programs from "../support/Programs.ts"

const timeout = 240_000
const simulator = Simulator.layer({
  rateLimit: "off",
  conversationsPerHour: Programs.isProof ? 10 : 4,
  jobQueueTime: 0,
  jobRunTime: 0,
  nightlyRewrites: 0
})

const days = Day.range("2025-11-01", "2025-11-10")
const args = (out: string) => ["conversations", "export", "--interval", "2025-11-01/2025-11-10", "--out", out]

const held = (directory: string) =>
  NdjsonSink.layer({ directory }).pipe(
    (sink) => (effect: Effect.Effect<void, unknown, Sink>) =>
      effect.pipe(Effect.provide(sink), Effect.provide(NodeServices.layer))
  )

const checkpoint = (directory: string) => {
  const file = join(directory, "checkpoint.json")
  return existsSync(file) ? readFileSync(file, "utf8") : ""
}
const committed = (directory: string) => days.filter((day) => checkpoint(directory).includes(day)).length

describe("genesys export into a directory", () => {
  layer(simulator, { excludeTestServices: true })((it) => {
    it.effect(
      "goes on after an interrupt and a kill, day by day, and leaves a worker nothing to do",
      () =>
        Effect.gen(function* () {
          const service = yield* Simulator
          const env = yield* Settings.env
          const cwd = Cli.folder()
          const directory = join(cwd, "copy")
          yield* service.addFault({ path: "/api/v2/analytics/conversations/details/jobs/", delayMs: 300 })
          let before = 0
          for (const signal of Programs.isProof ? (["SIGINT", "SIGKILL"] as const) : (["SIGKILL"] as const)) {
            const cut = yield* Process.start("genesys", args("copy/"), { env, cwd })
            yield* Effect.repeat(Effect.sleep("10 millis"), { until: () => committed(directory) > before }).pipe(
              Effect.timeout("60 seconds")
            )
            if (signal === "SIGINT") {
              yield* cut.signal(signal)
              const { code, stderr, stdout } = yield* cut.ended
              assert.deepStrictEqual([code, stdout, stderr], [130, "", ""])
              assert.isFalse(existsSync(join(directory, "exporter.lock")))
            } else {
              process.kill(cut.pid, signal)
              yield* Effect.exit(cut.ended)
              assert.isTrue(existsSync(join(directory, "exporter.lock")))
            }
            assert.isBelow(committed(directory), days.length)
            before = committed(directory)
          }
          yield* service.clearFaults
          yield* service.clearJournal
          // It is there now, so it needs no slash.
          const { code, output } = yield* Programs.inTerminal(args(directory), env)
          assert.strictEqual(code, 0, output)
          assert.match(output, /^\D*[\d,]+ conversations of [1-8] days?, in /m)
          const { requests } = yield* service.journal
          const submitted = requests.filter(({ method, path }) => method === "POST" && path.endsWith("/details/jobs"))
          assert.lengthOf(submitted, days.length - before)

          const found = rows(directory, conversations)
          const truth = yield* Effect.forEach(days, (day) => Stream.runCollect(service.truth(day)))
          assert.deepStrictEqual(
            [...found.keys()].toSorted(),
            truth
              .flat()
              .map(({ conversationId }) => conversationId)
              .toSorted()
          )
          const now = yield* service.now
          yield* held(directory)(
            Effect.gen(function* () {
              const sink = yield* Sink
              const range = { since: "2025-11-01", until: "2025-11-10" }
              const again = Duration.toMillis(Duration.days(3))
              assert.deepStrictEqual(Plan.due(yield* sink.checkpoint, { available: now, now }, range, again), [])
            })
          )
        }).pipe(Effect.scoped),
      timeout
    )

    it.effect.skipIf(!Programs.isProof)(
      "leaves a directory alone that a worker has, and says who it is; takes it when the worker has ended",
      () =>
        Effect.gen(function* () {
          const service = yield* Simulator
          const cwd = Cli.folder()
          const directory = join(cwd, "copy")
          const job = {
            name: "copy",
            kind: "conversations",
            since: "2025-11-01",
            every: "1h",
            sink: { ndjson: directory }
          }
          writeFileSync(join(cwd, "worker.json"), JSON.stringify({ jobs: [job] }))
          yield* service.addFault({ path: "/api/v2/analytics/conversations/details/jobs/", delayMs: 300 })
          const worker = yield* Process.start("genesys-worker", ["run", "--file", "worker.json"], {
            env: yield* Settings.env,
            cwd
          })
          yield* Effect.repeat(Effect.sleep("10 millis"), {
            until: () => existsSync(join(directory, "exporter.lock"))
          }).pipe(Effect.timeout("60 seconds"))
          const { code, stderr, stdout } = yield* Cli.genesys(args(directory))
          assert.deepStrictEqual([code, stdout], [1, ""])
          assert.strictEqual(
            stderr,
            `genesys: Another exporter (process ${worker.pid} on ${hostname()}) is at work on ${directory}. Stop it, or give this one another directory.\n`
          )
          yield* service.clearFaults
          yield* worker.signal("SIGTERM")
          assert.strictEqual((yield* worker.ended).code, 0)
          assert.deepInclude(yield* Cli.genesys(args(directory)), { code: 0, stderr: "" })
        }).pipe(Effect.scoped),
      timeout
    )

    it.effect(
      "sends nothing to a database of another machine that it could not be sure of, and says what to write",
      () =>
        Effect.gen(function* () {
          const env = { DATABASE_URL: "postgres://me:canary@db.example.com/contacts?sslmode=require" }
          const { code, stderr, stdout } = yield* Cli.genesys(["users", "export", "--postgres", "DATABASE_URL"], {
            env
          })
          assert.deepStrictEqual([code, stdout], [2, ""])
          assert.match(
            stderr,
            /^genesys: DATABASE_URL is not valid: its sslmode=require does not ask who the server is[^\n]*verify-full[^\n]*\n$/
          )
          assert.notInclude(stderr, "canary")
        }),
      timeout
    )

    it.effect(
      "writes users too, compressed, or into one file",
      () =>
        Effect.gen(function* () {
          const cwd = Cli.folder()
          for (const out of [
            ["--out", "copy/", "--compression", "gzip"],
            ["--out", "users.ndjson"]
          ]) {
            assert.include(yield* Cli.genesys(["users", "export", ...out], { cwd }), {
              code: 0,
              stdout: "",
              stderr: ""
            })
          }
          const found = rows(join(cwd, "copy"), users)
          assert.isTrue(existsSync(join(cwd, "copy/users/users.ndjson.gz")))
          const lines = readFileSync(join(cwd, "users.ndjson"), "utf8").trim().split("\n")
          assert.deepStrictEqual(
            lines.map((line): string => JSON.parse(line).id).toSorted(),
            [...found.keys()].toSorted()
          )
          assert.isAbove(found.size, 10)
        }),
      timeout
    )
  })
})
