/**
 * Twenty fibers with 5-minute tokens: revocations, a rate limit that is too low, an outage of an hour. Client and simulator share
 * one clock. `npm run prove` makes it a whole week with a call a minute; otherwise it is 18 hours, in which each of that happens, with a call in
 * thirty.
 */
import { assert, it } from "@effect/vitest"
import { Simulator } from "@effect-genesys/simulator/Simulator"
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Random from "effect/Random"
import * as TestClock from "effect/testing/TestClock"
import { Policy, RetryPolicy } from "../src/RetryPolicy.ts"
import { Users } from "../src/Users.ts"
import * as Stack from "./Stack.ts"

const fibers = 20
const isProof = process.env["PROVE"] !== undefined
const hours = isProof ? 7 * 24 : 18
/** Minutes between the calls of a fiber. */
const pause = isProof ? 1 : 30
const hour = 3_600_000
/** The last attempt of a call is made so long before its deadline at the latest. */
const lastChance = 3_000

interface Failed {
  readonly from: number
  readonly to: number
  readonly tag: string
}

it.effect(
  "no call fails needlessly, and no token is sent past its end",
  () =>
    Effect.gen(function* () {
      const simulator = yield* Simulator
      const users = yield* Users
      const failed: Array<Failed> = []
      let calls = 0
      const call: Effect.Effect<void> = Effect.gen(function* () {
        const from = yield* Clock.currentTimeMillis
        calls++
        yield* users.findByEmail("test.user@yourcompany.com").pipe(
          Effect.catch(
            Effect.fnUntraced(function* ({ _tag: tag }) {
              failed.push({ from, to: yield* Clock.currentTimeMillis, tag })
            })
          )
        )
      })
      const loop = Effect.gen(function* () {
        yield* Effect.sleep(yield* Random.nextIntBetween(0, pause * 60_000))
        yield* Effect.forever(Effect.andThen(call, Effect.sleep(Duration.minutes(pause))))
      })
      for (let fiber = 0; fiber < fibers; fiber++) yield* Effect.forkChild(loop, { startImmediately: true })

      const outages: Array<readonly [from: number, to: number]> = []
      const tokens = new Map<string, number>()
      const sent: Array<string> = []
      /** Looks through what the simulator has seen in the last hour: it keeps no more. */
      const audit = Effect.gen(function* () {
        const now = yield* Clock.currentTimeMillis
        const journal = yield* simulator.journal
        for (const { expiresAt, fingerprint } of journal.tokens) tokens.set(fingerprint, expiresAt)
        for (const { time, tokenFingerprint } of journal.requests) {
          if (time < now - hour || tokenFingerprint === undefined) continue
          const end = tokens.get(tokenFingerprint)
          if (end !== undefined && time > end) sent.push(tokenFingerprint)
        }
        return journal
      })

      for (let past = 0; past < hours; past++) {
        const now = yield* Clock.currentTimeMillis
        if (past % 6 === 1) yield* simulator.revokeTokens
        // Too little for all fibers in one hour of each day.
        if (past % 24 === 3) yield* simulator.setLimits({ rateLimit: { limit: isProof ? 15 : 1 } })
        if (past % 24 === 4) yield* simulator.setLimits({ rateLimit: { limit: 300 } })
        if (past % 24 === 8)
          yield* simulator.addFault({
            path: "/api/",
            status: 429,
            share: 0.2,
            headers: { "retry-after": "7" },
            forSeconds: 1800
          })
        if (past === 12) {
          outages.push([now, now + hour])
          yield* simulator.addFault({ path: "/", status: 503, forSeconds: 3600 })
        }
        if (past % 24 === 15) yield* simulator.addFault({ path: "/oauth/token", status: 503, forSeconds: 600 })
        if (past % 24 === 17) yield* simulator.addFault({ path: "/api/", hang: true, share: 0.05, forSeconds: 1800 })
        yield* TestClock.adjust("1 hour")
        yield* audit
      }

      const needless = failed.filter(
        ({ from, to }) => !outages.some(([start, end]) => from < end && to > start && to <= end + lastChance)
      )
      assert.deepStrictEqual(needless, [])
      assert.isAbove(failed.length, 0, "the outage of an hour fails the calls whose deadline lies within it")
      assert.deepStrictEqual(sent, [])
      const journal = yield* simulator.journal
      assert.isAbove(calls, (hours * 60 * fibers * 0.9) / pause)
      // 288 lives of 300 s a day, at most 1.25 requests for each, and some for revocations and outages.
      assert.isAtMost(journal.tokensIssued, (hours / 24) * (360 + 8))
      if (isProof) console.log({ calls, failed: failed.length, answers: journal.answers, tokens: journal.tokensIssued })
    }).pipe(
      Effect.provideService(RetryPolicy, new Policy({ deadline: Duration.minutes(15), maxRetries: 1000 })),
      Effect.provide(Stack.layer({ tokenLifetime: 300 })),
      Random.withSeed("a week")
    ),
  600_000
)
