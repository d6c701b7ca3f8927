import { assert, describe, it } from "@effect/vitest"
import { ConfigurationError } from "@effect-genesys/core/ConfigurationError"
import { AuthenticationError, RateLimitError } from "@effect-genesys/auth/TokenError"
import {
  NotFoundError,
  PermissionError,
  UnauthorizedError,
  UnavailableError
} from "@effect-genesys/client/GenesysError"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Option from "effect/Option"
import * as TestClock from "effect/testing/TestClock"
import { readFileSync } from "node:fs"
import * as Drain from "../src/Drain.ts"
import * as ErrorMessage from "../src/ErrorMessage.ts"
import * as ExitCode from "../src/ExitCode.ts"
import { version } from "../src/Version.ts"

const api = { method: "GET", path: "/api/v2/users" }
const message = "what to do"
const errors: ReadonlyArray<readonly [unknown, number]> = [
  [new ConfigurationError({ setting: "X", message }), 2],
  [new AuthenticationError({ message, code: "invalid_client", description: "", region: "us-east-1" }), 3],
  [new UnauthorizedError({ message, api, details: [] }), 3],
  [new PermissionError({ message, api, details: [], permissions: [] }), 4],
  [new NotFoundError({ message, api, details: [] }), 5],
  [new RateLimitError({ message, source: "api" }), 6],
  [new UnavailableError({ message, reason: "Timeout", host: "https://login.mypurecloud.com" }), 7],
  [new Error("anything else"), 1],
  ["a string", 1]
]

describe("ExitCode", () => {
  for (const [error, code] of errors) {
    it(`${error instanceof Error ? error.name : String(error)} is ${code}`, () => {
      assert.strictEqual(ExitCode.ofExit(Exit.fail(error)), code)
    })
  }

  it("success is 0, an interruption is 130 unless it is a service's way to end", () => {
    assert.strictEqual(ExitCode.ofExit(Exit.void), 0)
    assert.strictEqual(ExitCode.ofExit(Exit.interrupt(1)), 130)
    assert.strictEqual(ExitCode.ofExit(Exit.interrupt(1), 0), 0)
    assert.strictEqual(ExitCode.ofExit(Exit.die(new Error("a bug"))), 1)
  })
})

describe("ErrorMessage", () => {
  it("is one line, also of a defect", () => {
    assert.deepStrictEqual(ErrorMessage.ofCause(Cause.fail(new Error("one\n  two"))), Option.some("one two"))
    assert.include(Option.getOrThrow(ErrorMessage.ofCause(Cause.die(new Error("a bug")))), "a bug")
    assert.deepStrictEqual(ErrorMessage.ofCause(Cause.interrupt(1)), Option.none())
  })
})

describe("Drain.finishing", () => {
  const work = (seconds: number, done: Array<string>) =>
    Effect.andThen(
      Effect.sleep(`${seconds} seconds`),
      Effect.sync(() => done.push("done"))
    )

  it.effect("lets the work end before the interruption goes on", () =>
    Effect.gen(function* () {
      const done: Array<string> = []
      const fiber = yield* Effect.forkChild(Drain.finishing("30 seconds")(work(10, done)), { startImmediately: true })
      const interrupting = yield* Effect.forkChild(Fiber.interrupt(fiber), { startImmediately: true })
      yield* TestClock.adjust("9 seconds")
      assert.isUndefined(interrupting.pollUnsafe())
      yield* TestClock.adjust("1 second")
      yield* Fiber.join(interrupting)
      assert.deepStrictEqual(done, ["done"])
    })
  )

  it.effect("but not for ever", () =>
    Effect.gen(function* () {
      const done: Array<string> = []
      const fiber = yield* Effect.forkChild(Drain.finishing("30 seconds")(work(60, done)), { startImmediately: true })
      const interrupting = yield* Effect.forkChild(Fiber.interrupt(fiber), { startImmediately: true })
      yield* TestClock.adjust("30 seconds")
      yield* Fiber.join(interrupting)
      yield* TestClock.adjust("60 seconds")
      assert.deepStrictEqual(done, [])
    })
  )
})

it("the version is the one of every package", () => {
  for (const folder of [
    "packages/auth",
    "packages/client",
    "packages/export",
    "packages/program",
    "packages/simulator",
    "apps/cli",
    "apps/worker"
  ]) {
    const found: unknown = JSON.parse(readFileSync(new URL(`../../../${folder}/package.json`, import.meta.url), "utf8"))
    assert.propertyVal(found, "version", version)
  }
})
