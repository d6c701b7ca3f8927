/**
 * Signals to the real process, from its first moment: whoever starts a service and tells it something need not wait until it is ready.
 * `PROVE=1`: each signal in each of many moments, and to each kind of process; else one of them in one moment.
 */
import { assert, describe, it } from "@effect/vitest"
import { Simulator } from "@effect-genesys/simulator/Simulator"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import { spawn } from "node:child_process"
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import * as Process from "./support/Process.ts"
import * as Settings from "./support/Settings.ts"

const isProof = process.env["PROVE"] !== undefined
const timeout = 240_000
const isLinux = process.platform === "linux"

const folder = () => mkdtempSync(join(tmpdir(), "genesys-signals-"))
const settings = (jobs: ReadonlyArray<object>) => {
  const file = join(folder(), "worker.json")
  writeFileSync(file, JSON.stringify({ jobs }))
  return file
}
const watch = { name: "a", kind: "watch", every: "1h" }

/** A started process, of which it is known by which signal it ended. */
const start = Effect.fnUntraced(function* (args: ReadonlyArray<string>, env: Process.Env) {
  const [command = "", ...rest] = [...Process.command("genesys-worker"), ...args]
  const ended = yield* Deferred.make<number | NodeJS.Signals | null>()
  const said = { text: "" }
  const child = yield* Effect.acquireRelease(
    Effect.sync(() =>
      spawn(process.execPath, [command, ...rest], { env: { ...Process.base(), ...env }, cwd: tmpdir() })
    ),
    (running) => Effect.sync(() => running.kill("SIGKILL"))
  )
  for (const output of [child.stdout, child.stderr]) output.on("data", (part: Buffer) => (said.text += part.toString()))
  child.on("close", (code, signal) => void Deferred.doneUnsafe(ended, Effect.succeed(signal ?? code)))
  /** Whether it has said what SIGHUP means to it: Node itself says so of other signals, and not of this one. */
  const isListening = () => {
    try {
      const mask = /^SigCgt:\s*([\da-f]+)$/m.exec(readFileSync(`/proc/${child.pid}/status`, "utf8"))?.[1] ?? "0"
      return (BigInt(`0x${mask}`) & 1n) === 1n
    } catch {
      return false
    }
  }
  return {
    isListening,
    listening: Effect.repeat(Effect.sleep("1 millis"), { until: isListening }),
    signal: (name: NodeJS.Signals) => Effect.sync(() => void child.kill(name)),
    ended: Deferred.await(ended).pipe(Effect.timeout("60 seconds")),
    until: (pattern: RegExp) =>
      Effect.repeat(Effect.sleep("20 millis"), { until: () => pattern.test(said.text) }).pipe(
        Effect.timeout("60 seconds"),
        Effect.tapError(() => Effect.sync(() => console.error(said.text)))
      )
  }
})

type Moment = number | "first"
/** Milliseconds from its start; the first moment in which it can help itself. */
const moments: ReadonlyArray<Moment> = [0, 10, 30, 100, 300, 1_000, ...(isLinux ? (["first"] as const) : [])]
const earliest: Moment = isLinux ? "first" : 1_000
const named = (moment: Moment) => (moment === "first" ? "as soon as it can hear it" : `after ${moment} ms`)
const enders = ["SIGTERM", "SIGINT"] as const

describe("from its first moment,", () => {
  for (const moment of moments) {
    it.live.skipIf(moment !== earliest && !isProof)(
      `SIGHUP does not end a worker that can hear it: it reads its settings again when it is ready (${named(moment)})`,
      () =>
        Effect.gen(function* () {
          const worker = yield* start(["run", "--file", settings([watch])], yield* Settings.env)
          yield* moment === "first" ? worker.listening : Effect.sleep(moment)
          const heard = worker.isListening()
          yield* worker.signal("SIGHUP")
          if (!heard) {
            // Before Node runs anything of ours, a signal is the system's business. It may just have come to be heard.
            const ended = yield* Effect.raceFirst(
              worker.ended,
              Effect.as(worker.until(/settings reloaded/), "reloaded" as const)
            )
            return assert.include(["SIGHUP", "reloaded"], String(ended))
          }
          yield* worker.until(/worker started[^]*settings reloaded/)
          yield* worker.signal("SIGHUP")
          yield* worker.until(/settings reloaded[^]*settings reloaded/)
          yield* worker.signal("SIGTERM")
          assert.strictEqual(yield* worker.ended, 0)
        }).pipe(Effect.scoped, Effect.provide(Simulator.layer())),
      timeout
    )
  }

  const job = {
    name: "b",
    kind: "command",
    every: "1h",
    command: [process.execPath, "-e", "setTimeout(() => {}, 60e3)"]
  }
  const codes: ReadonlyArray<readonly [args: ReadonlyArray<string>, code: number, short: Moment, by: NodeJS.Signals]> =
    [
      [["run"], 0, earliest, "SIGINT"],
      [["run", "--once"], 130, 1_000, "SIGTERM"]
    ]
  for (const [args, code, short, by] of codes) {
    for (const moment of moments) {
      for (const signal of enders) {
        it.live.skipIf((moment !== short || signal !== by) && !isProof)(
          `${signal} ends genesys-worker ${args.join(" ")} in good order, with ${code} (${named(moment)})`,
          () =>
            Effect.gen(function* () {
              const worker = yield* start([...args, "--file", settings([job])], yield* Settings.env)
              yield* moment === "first" ? worker.listening : Effect.sleep(moment)
              const heard = worker.isListening()
              yield* worker.signal(signal)
              const ended = yield* worker.ended
              // Never a code that means something else.
              if (heard) assert.strictEqual(ended, code)
              else assert.include([signal, code], ended)
            }).pipe(Effect.scoped, Effect.provide(Simulator.layer())),
          timeout
        )
      }
    }
  }

  it.live.skipIf(!isProof)(
    "a second wish to end is one to end at once",
    () =>
      Effect.gen(function* () {
        if (!isLinux) return
        const worker = yield* start(["run"], yield* Settings.env)
        yield* worker.listening
        yield* worker.signal("SIGTERM")
        // Two signals at the same moment may arrive as one.
        yield* Effect.sleep("20 millis")
        yield* worker.signal("SIGINT")
        assert.include([0, 130], yield* worker.ended)
      }).pipe(Effect.scoped, Effect.provide(Simulator.layer())),
    timeout
  )
})

describe("SIGHUP", () => {
  it.live(
    `ends no worker that finishes what runs${isProof ? ", and none without a file; it ends one that runs jobs once, and genesys" : ""}`,
    () =>
      Effect.gen(function* () {
        const env = yield* Settings.env
        const [begun, done] = [join(folder(), "begun"), join(folder(), "done")]
        const program = `const { writeFileSync } = require("node:fs")
          writeFileSync(${JSON.stringify(begun)}, "")
          setTimeout(() => writeFileSync(${JSON.stringify(done)}, ""), 2500)`
        const isThere = (path: string) =>
          Effect.repeat(Effect.sleep("20 millis"), { until: () => existsSync(path) }).pipe(Effect.timeout("60 seconds"))
        const job = { name: "b", kind: "command", every: "1h", command: [process.execPath, "-e", program] }
        const draining = Effect.gen(function* () {
          const worker = yield* start(["run", "--file", settings([job])], env)
          yield* isThere(begun)
          yield* worker.signal("SIGTERM")
          yield* Effect.sleep("200 millis")
          yield* worker.signal("SIGHUP")
          assert.strictEqual(yield* worker.ended, 0)
          assert.isTrue(existsSync(done))
        }).pipe(Effect.scoped)
        const withoutFile = Effect.gen(function* () {
          const worker = yield* start(["run"], env)
          yield* worker.until(/worker started/)
          yield* worker.signal("SIGHUP")
          yield* worker.until(/there is no settings file to read again/)
          yield* worker.signal("SIGTERM")
          assert.strictEqual(yield* worker.ended, 0)
        }).pipe(Effect.scoped)
        const once = Effect.gen(function* () {
          const path = join(folder(), "begun")
          const text = `require("node:fs").writeFileSync(${JSON.stringify(path)}, ""); setTimeout(() => {}, 60e3)`
          const long = { ...job, command: [process.execPath, "-e", text] }
          const worker = yield* start(["run", "--once", "--file", settings([long])], env)
          yield* isThere(path)
          yield* worker.signal("SIGHUP")
          assert.strictEqual(yield* worker.ended, 130)
        }).pipe(Effect.scoped)
        const command = Effect.gen(function* () {
          const simulator = yield* Process.start("genesys", ["simulator"])
          yield* simulator.until(/CLIENT_SECRET/)
          yield* simulator.signal("SIGHUP")
          assert.strictEqual((yield* simulator.ended).code, 130)
        }).pipe(Effect.scoped)
        const kinds = isProof ? [draining, withoutFile, once, command] : [draining]
        yield* Effect.all(kinds, { concurrency: 2, discard: true })
      }).pipe(Effect.provide(Simulator.layer())),
    timeout
  )
})
