/**
 * A day of 1,000,000 conversations under Genesys' limit of 300 calls a minute, exported into files by `genesys conversations
 * export`, and again over what is there by `genesys-worker run --once`, both as they were built and as people run them: memory, and
 * how much of the allowance is used; as lines of JSON, and as Parquet. It takes half an hour, and 3 GB of disk for a while.
 */
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { fork } from "node:child_process"
import { rmSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import * as Load from "./Load.ts"
import * as Surroundings from "./Surroundings.ts"

const conversationsPerHour = 41_667
const secret = "secret"
const clients = [{ id: "caller", secret, tokenLifetime: 86_400 }]
const day = 86_400_000
/** Seconds that the data lake is behind. */
const dataLag = 300
/** And from one `dataAvailabilityDate` to the next. */
const step = 300
const formats = ["ndjson", "parquet"]

const bin = (app: string, file: string) =>
  fileURLToPath(import.meta.resolve(`@effect-genesys/${app}/package.json`).replace("package.json", `bin/${file}`))
const genesys = bin("cli", "genesys.cjs")
const worker = bin("worker", "genesys-worker.cjs")

const Journal = Schema.fromJsonString(
  Schema.Struct({
    answers: Schema.Record(Schema.String, Schema.Int),
    rateWindows: Schema.Array(Schema.Struct({ count: Schema.Int }))
  })
)

const Clock = Schema.fromJsonString(Schema.Struct({ now: Schema.String }))

/** Runs the program to its end, with no flags of Node but for one that has it say its peak of memory, in bytes. */
const peakOf = (program: string, args: ReadonlyArray<string>, env: NodeJS.ProcessEnv) =>
  Effect.callback<number>((resume) => {
    const execArgv = ["--import", import.meta.resolve("./PeakMemory.ts")]
    const child = fork(program, args, { execArgv, env })
    let peak = 0
    child.on("message", (said) => (peak = Number(said)))
    child.once("exit", (code) =>
      resume(code === 0 ? Effect.succeed(peak) : Effect.die(new Error(`${program} ended with ${code}`)))
    )
    return Effect.sync(() => child.kill("SIGKILL"))
  })

/** Milliseconds since 1970 of the simulator's clock, after so many seconds. */
const advance = Effect.fnUntraced(function* (simulator: Load.Server, advanceSeconds: number) {
  const { now } = yield* Load.once(simulator, {
    method: "POST",
    path: "/_control/clock",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ advanceSeconds })
  }).pipe(Effect.flatMap(Schema.decodeEffect(Clock)), Effect.orDie)
  return Date.parse(now)
})

export const exportDay = Effect.scoped(
  Effect.gen(function* () {
    const directory = yield* Surroundings.home
    const options = { clients, conversationsPerHour, callsPerMinute: 300, dataLag }
    const simulator = yield* Load.start("./SimulatorServer.ts", JSON.stringify(options))
    const env = Surroundings.env(directory, { url: simulator.url, clientId: "caller", secret })
    // Just past midnight, when the day before is complete and the one that is open is small.
    const now = yield* advance(simulator, 1)
    const today = new Date(now).toISOString().slice(0, 10)
    yield* advance(simulator, (Date.parse(today) + day - now) / 1000 + dataLag + step)

    const measured = Effect.fnUntraced(function* (what: string, program: string, args: ReadonlyArray<string>) {
      const [took, peak] = yield* Effect.timed(peakOf(program, args, env))
      const text = yield* Load.once(simulator, { method: "GET", path: "/_control/journal" })
      const { answers, rateWindows } = yield* Effect.orDie(Schema.decodeEffect(Journal)(text))
      yield* Effect.logInfo(what).pipe(
        Effect.annotateLogs({
          seconds: Math.round(Duration.toSeconds(took)),
          peakMegabytes: Math.round(peak / 1_000_000),
          answers: JSON.stringify(answers),
          callsInEachWindow: rateWindows.map(({ count }) => count).join(" ")
        })
      )
    })
    for (const format of formats) {
      const copy = join(directory, format)
      const settings = join(directory, `${format}.json`)
      const job = { name: "day", kind: "conversations", every: "1h", since: today, sink: { ndjson: copy, format } }
      writeFileSync(settings, JSON.stringify({ jobs: [job] }))
      const out = ["--interval", today, "--out", `${copy}/`, "--format", format]
      yield* measured(`a day of 1,000,000 conversations as ${format}, by genesys`, genesys, [
        "conversations",
        "export",
        ...out
      ])
      // The job of the worker has something to do once the data lake has moved on.
      yield* advance(simulator, step)
      yield* measured("merged with the day again, by genesys-worker", worker, ["run", "--once", "--file", settings])
      rmSync(copy, { recursive: true })
    }
  })
)
