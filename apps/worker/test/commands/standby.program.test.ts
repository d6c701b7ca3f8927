/** Two workers with one settings file, as somebody starts a second one by mistake, or as a spare. */
import { assert, describe, it } from "@effect/vitest"
import { Simulator } from "@effect-genesys/simulator/Simulator"
import * as Effect from "effect/Effect"
import { existsSync, mkdtempSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import * as Process from "../support/Process.ts"
import * as Settings from "../support/Settings.ts"

describe("a second worker on one sink", () => {
  it.live(
    "says so once, and takes over when the first is killed",
    () =>
      Effect.gen(function* () {
        const folder = mkdtempSync(join(tmpdir(), "genesys-standby-"))
        const file = join(folder, "worker.json")
        const people = { name: "people", kind: "users", every: "1s", sink: { ndjson: join(folder, "data") } }
        writeFileSync(file, JSON.stringify({ jobs: [people] }))
        const env = { ...(yield* Settings.env), LOG_FORMAT: "json" }
        const start = (...more: ReadonlyArray<string>) =>
          Process.start("genesys-worker", ["run", "--file", file, ...more], { env })
        const first = yield* start()
        yield* first.until(/job\.done/)
        const second = yield* start()
        yield* second.until(/job\.standby.*Another exporter \(process \d+ on /)
        // Whoever exports once is told who has it.
        const once = yield* Process.run("genesys-worker", ["run", "--file", file, "--once"], { env })
        assert.notStrictEqual(once.code, 0)
        assert.include(once.stderr, `process ${first.pid} on`)
        yield* Effect.sync(() => process.kill(first.pid, "SIGKILL"))
        const { stderr } = yield* second.until(/job\.taken-over[^]*job\.done/)
        assert.lengthOf(stderr.match(/job\.standby/g) ?? [], 1)
        assert.notInclude(stderr, "job.failed")
        yield* second.signal("SIGTERM")
        assert.strictEqual((yield* second.ended).code, 0)
        assert.isFalse(existsSync(join(folder, "data", "exporter.lock")))
      }).pipe(Effect.scoped, Effect.provide(Simulator.layer({ users: 5, rateLimit: "off", mintLimit: "off" }))),
    60_000
  )
})
