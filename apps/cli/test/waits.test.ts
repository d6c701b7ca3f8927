/**
 * What a person hears of hosts that cannot be reached, and of waits. `PROVE=1`: of each command; else of a list where nobody logs in, of an
 * export where nobody answers, and of one that makes no call.
 */
import { Simulator } from "@effect-genesys/simulator/Simulator"
import { assert, describe, it } from "@effect/vitest"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import * as TestClock from "effect/testing/TestClock"
import { mkdtempSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { stripVTControlCharacters } from "node:util"
import * as WaitNotes from "../src/calls/WaitNotes.ts"
import * as InProcess from "./support/InProcess.ts"
import * as Programs from "./support/Programs.ts"
import * as Written from "./support/Written.ts"

const closed = "http://127.0.0.1:1"
const out = () => join(mkdtempSync(join(tmpdir(), "genesys-out-")), "rows.ndjson")

describe("lists and exports end within seconds", () => {
  const commands: ReadonlyArray<ReadonlyArray<string>> = [
    ["users", "list"],
    ["conversations", "query", "--interval", "2025-11-03"],
    ["users", "export", "--out", out()],
    ["conversations", "export", "--interval", "2025-11-03", "--out", out()]
  ]
  for (const [place, args] of commands.entries()) {
    for (const [what, hosts, short] of [
      ["a login host", { GENESYS_CLOUD_LOGIN_URL: closed }, 0],
      ["an API", { GENESYS_CLOUD_API_URL: closed }, 3]
    ] as const) {
      it.live.skipIf(place !== short && !Programs.isProof)(
        `where ${what} refuses the connection: ${args.slice(0, 2).join(" ")}`,
        () =>
          Effect.gen(function* () {
            const [took, ended] = yield* Effect.timed(
              InProcess.run(args, { ...(yield* InProcess.simulated), ...hosts })
            )
            assert.strictEqual(ended.code, 7, ended.stderr)
            assert.match(ended.stderr, /127\.0\.0\.1:1 cannot be reached.*ECONNREFUSED/)
            assert.isBelow(Duration.toSeconds(took), 9)
          }).pipe(Effect.provide(Simulator.layer())),
        60_000
      )
    }
  }
})

/** Runs it while standard error is a terminal, or none. */
const asTerminal = <A, E, R>(isTerminal: boolean, run: Effect.Effect<A, E, R>) => {
  const { isTTY } = process.stderr
  const set = (value: boolean) =>
    Effect.sync(() => Object.defineProperty(process.stderr, "isTTY", { value, configurable: true, writable: true }))
  return Effect.acquireUseRelease(
    set(isTerminal),
    () => run,
    () => set(isTTY)
  )
}

describe("what needs a token and makes no call", () => {
  for (const args of [["token"], ["token", "--renew"], ["exec", "--", "true"]]) {
    it.live.skipIf(args.length > 1 && !Programs.isProof)(
      `tells on a terminal that it waits for one, and waits as long as it may: ${args.join(" ")}`,
      () =>
        Effect.gen(function* () {
          const simulator = yield* Simulator
          yield* simulator.addFault({ path: "/oauth/token", hang: true })
          const settings = yield* InProcess.simulated
          const run = Written.on(process.stderr)(InProcess.run(["--timeout", "2s", ...args], settings))
          const [took, { result, text }] = yield* Effect.timed(asTerminal(true, run))
          assert.strictEqual(Result.getOrThrow(result).code, 7)
          assert.match(stripVTControlCharacters(text), /Waiting for a token\./)
          assert.isBelow(Duration.toSeconds(took), 5)
        }).pipe(Effect.provide(Simulator.layer()))
    )
  }

  for (const args of [["token"], ["exec", "--", "true"]]) {
    it.live.skipIf(args.length === 1 && !Programs.isProof)(
      `ends within seconds where the login host refuses the connection: ${args.join(" ")}`,
      () =>
        Effect.gen(function* () {
          const hosts = { GENESYS_CLOUD_LOGIN_URL: closed, GENESYS_CLOUD_API_URL: closed }
          const settings = { ...hosts, GENESYS_CLOUD_CLIENT_ID: "a-client", GENESYS_CLOUD_CLIENT_SECRET: "a-secret" }
          const [took, ended] = yield* Effect.timed(InProcess.run(args, settings))
          assert.strictEqual(ended.code, 7, ended.stderr)
          assert.match(ended.stderr, /cannot be reached/)
          assert.isBelow(Duration.toSeconds(took), 9)
        }),
      60_000
    )
  }
})

describe("waits", () => {
  const onError = Written.on(process.stderr)
  /** What is made while standard error is a terminal, or none. */
  const made = (isTerminal: boolean) => asTerminal(isTerminal, WaitNotes.make)

  it.effect("are not told in a pipe", () => Effect.map(made(false), (tell) => assert.isUndefined(tell)))

  it.effect("are told on a terminal, a line each, once for calls that wait together", () =>
    Effect.gen(function* () {
      const tell = yield* made(true)
      const { text } = yield* onError(
        Effect.gen(function* () {
          const wait = { reason: "Turn", millis: 41_500, cause: undefined } as const
          for (let call = 0; call < 5; call++) tell?.(wait)
          tell?.({ reason: "Again", millis: 3_000, cause: "GET /api/v2/users was answered with status 503." })
          yield* TestClock.adjust("42 seconds")
          tell?.(wait)
        })
      )
      const lines = text.split("\n").map((line) => stripVTControlCharacters(line).replaceAll("\r", ""))
      assert.deepStrictEqual(lines, [
        "Waiting 42s for the rate limit: the calls that Genesys Cloud allows in a minute are used up.",
        "Waiting 3s, then trying again. GET /api/v2/users was answered with status 503.",
        "Waiting 42s for the rate limit: the calls that Genesys Cloud allows in a minute are used up.",
        ""
      ])
    })
  )
})
