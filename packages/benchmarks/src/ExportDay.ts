/**
 * A day of 1,000,000 conversations, exported into files under Genesys' limit of 300 calls a minute, and again over what is
 * there: memory, and how much of the allowance is used. It takes a quarter of an hour, and 8 GB of disk for a while.
 */
import * as Effect from "effect/Effect"
import * as Queue from "effect/Queue"
import * as Schema from "effect/Schema"
import { fork } from "node:child_process"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import * as Load from "./Load.ts"

const conversationsPerHour = 41_667
const clients = [{ id: "caller", secret: "secret", tokenLifetime: 86_400 }]

const Said = Schema.Struct({ rows: Schema.Int, failed: Schema.Int, seconds: Schema.Finite, peak: Schema.Finite })
const Journal = Schema.fromJsonString(
  Schema.Struct({
    answers: Schema.Record(Schema.String, Schema.Int),
    rateWindows: Schema.Array(Schema.Struct({ count: Schema.Int }))
  })
)

export const exportDay = Effect.scoped(
  Effect.gen(function* () {
    const directory = yield* Effect.acquireRelease(
      Effect.sync(() => mkdtempSync(join(tmpdir(), "genesys-export-"))),
      (path) => Effect.sync(() => rmSync(path, { recursive: true, force: true }))
    )
    const options = { clients, conversationsPerHour, callsPerMinute: 300 }
    const simulator = yield* Load.start("./SimulatorServer.ts", JSON.stringify(options))
    const script = fileURLToPath(import.meta.resolve("./ExportServer.ts"))
    const said = yield* Queue.unbounded<unknown>()
    yield* Effect.acquireRelease(
      Effect.sync(() => {
        const child = fork(script, [simulator.url, directory])
        child.on("message", (line) => Queue.offerUnsafe(said, line))
        return child
      }),
      (child) => Effect.sync(() => child.kill("SIGKILL"))
    )
    for (const what of ["first", "again, merged"]) {
      const { failed, peak, rows, seconds } = yield* Effect.flatMap(
        Queue.take(said),
        Schema.decodeUnknownEffect(Said)
      ).pipe(Effect.orDie)
      const text = yield* Load.once(simulator, { method: "GET", path: "/_control/journal" })
      const { answers, rateWindows } = yield* Effect.orDie(Schema.decodeEffect(Journal)(text))
      yield* Effect.logInfo(`a day of 1,000,000 conversations, ${what}`).pipe(
        Effect.annotateLogs({
          rows,
          failed,
          seconds: Math.round(seconds),
          peakMegabytes: Math.round(peak / 1024 / 1024),
          answers: JSON.stringify(answers),
          callsInEachWindow: rateWindows.map(({ count }) => count).join(" ")
        })
      )
    }
  })
)
