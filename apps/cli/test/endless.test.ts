/** Work that never ends, or waits for what never comes: a signal ends the program all the same. */
import { assert, it } from "@effect/vitest"
import { Simulator } from "@effect-genesys/simulator/Simulator"
import * as Effect from "effect/Effect"
import { execFileSync } from "node:child_process"
import { mkdtempSync } from "node:fs"
import { writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import * as Process from "../../worker/test/support/Process.ts"
import * as Settings from "../../worker/test/support/Settings.ts"

const pipe = () => {
  const path = join(mkdtempSync(join(tmpdir(), "genesys-pipe-")), "input")
  execFileSync("mkfifo", [path])
  return path
}

const timeout = 60_000

const endless: ReadonlyArray<readonly [string, () => ReadonlyArray<string>]> = [
  ["an expression of jq that never ends", () => ["token", "--jq", "last(repeat(.))"]],
  ["an input that is a pipe to which nobody writes", () => ["api", "POST", "users/search", "--input", pipe()]],
  ["a scenario that is one", () => ["simulator", "--port", "0", "--scenario", pipe()]]
]

for (const [what, args] of endless) {
  it.live(
    `${what} ends with the first signal`,
    () =>
      Effect.gen(function* () {
        const program = yield* Process.start("genesys", args(), { env: yield* Settings.env })
        // It has begun by then, however busy the machine is: else it would end even sooner.
        yield* Effect.sleep("2 seconds")
        yield* program.signal("SIGTERM")
        const exit = yield* Effect.exit(program.ended).pipe(Effect.timeoutOption("10 seconds"))
        assert.strictEqual(exit._tag, "Some", "it goes on")
      }).pipe(Effect.scoped, Effect.provide(Simulator.layer())),
    timeout
  )
}

it.live(
  "a pipe to which somebody writes late is read to its end",
  () =>
    Effect.gen(function* () {
      const path = pipe()
      const args = ["api", "POST", "analytics/conversations/details/query", "--input", path, "--output", "json"]
      const program = yield* Process.start("genesys", args, { env: yield* Settings.env })
      yield* Effect.sleep("1 second")
      yield* Effect.promise(() =>
        writeFile(path, `{"interval":"2026-11-01T00:00Z/2026-11-01T01:00Z"${" ".repeat(200_000)}}`)
      )
      const { code, stderr } = yield* program.ended
      assert.deepStrictEqual([code, stderr], [0, ""])
    }).pipe(Effect.scoped, Effect.provide(Simulator.layer())),
  timeout
)
