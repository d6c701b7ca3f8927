/** Every example of the help of these commands does what it says. */
import { assert, describe, it } from "@effect/vitest"
import { Simulator } from "@effect-genesys/simulator/Simulator"
import * as Effect from "effect/Effect"
import { mkdtempSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { stripVTControlCharacters } from "node:util"
import * as Process from "../../worker/test/support/Process.ts"
import * as Settings from "../../worker/test/support/Settings.ts"

/** What a command that runs until it is stopped has printed when it runs. */
const running: Readonly<Record<string, RegExp>> = { proxy: /the proxy runs/, watch: /conversations\.details\.query/ }

const examplesOf = Effect.fnUntraced(function* (command: string) {
  const { stdout } = yield* Process.run("genesys", [command, "--help"])
  const section = stripVTControlCharacters(stdout).split("EXAMPLES\n")[1] ?? ""
  return [...section.matchAll(/^\s+(?:\$ )?genesys (.+)$/gm)].map(([, args = ""]) => args.trim().split(/\s+/))
})

describe("the examples of --help", () => {
  for (const [command, count] of [
    ["proxy", 4],
    ["watch", 3],
    ["doctor", 3]
  ] as const) {
    it.live(
      `of genesys ${command} work`,
      () =>
        Effect.gen(function* () {
          const env = yield* Settings.env
          const examples = yield* examplesOf(command)
          assert.lengthOf(examples, count)
          for (const example of examples) {
            // The port may be in use on the machine of the test.
            const args = example.map((arg) => (arg === "8899" ? "0" : arg))
            const cwd = mkdtempSync(join(tmpdir(), "genesys-"))
            const program = yield* Process.start("genesys", args, { env, cwd })
            const pattern = running[command]
            if (pattern !== undefined) {
              yield* program.until(pattern)
              yield* program.signal("SIGINT")
            }
            const { code, stderr } = yield* program.ended
            assert.strictEqual(code, pattern === undefined ? 0 : 130, `${args.join(" ")}: ${stderr}`)
          }
        }).pipe(Effect.scoped, Effect.provide(Simulator.layer())),
      120_000
    )
  }
})
