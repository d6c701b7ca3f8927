import { assert, it } from "@effect/vitest"
import { Simulator } from "@effect-genesys/simulator/Simulator"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Cli from "../support/Cli.ts"

it.live(
  "genesys api --paginate outlives its tokens, a revocation and an outage, and loses no row",
  () =>
    Effect.gen(function* () {
      const simulator = yield* Simulator
      const list = Cli.genesys(["api", "GET", "users?pageSize=20&state=any", "--paginate", "--jq", ".id"])
      // Each page takes half a second: the list is longer than the life of a token.
      yield* simulator.addFault({ path: "/api/v2/users", delayMs: 500 })
      const reading = yield* Effect.forkChild(list)
      yield* Effect.sleep("3 seconds")
      yield* simulator.revokeTokens
      yield* simulator.clearFaults
      yield* simulator.addFault({ path: "/api/v2/users", status: 503, times: 3 })
      yield* simulator.addFault({ path: "/api/v2/users", delayMs: 500 })
      const { code, stderr, stdout } = yield* Fiber.join(reading)
      assert.strictEqual(code, 0, stderr)
      const ids = stdout.trim().split("\n")
      assert.deepStrictEqual([ids.length, new Set(ids).size], [400, 400])
      assert.isAbove((yield* simulator.journal).tokenRequests, 2)
    }).pipe(Effect.provide(Simulator.layer({ users: 400, tokenLifetime: 4, rateLimit: "off" }))),
  90_000
)
