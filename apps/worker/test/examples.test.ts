/** Every example of every help does what it says. `PROVE=1`: those of a fleet, too, which `fleet.program.test.ts` has else. */
import { assert, layer } from "@effect/vitest"
import { Simulator } from "@effect-genesys/simulator/Simulator"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schedule from "effect/Schedule"
import { mkdtempSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { stripVTControlCharacters } from "node:util"
import { Postgres } from "../../../packages/export/test/Postgres.ts"
import { freePort } from "../../../scripts/test/FreePort.ts"
import * as InProcess from "./support/InProcess.ts"
import * as Settings from "./support/Settings.ts"
import * as StatusQuestion from "../src/server/StatusQuestion.ts"

const helps: ReadonlyArray<readonly [ReadonlyArray<string>, number]> = [
  [[], 3],
  [["run"], 5],
  [["check"], 2],
  [["status"], 3],
  [["cluster"], 1],
  [["cluster", "status"], 2],
  [["schema"], 1]
]

const examplesIn = (help: string) =>
  [...(stripVTControlCharacters(help).split("EXAMPLES\n")[1] ?? "").matchAll(/^\s+(?:\$ )?genesys-worker (.+)$/gm)].map(
    ([, example = ""]) => example.trim()
  )

const isProof = process.env["PROVE"] !== undefined
const isOfFleet = (example: string) => /\bcluster\b/.test(example)
const started = /worker started[^]*conversations\.details\.query/

/** Whose fleet has a database, where there is to be one. */
const fleet = Effect.gen(function* () {
  const database = yield* Effect.serviceOption(Postgres)
  if (database._tag === "None") return {}
  return {
    GENESYS_WORKER_CLUSTER_URL: yield* database.value.database,
    GENESYS_WORKER_CLUSTER_ADDRESS: `127.0.0.1:${yield* freePort}`
  }
})
const services = isProof ? Layer.merge(Simulator.layer(), Postgres.layer) : Simulator.layer()

layer(services, { excludeTestServices: true, timeout: "2 minutes" })("the examples of --help", (it) => {
  for (const [command, count] of helps) {
    it.effect.skipIf(command[0] === "cluster" && !isProof)(`of genesys-worker ${command.join(" ")} work`, () =>
      Effect.gen(function* () {
        const env = { ...(yield* Settings.env), ...(yield* fleet) }
        const file = join(mkdtempSync(join(tmpdir(), "genesys-worker-")), "worker.yaml")
        const port = yield* freePort
        const http = command[0] === "run" || command[0] === "cluster" ? "" : `http: { port: ${port} }\n`
        writeFileSync(file, `${http}jobs: [{ name: a, kind: watch, every: 1h }]`)
        // There must be a worker to ask.
        if (command[0] === "status" || command.length === 0) {
          yield* Effect.forkScoped(InProcess.run(["run", "--file", file], env, /there is no such line/))
          const place = new URL(`http://127.0.0.1:${port}`)
          yield* Effect.retry(StatusQuestion.ask(place), { schedule: Schedule.spaced("50 millis"), times: 200 })
        }
        // There must be a fleet to look at.
        if (command[0] === "cluster") yield* InProcess.run(["run", "--cluster", "--file", file], env, started)
        const { stdout: help } = yield* InProcess.run([...command, "--help"])
        const examples = examplesIn(help)
        assert.lengthOf(examples, count, help)
        for (const example of examples.filter((one) => isProof || !isOfFleet(one))) {
          const [args = ""] = example.replace("worker.yaml", file).replace("9464", String(port)).split(" > ")
          const isService = args.startsWith("run") && !args.includes("--once")
          if (args.startsWith("run") && http !== "") continue
          const until = isService
            ? started
            : args.includes("--watch")
              ? /^(?:genesys-worker .*, running[^]*){2}/
              : undefined
          const { code, stderr, stdout } = yield* InProcess.run(
            args.split(" "),
            args === "status --json" ? { ...env, GENESYS_WORKER_PORT: String(port) } : env,
            until
          )
          if (isService) assert.include(stderr, "call done", example)
          else if (until === undefined) assert.strictEqual(code, 0, `${example}: ${stderr}`)
          else assert.match(stdout, until, example)
          if (example.includes(" > ") || example.includes("--json")) JSON.parse(stdout)
        }
      })
    )
  }
})
