import { assert, describe, it } from "@effect/vitest"
import { Simulator } from "@effect-genesys/simulator/Simulator"
import * as Effect from "effect/Effect"
import * as Settings from "../../../worker/test/support/Settings.ts"
import * as Programs from "../support/Programs.ts"

const timeout = 240_000

describe("genesys watch", () => {
  it.live(
    "prints lines through expiry, a revoked token and a failed call, until SIGINT",
    () =>
      Effect.gen(function* () {
        const { addFault, journal, revokeTokens } = yield* Simulator
        const env = {
          ...(yield* Settings.env),
          GENESYS_WORKER_INTERVAL: "0.3",
          GENESYS_WORKER_EMAIL: "no@body.example"
        }
        const watch = yield* Programs.start("genesys", ["watch", "--email", "test.user@yourcompany.com"], { env })
        yield* watch.until(/(?:ok {6}conversations[^]*){2}/)
        yield* revokeTokens
        yield* Effect.sleep("4 seconds")
        yield* addFault({ path: "/api/v2/users/search", status: 404, times: 1 })
        yield* watch.until(/failed {2}users\.search: POST \/api\/v2\/users\/search found nothing[^]*ok {6}users/)
        yield* watch.signal("SIGINT")
        const { code, stderr, stdout } = yield* watch.ended
        assert.strictEqual(code, 130)
        assert.match(stderr, /^\S+ {2}WARN {3}token rejected by the API {2}fingerprint=\w+\n$/)
        assert.match(stdout, /^\d\d:\d\d:\d\d {2}token {3}[0-9a-f]{12} ready, \d(?:\.\d+)?s left$/m)
        assert.match(stdout, /^\d\d:\d\d:\d\d {2}ok {6}users\.search: Test User \([\w-]+\) \(\d+ ms\)$/m)
        assert.match(stdout, /stopped after \d+ calls, 1 of them failed\n$/)
        assert.isAtLeast((yield* journal).tokensIssued, 3)
      }).pipe(Effect.scoped, Effect.provide(Simulator.layer({ tokenLifetime: 3 }))),
    timeout
  )

  it.live(
    "prints one JSON object a line, with the settings of the environment",
    () =>
      Effect.gen(function* () {
        const env = {
          ...(yield* Settings.env),
          GENESYS_WORKER_INTERVAL: "0.2",
          GENESYS_WORKER_EMAIL: "no@body.example"
        }
        const watch = yield* Programs.start("genesys", ["watch", "--json"], { env })
        yield* watch.until(/(?:conversations[^]*){2}/)
        yield* watch.signal("SIGINT")
        const { code, stdout } = yield* watch.ended
        assert.strictEqual(code, 130)
        const events: ReadonlyArray<Record<string, unknown>> = stdout
          .trimEnd()
          .split("\n")
          .map((line) => JSON.parse(line))
        for (const { at } of events) assert.match(String(at), /^\d{4}-\d\d-\d\dT[\d:.]+Z$/)
        assert.include(events[0], { event: "token.status" })
        assert.include(events[1], { event: "call.done", operation: "users.search", result: "no user no@body.example" })
        assert.deepInclude(events.at(-1), { event: "watch.stopped", failedCalls: 0 })
      }).pipe(Effect.scoped, Effect.provide(Simulator.layer())),
    timeout
  )

  it.live(
    "exits with 2 on flags that make no sense",
    () =>
      Effect.gen(function* () {
        for (const args of [
          ["--every", "0"],
          ["--every", "soon"],
          ["--email", "nobody"]
        ]) {
          const { code, stdout } = yield* Programs.run("genesys", ["watch", ...args], { env: yield* Settings.env })
          assert.deepStrictEqual([code, stdout], [2, ""], args.join(" "))
        }
      }).pipe(Effect.provide(Simulator.layer())),
    timeout
  )
})
