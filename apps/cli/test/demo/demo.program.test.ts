/** The demo as a process, which starts another one. `PROVE=1`: also ended by a signal; else by a reader who goes. */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { spawn } from "node:child_process"
import type { Readable } from "node:stream"
import * as Process from "../../../worker/test/support/Process.ts"
import * as Programs from "../support/Programs.ts"

const timeout = 240_000

const isRunning = (pid: number) => {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

const collect = (stream: Readable) => {
  const read = { text: "" }
  stream.on("data", (part: Buffer) => {
    read.text += part.toString()
  })
  return read
}

describe("genesys demo", () => {
  it.live(
    "shows renewals, a revoked token and an outage, and no call fails",
    () =>
      Effect.gen(function* () {
        const { code, stderr, stdout } = yield* Process.run("genesys", ["demo"])
        assert.deepStrictEqual([code, stderr], [0, ""])
        const count = (name: string) => Number(new RegExp(`^${name} +(\\d+)`, "m").exec(stdout)?.[1])
        const lines = (pattern: RegExp) => [...stdout.matchAll(pattern)].length
        assert.strictEqual(count("calls"), lines(/^.* call {7}.*$/gm))
        assert.isAbove(count("calls"), 20)
        assert.strictEqual(count("failed calls"), 0)
        assert.strictEqual(count("401s seen"), 1)
        assert.strictEqual(count("401s absorbed"), 1)
        assert.strictEqual(count("renewals"), lines(/ token {6}(?:issued|renewed)/g) - 1)
        assert.isAbove(lines(/renewed ahead of time/g), 1)
        assert.isAbove(lines(/answered with status 503/g), 0)
        assert.isAtLeast(count("token requests"), count("renewals") + 1)
      }),
    timeout
  )

  it.live(
    "ends quietly when nobody reads it any more, and leaves no process behind",
    () =>
      Effect.gen(function* () {
        const demo = spawn(process.execPath, [...Process.command("genesys"), "demo"], {
          stdio: ["ignore", "pipe", "pipe"]
        })
        yield* Effect.addFinalizer(() => Effect.sync(() => demo.kill("SIGKILL")))
        const [stdout, stderr] = [collect(demo.stdout), collect(demo.stderr)]
        yield* Effect.repeat(Effect.sleep("20 millis"), { until: () => /users\.search/.test(stdout.text) })
        const worker = Number(/worker +process (\d+)/.exec(stdout.text)?.[1])
        demo.stdout.destroy()
        const code = yield* Effect.callback<number | null>((resume) => {
          demo.on("exit", (exitCode) => resume(Effect.succeed(exitCode)))
        }).pipe(Effect.timeout("5 seconds"))
        assert.deepStrictEqual([code, stderr.text], [141, ""])
        assert.isFalse(isRunning(worker))
      }).pipe(Effect.scoped),
    timeout
  )

  it.live.skipIf(!Programs.isProof)(
    "ends at once on SIGINT, with 130, and leaves no process behind",
    () =>
      Effect.gen(function* () {
        const demo = yield* Process.start("genesys", ["demo"])
        const { stdout } = yield* demo.until(/users\.search/)
        const worker = Number(/worker +process (\d+)/.exec(stdout)?.[1])
        assert.isTrue(isRunning(worker))
        yield* demo.signal("SIGINT")
        const { code } = yield* Effect.timeout(demo.ended, "3 seconds")
        assert.strictEqual(code, 130)
        assert.isFalse(isRunning(worker))
      }).pipe(Effect.scoped),
    timeout
  )
})
