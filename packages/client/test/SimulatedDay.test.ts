import { assert, it } from "@effect/vitest"
import { Simulator } from "@effect-genesys/simulator/Simulator"
import * as Effect from "effect/Effect"
import * as TestClock from "effect/testing/TestClock"
import { Users } from "../src/Users.ts"
import * as Stack from "./Stack.ts"

it.effect("a simulated day of 5-minute tokens and one call a minute: 1,440 calls, none failed", () =>
  Effect.gen(function* () {
    const users = yield* Users
    let calls = 0
    let failed = 0
    const call = users.findByEmail("test.user@yourcompany.com").pipe(
      Effect.catch(() => Effect.sync(() => failed++)),
      Effect.ensuring(Effect.sync(() => calls++))
    )
    yield* Effect.forkChild(Effect.forever(Effect.andThen(call, Effect.sleep("1 minute"))), { startImmediately: true })
    yield* TestClock.adjust("1439 minutes")

    assert.strictEqual(calls, 1440)
    assert.strictEqual(failed, 0)
    const journal = yield* Simulator.use((simulator) => simulator.journal)
    assert.strictEqual(journal.apiRequests, 1440)
    assert.deepStrictEqual(Object.keys(journal.answers), ["200"])
    // 288 lives of 300 s, and at most 1.25 requests for each.
    assert.isAtMost(journal.tokenRequests, 360)
    assert.isAtLeast(journal.tokenRequests, 288)
  }).pipe(Effect.provide(Stack.layer({ tokenLifetime: 300 })))
)
