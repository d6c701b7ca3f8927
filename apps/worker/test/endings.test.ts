/**
 * A short program with a large settings file ends, each time: with flags of V8 that are meant for exports, some did not.
 * `PROVE=1`: 300 times each; else one that runs its jobs, once.
 */
import { assert, describe, it } from "@effect/vitest"
import { Simulator } from "@effect-genesys/simulator/Simulator"
import * as Effect from "effect/Effect"
import { mkdtempSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import * as Process from "./support/Process.ts"
import * as Settings from "./support/Settings.ts"

const isProof = process.env["PROVE"] !== undefined
const times = isProof ? 300 : 1

describe("with a settings file of half a megabyte,", () => {
  const file = join(mkdtempSync(join(tmpdir(), "genesys-endings-")), "worker.json")
  const jobs = Array.from({ length: 3_000 }, (_, at) => ({
    name: `job-${at}`,
    kind: "command",
    every: "1h",
    command: ["true", "x".repeat(80)]
  }))
  writeFileSync(file, JSON.stringify({ jobs }), { mode: 0o600 })
  const once = join(mkdtempSync(join(tmpdir(), "genesys-endings-")), "worker.json")
  const words = Array.from({ length: 3_000 }, () => "x".repeat(150))
  writeFileSync(
    once,
    JSON.stringify({ jobs: [{ name: "a", kind: "command", every: "1h", command: ["true", ...words] }] }),
    {
      mode: 0o600
    }
  )

  for (const args of [
    ["check", "--file", file],
    ["run", "--once", "--file", once]
  ]) {
    it.live.skipIf(args[0] === "check" && !isProof)(
      `genesys-worker ${args.slice(0, -2).join(" ")} ends`,
      () =>
        Effect.gen(function* () {
          const env = yield* Settings.env
          const run = Effect.timeout(Process.run("genesys-worker", args, { env }), "60 seconds")
          const ended = yield* Effect.all(
            Array.from({ length: times }, () => run),
            { concurrency: 2 }
          )
          assert.deepStrictEqual(
            ended.filter(({ code }) => code !== 0),
            []
          )
        }).pipe(Effect.provide(Simulator.layer())),
      3_600_000
    )
  }
})
