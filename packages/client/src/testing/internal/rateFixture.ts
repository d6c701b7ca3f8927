/** What the cases of `RateLimitSuite` are made of: calls that go at once, calls that have to wait, and headers of answers. */
import { AccessToken } from "@effect-genesys/auth/AccessToken"
import * as Clock from "effect/Clock"
import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Headers from "effect/http/Headers"
import * as Redacted from "effect/Redacted"
import * as TestClock from "effect/testing/TestClock"
import { ok, strictEqual } from "node:assert/strict"
import { RateLimit } from "../../RateLimit.ts"
import type * as CountingHost from "./countingHost.ts"

const tokenNamed = (fingerprint: string) =>
  new AccessToken({
    value: Redacted.make(fingerprint.padEnd(86, "t")),
    fingerprint,
    issuedAt: DateTime.makeUnsafe(0),
    expiresIn: Duration.days(365)
  })

export const first = tokenNamed("first")
export const second = tokenNamed("second")

export const users = "/api/v2/users"
export const analytics = "/api/v2/analytics/queues/observations/query"

/** A limit may ask somebody before it lets a call go: so much later counts as at once. */
export const atOnce = Duration.seconds(1)

export const start = <A, E, R>(effect: Effect.Effect<A, E, R>) => Effect.forkChild(effect, { startImmediately: true })

/** A pass that is there at once. */
export const pass = Effect.fnUntraced(function* (path = users, token = first) {
  const fiber = yield* start(RateLimit.use((limit) => limit.acquire({ path, token })))
  if (fiber.pollUnsafe() === undefined) yield* TestClock.adjust(atOnce)
  ok(fiber.pollUnsafe() !== undefined, `a call of ${path} has to wait`)
  return yield* Fiber.join(fiber)
})

/** Starts a call that has to wait. */
export const waiter = Effect.fnUntraced(function* (token = first) {
  const fiber = yield* start(
    Effect.andThen(
      RateLimit.use((limit) => limit.acquire({ path: users, token })),
      Clock.currentTimeMillis
    )
  )
  yield* TestClock.adjust(atOnce)
  strictEqual(fiber.pollUnsafe(), undefined, "a call goes that should wait")
  return fiber
})

export const told = (allowed: number, count: number, reset: number) =>
  Headers.fromInput({
    "inin-ratelimit-allowed": String(allowed),
    "inin-ratelimit-count": String(count),
    "inin-ratelimit-reset": String(reset)
  })

/** Has a call of this window answered that others have used it up. */
export const useUp = Effect.fnUntraced(function* (seconds = 60) {
  const { answered } = yield* pass()
  yield* answered(told(300, 300, seconds))
})

export const described = Effect.fnUntraced(function* () {
  const now = yield* Clock.currentTimeMillis
  return yield* RateLimit.useSync((limit) => limit.describe(now))
})

/** Callers of these paths call the host for five minutes, 20 for each, one call after the other. */
export const saturate = Effect.fnUntraced(function* (host: CountingHost.CountingHost, paths: ReadonlyArray<string>) {
  const limit = yield* RateLimit
  const call = (path: string) =>
    Effect.flatMap(limit.acquire({ path, token: first }), (taken) => host.answer(path, taken))
  // It learns what is allowed from the first answers, before there are many calls.
  for (const path of paths) yield* start(call(path))
  yield* TestClock.adjust(atOnce)
  for (const path of paths) {
    for (let caller = 0; caller < 20; caller++) yield* start(Effect.forever(call(path)))
  }
  yield* TestClock.adjust("5 minutes")
})
