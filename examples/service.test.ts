// A service of yours that calls Genesys Cloud, and its test: a week of it, with an outage, in seconds.
import { Users } from "@effect-genesys/client/Users"
import { Simulator } from "@effect-genesys/simulator/Simulator"
import * as Testing from "@effect-genesys/simulator/testing"
import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schedule from "effect/Schedule"
import * as TestClock from "effect/testing/TestClock"

/** Looks a colleague up every five minutes, for ever. What an outage took is tried again the next time. */
const watch = Effect.fnUntraced(function* (email: string, seen: (id: string) => void) {
  const users = yield* Users
  const look = Effect.gen(function* () {
    const found = yield* users.findByEmail(email)
    if (Option.isSome(found)) seen(found.value.id)
  }).pipe(Effect.catch((error) => Effect.logWarning(error.message)))
  return yield* Effect.repeat(look, Schedule.fixed("5 minutes"))
})

it.effect(
  "a colleague is looked up for a week, whatever becomes of tokens and of Genesys Cloud",
  () =>
    Effect.gen(function* () {
      const simulator = yield* Simulator
      let times = 0
      yield* Effect.forkChild(
        watch("test.user@yourcompany.com", () => times++),
        { startImmediately: true }
      )
      yield* TestClock.adjust("3 days")
      yield* simulator.addFault({ path: "/api/v2", status: 503, forSeconds: 600 })
      yield* simulator.revokeTokens
      yield* TestClock.adjust("4 days")

      // Each of 288 times a day but what the outage took, and never with a token of which Genesys knows nothing.
      assert.isAtLeast(times, 7 * 288 - 2)
      const { answers, tokensIssued } = yield* simulator.journal
      assert.isAtMost(answers["401"] ?? 0, 1)
      // A token lives an hour.
      assert.isAtMost(tokensIssued, 7 * 24 * 1.25)
    }).pipe(Effect.provide(Testing.layer({ tokenLifetime: 3600 }))),
  // Of the machine. On a busy one, a week takes longer than the five seconds of vitest.
  60_000
)
