/** Every example of every help does what it says. */
import { assert, describe, it } from "@effect/vitest"
import { Simulator } from "@effect-genesys/simulator/Simulator"
import * as Effect from "effect/Effect"
import { mkdtempSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { stripVTControlCharacters } from "node:util"
import * as InProcess from "./support/InProcess.ts"
import * as Settings from "./support/Settings.ts"

const helps: ReadonlyArray<readonly [ReadonlyArray<string>, number]> = [
  [[], 2],
  [["run"], 4],
  [["check"], 2],
  [["schema"], 1]
]

const examplesIn = (help: string) =>
  [...(stripVTControlCharacters(help).split("EXAMPLES\n")[1] ?? "").matchAll(/^\s+(?:\$ )?genesys-worker (.+)$/gm)].map(
    ([, example = ""]) => example.trim()
  )

describe("the examples of --help", () => {
  for (const [command, count] of helps) {
    it.live(`of genesys-worker ${command.join(" ")} work`, () =>
      Effect.gen(function* () {
        const env = yield* Settings.env
        const file = join(mkdtempSync(join(tmpdir(), "genesys-worker-")), "worker.yaml")
        writeFileSync(file, "jobs: [{ name: a, kind: watch, every: 1h }]")
        const { stdout: help } = yield* InProcess.run([...command, "--help"])
        const examples = examplesIn(help)
        assert.lengthOf(examples, count, help)
        for (const example of examples) {
          const [args = ""] = example.replace("worker.yaml", file).split(" > ")
          const isService = args.startsWith("run") && !args.includes("--once")
          const { code, stderr, stdout } = yield* InProcess.run(
            args.split(" "),
            env,
            isService ? /worker started[^]*conversations\.details\.query/ : undefined
          )
          if (isService) assert.include(stderr, "call done", example)
          else assert.strictEqual(code, 0, `${example}: ${stderr}`)
          if (example.includes(" > ") || example.includes("--json")) JSON.parse(stdout)
        }
      }).pipe(Effect.provide(Simulator.layer()))
    )
  }
})
