/** The service on a simulated Genesys Cloud, in memory and on the clock of the test: a week of it, with outages, in seconds. */
import { Simulator } from "@effect-genesys/simulator/Simulator"
import * as Testing from "@effect-genesys/simulator/testing"
import { assert, it } from "@effect/vitest"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as TestClock from "effect/testing/TestClock"
import { Colleagues } from "./Colleagues.ts"

const services = Layer.provideMerge(Colleagues.layer, Testing.layer({ users: 20, tokenLifetime: 3_600 }))
const email = "test.user@yourcompany.com"
const minutes = Effect.map(
  Effect.flatMap(Colleagues, ({ age }) => age),
  (age) => Math.round(Duration.toMinutes(Option.getOrThrow(age)))
)

it.effect("answers from its copy, whatever the case of the address, and asks no more than it says", () =>
  Effect.gen(function* () {
    const { find } = yield* Colleagues
    const { journal } = yield* Simulator
    yield* TestClock.adjust("1 second")
    const found = yield* find(` ${email.toUpperCase()} `)
    assert.strictEqual(Option.getOrThrow(found).email, email)
    assert.isTrue(Option.isNone(yield* find("nobody@example.com")))
    const before = (yield* journal).answers["200"] ?? 0
    for (let n = 0; n < 1_000; n++) yield* find(email)
    assert.strictEqual((yield* journal).answers["200"], before)
  }).pipe(Effect.provide(services))
)

it.effect(
  "a week: the copy is never older than a quarter of an hour, but while Genesys Cloud is down, and answers even then",
  () =>
    Effect.gen(function* () {
      const { find } = yield* Colleagues
      const simulator = yield* Simulator
      for (let hour = 0; hour < 3 * 24; hour++) {
        yield* TestClock.adjust("1 hour")
        assert.isAtMost(yield* minutes, 15)
      }
      yield* simulator.addFault({ path: "/", status: 503, forSeconds: 6 * 3_600 })
      yield* simulator.revokeTokens
      yield* TestClock.adjust("5 hours")
      assert.isAtLeast(yield* minutes, 5 * 60)
      assert.isTrue(Option.isSome(yield* find(email)))
      yield* TestClock.adjust("90 minutes")
      assert.isAtMost(yield* minutes, 20)
      yield* TestClock.adjust("4 days")
      assert.isAtMost(yield* minutes, 15)
      // A token lives an hour.
      const { apiRequests, tokensIssued } = yield* simulator.journal
      assert.isAtMost(tokensIssued, 7 * 24 * 1.25)
      // A page each time, and what the outage had it try again.
      assert.isAtMost(apiRequests, 7 * 96 + 200)
    }).pipe(Effect.provide(services)),
  60_000
)
