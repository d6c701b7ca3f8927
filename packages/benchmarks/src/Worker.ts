/** How soon `genesys-worker`, as it was built, is ready for its jobs, and what memory it takes when it rests. */
import { Simulator } from "@effect-genesys/simulator/Simulator"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import { type ChildProcess, execFile, spawn } from "node:child_process"
import { once } from "node:events"
import { readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import * as Measure from "./Measure.ts"
import * as Surroundings from "./Surroundings.ts"

const program = fileURLToPath(
  import.meta.resolve("@effect-genesys/worker/package.json").replace("package.json", "bin/genesys-worker.cjs")
)

const jobs = (folder: string) => [
  { name: "watch", kind: "watch", every: "1h" },
  { name: "people", kind: "users", every: "1h", sink: { ndjson: join(folder, "copy") } },
  {
    name: "conversations",
    kind: "conversations",
    since: new Date().toISOString().slice(0, 10),
    every: "1h",
    sink: { ndjson: join(folder, "copy") }
  }
]

const bare = Effect.callback<void>((resume) => {
  execFile(process.execPath, ["-e", "0"], () => resume(Effect.void))
})

/** Starts one; it is ended with the scope. */
const started = (env: NodeJS.ProcessEnv, file: string) =>
  Effect.acquireRelease(
    Effect.sync(() =>
      spawn(process.execPath, [program, "run", "--file", file], { env, stdio: ["ignore", "ignore", "pipe"] })
    ),
    (child) =>
      Effect.promise(async () => {
        if (child.exitCode !== null) return
        child.kill("SIGTERM")
        await once(child, "exit")
      })
  )

/** Until its log has said so. */
const said = (child: ChildProcess, what: RegExp) =>
  Effect.callback<void>((resume) => {
    let text = ""
    child.stderr?.on("data", (part: Buffer) => {
      text += part.toString()
      if (what.test(text)) resume(Effect.void)
    })
    child.once("exit", () => resume(Effect.die(new Error(text))))
  })

/** Of `/proc`, in MB. */
const memory = (pid: number) => {
  const [, kb = "0"] = /^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, "utf8")) ?? []
  return Number(kb) / 1024
}

export const worker = Effect.gen(function* () {
  const { clientId, clientSecret, url } = yield* Simulator
  const folder = yield* Surroundings.home
  const file = join(folder, "worker.json")
  writeFileSync(file, JSON.stringify({ http: { port: 0 }, jobs: jobs(folder) }))
  const env = Surroundings.env(folder, { url, clientId, secret: Redacted.value(clientSecret) })
  // It answers HTTP before it says that it has started.
  const ready = Effect.scoped(
    Effect.gen(function* () {
      const begin = performance.now()
      yield* Effect.flatMap(started(env, file), (child) => said(child, /worker started/))
      return performance.now() - begin
    })
  )
  const rows = yield* Measure.rounds(
    [
      { name: "node -e 0", run: Measure.millis(bare) },
      { name: "genesys-worker run, until it is ready", run: ready, target: { ratio: 4 } }
    ],
    { warmUp: 2, rounds: 11 }
  )
  yield* Measure.print("Start of the worker, three jobs", rows, "ms", [
    "Where it misses its aim: of the processor's time beyond that of Node, a fifth takes in what was compiled before and reads files,",
    "a seventh are Node's own modules (HTTP, DNS, streams), a quarter runs the bodies of modules (Effect, Schemas), and the rest reads the",
    "settings and builds services and the HTTP server. Undici, sinks, cryptography and the database client are loaded when they are used."
  ])
  if (process.platform !== "linux") return yield* Console.log("What memory it takes, only Linux tells.")
  const rest = Effect.scoped(
    Effect.gen(function* () {
      const child = yield* started(env, file)
      yield* said(child, /(?:job done[\s\S]*){3}/)
      // A look a second, after what its jobs have used was given back.
      yield* Effect.sleep("20 seconds")
      const look = Effect.sync(() => memory(child.pid ?? 0))
      return yield* Effect.replicateEffect(Effect.delay(look, "1 second"), 20)
    })
  )
  const figures = yield* rest
  yield* Measure.print(
    "Memory of the worker at rest, its three jobs done once",
    [
      {
        candidate: { name: "genesys-worker run", run: rest.pipe(Effect.as(0)), target: { figure: 90 } },
        figures,
        ratios: [1]
      }
    ],
    "MB",
    [
      "Where it misses its aim: half of it are pages of Node itself, which all processes of one Node share. Of the rest, V8's heap is",
      "28 MB, of which 20 MB are alive; what malloc keeps in the arenas of Node's threads is about 10 MB (MALLOC_ARENA_MAX=1 in the",
      "environment gives some of it back). Flags of V8 that make the heap smaller (--optimize-for-size and the like) slow down what it does."
    ]
  )
}).pipe(Effect.scoped, Effect.provide(Simulator.layer({ tokenLifetime: 86_400 })), Effect.orDie)
