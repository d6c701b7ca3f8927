/** 5-minute tokens for long, with an outage each day. `PROVE=1`: a year; else ten days, in which all that a day brings comes ten times. */
import { assert, it } from "@effect/vitest"
import * as Clock from "effect/Clock"
import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as TestClock from "effect/testing/TestClock"
import { AccessToken } from "../src/AccessToken.ts"
import { TokenEndpoint } from "../src/TokenEndpoint.ts"
import { UnavailableError } from "../src/TokenError.ts"
import { TokenManager } from "../src/TokenManager.ts"
import * as Host from "./LoginHost.ts"

const day = 86_400_000
const days = process.env["PROVE"] === undefined ? 10 : 365
const lives = (days * day) / 300_000
const host = "https://login.mypurecloud.com"

/** A login host without HTTP, since a year is long. It is down for ten minutes from noon on, every day. */
const yearly = () => {
  const seen = { requests: 0, refused: 0, underWay: 0, mostAtOnce: 0 }
  const layer = Layer.succeed(
    TokenEndpoint,
    TokenEndpoint.of({
      host,
      exchange: (grant) =>
        Effect.gen(function* () {
          seen.requests++
          seen.mostAtOnce = Math.max(seen.mostAtOnce, ++seen.underWay)
          yield* Effect.sleep("200 millis")
          const now = yield* Clock.currentTimeMillis
          if (now % day >= day / 2 && now % day < day / 2 + 600_000) {
            seen.refused++
            return yield* new UnavailableError({ reason: "ServerError", host, message: "down" })
          }
          const token = new AccessToken({
            value: Redacted.make(String(seen.requests)),
            fingerprint: String(seen.requests),
            issuedAt: DateTime.makeUnsafe(now - 200),
            expiresIn: Duration.seconds(300)
          })
          return { token, next: grant }
        }).pipe(Effect.ensuring(Effect.sync(() => seen.underWay--)))
    })
  )
  return { seen, layer }
}

it.effect(
  `${days} simulated days of 5-minute tokens, with an outage of 10 minutes each day`,
  () => {
    const { layer, seen } = yearly()
    return Effect.gen(function* () {
      const manager = yield* TokenManager
      yield* Effect.forkChild(manager.token, { startImmediately: true })
      yield* TestClock.adjust("1 second")
      let unavailable = 0
      // Nobody waits, so nothing but the schedule asks; a second past each full hour the manager is looked at.
      for (let hour = 0; hour < days * 24; hour++) {
        yield* TestClock.adjust("1 hour")
        if ((yield* manager.status).state !== "ready") unavailable++
      }
      assert.strictEqual(unavailable, 0)
      assert.isAtLeast(seen.requests, lives * 0.99)
      // 1.25 for each life, and what an outage costs: pauses that grow up to a minute (less jitter).
      assert.isAtMost(seen.requests - seen.refused, lives * 1.25)
      assert.isAtLeast(seen.refused, days * 5)
      assert.isAtMost(seen.refused, days * 20)
      assert.strictEqual(seen.mostAtOnce, 1)
    }).pipe(Effect.provide(Layer.provide(Host.onlyManager(), layer)))
  },
  240_000
)
