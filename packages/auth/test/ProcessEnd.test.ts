/** Whole programs that have a token manager as promises: when they end, and what they hold after they were stopped for a while. */
import { assert, describe, it } from "@effect/vitest"
import { Simulator } from "@effect-genesys/simulator/Simulator"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import { type ChildProcess, spawn } from "node:child_process"
import { fileURLToPath } from "node:url"
import * as Bundled from "../../../scripts/test/Bundled.ts"

const program = fileURLToPath(new URL("programs/asks.ts", import.meta.url))

/** A program that was started, its lines in turn, and its end. */
const start = (mode: string) =>
  Effect.acquireRelease(
    Effect.gen(function* () {
      const { clientId, clientSecret, url } = yield* Simulator
      const file = yield* Effect.promise(() => Bundled.program(program))
      const args = [...file, mode, url, clientId, Redacted.value(clientSecret)]
      const env = { ...process.env, NODE_COMPILE_CACHE: Bundled.compiled() }
      const child = spawn(process.execPath, args, { stdio: ["pipe", "pipe", "inherit"], env })
      return { child, ended: new Promise<number | null>((done) => child.once("exit", done)) }
    }),
    ({ child }) => Effect.sync(() => child.kill("SIGKILL"))
  )

const line = ({ stdout }: ChildProcess) =>
  Effect.promise(() => new Promise<string>((done) => stdout?.once("data", (text: Buffer) => done(String(text).trim()))))

const isTaken = Effect.fnUntraced(function* (token: string) {
  const { url } = yield* Simulator
  const headers = { authorization: `Bearer ${token}` }
  const answer = yield* Effect.promise(() => fetch(`${url}/api/v2/tokens/me`, { headers }))
  return answer.status === 200
})

/** Long enough for a program to end that has nothing to do. */
const patience = "2 seconds"

describe("a program that never closes its manager", () => {
  it.live("ends when it has its token", () =>
    Effect.gen(function* () {
      const { child, ended } = yield* start("once")
      assert.isTrue(yield* isTaken(yield* line(child)))
      assert.strictEqual(
        yield* Effect.timeout(
          Effect.promise(() => ended),
          patience
        ),
        0
      )
    }).pipe(Effect.scoped, Effect.provide(Simulator.layer()))
  )

  it.live("lives on if it wants to, and renews its token", () =>
    Effect.gen(function* () {
      const { child, ended } = yield* start("keep")
      yield* line(child)
      const simulator = yield* Simulator
      const renewed = Effect.repeat(Effect.delay(simulator.journal, "50 millis"), {
        until: ({ tokenRequests }) => tokenRequests > 1
      })
      yield* Effect.timeout(renewed, "10 seconds")
      assert.isNull(child.exitCode)
      child.kill("SIGTERM")
      assert.isNull(yield* Effect.promise(() => ended))
    }).pipe(Effect.scoped, Effect.provide(Simulator.layer({ tokenLifetime: 2 })))
  )

  it.live("gets a good token after it was stopped for longer than a token lives", () =>
    Effect.gen(function* () {
      const { child } = yield* start("again")
      const first = yield* line(child)
      child.kill("SIGSTOP")
      // Only the time of the machine passes for a process that is stopped.
      yield* Effect.sleep(Duration.seconds(2.2))
      assert.isFalse(yield* isTaken(first))
      child.kill("SIGCONT")
      child.stdin?.write("again\n")
      assert.isTrue(yield* isTaken(yield* line(child)))
    }).pipe(Effect.scoped, Effect.provide(Simulator.layer({ tokenLifetime: 2 })))
  )
})
