import { assert, describe, it } from "@effect/vitest"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as Result from "effect/Result"
import * as TestClock from "effect/testing/TestClock"
import { Policy, RetryPolicy } from "../src/RetryPolicy.ts"
import { broken, html, make, refusal } from "./ScriptedApi.ts"

const get = HttpClientRequest.get("/api/v2/users")
const patient = Effect.provideService(RetryPolicy, new Policy({ deadline: Duration.minutes(15), maxRetries: 1000 }))

describe("a host that is down", () => {
  it.effect("gets one request in a few seconds, however many calls wait, and all of them succeed when it is back", () =>
    Effect.gen(function* () {
      let isDown = true
      const { client, seen } = yield* make([() => (isDown ? broken("ECONNREFUSED") : Response.json({}))])
      const call = patient(client.http.execute(get))
      const fibers = yield* Effect.forEach(Array.from({ length: 50 }), () =>
        Effect.forkChild(call, { startImmediately: true })
      )
      yield* TestClock.adjust("1 minute")
      const first = seen.requests.length
      yield* TestClock.adjust("5 minutes")
      const after = seen.requests.length - first
      // 50 that were under way before anybody knew, then one every 3 s.
      assert.isAtMost(first, 50 + 20)
      assert.approximately(after, 100, 5)
      isDown = false
      yield* TestClock.adjust("30 seconds")
      for (const fiber of fibers) assert.isDefined(fiber.pollUnsafe())
      yield* Fiber.joinAll(fibers)
    })
  )

  it.effect("is asked once by a call whose deadline would come first", () =>
    Effect.gen(function* () {
      const { client, seen } = yield* make([() => html(503)])
      for (let call = 0; call < 50; call++) {
        yield* Effect.forkChild(patient(Effect.ignore(client.http.execute(get))), { startImmediately: true })
      }
      yield* TestClock.adjust("5 seconds")
      const before = seen.requests.length
      const short = Effect.provideService(RetryPolicy, new Policy({ deadline: Duration.millis(400) }))
      const fiber = yield* Effect.forkChild(Effect.result(short(client.http.execute(get))), { startImmediately: true })
      assert.strictEqual(seen.requests.length - before, 1)
      const result = yield* Fiber.join(fiber)
      assert.strictEqual(Result.isFailure(result) && result.failure._tag, "UnavailableError")
    })
  )
})

describe("a host that is spared", () => {
  /** How many requests a call of this deadline makes at once, if the host is spared for 3 s from now on. */
  const atOnce = (deadline: Duration.Input) =>
    Effect.gen(function* () {
      const { client, seen } = yield* make([() => html(503)])
      const once = Effect.provideService(RetryPolicy, new Policy({ maxRetries: 0 }))
      for (let call = 0; call < 5; call++) yield* Effect.ignore(once(client.http.execute(get)))
      const before = seen.requests.length
      const policy = new Policy({ deadline: Duration.fromInputUnsafe(deadline), maxRetries: 1000 })
      const call = Effect.provideService(client.http.execute(get), RetryPolicy, policy)
      yield* Effect.forkChild(Effect.ignore(call), { startImmediately: true })
      return seen.requests.length - before
    })

  it.effect("is asked at once by a call that has no more than half a second left when it is asked again", () =>
    Effect.gen(function* () {
      assert.strictEqual(yield* atOnce("3500 millis"), 1)
      assert.strictEqual(yield* atOnce("3501 millis"), 0)
    })
  )
})

describe("a route that never answers holds back no call of another one", () => {
  it.effect("with the default policy", () =>
    Effect.gen(function* () {
      const slow = HttpClientRequest.get("/api/v2/slow")
      const { client } = yield* make([(request) => (request.url.endsWith("/slow") ? "hang" : Response.json({}))])
      for (let call = 0; call < 20; call++) {
        yield* Effect.forkChild(Effect.forever(Effect.ignore(client.http.execute(slow))), { startImmediately: true })
      }
      let failed = 0
      let succeeded = 0
      const fast = client.http
        .execute(get)
        .pipe(
          Effect.match({ onFailure: () => void failed++, onSuccess: () => void succeeded++ }),
          Effect.andThen(Effect.sleep("2 seconds"))
        )
      for (let call = 0; call < 5; call++) yield* Effect.forkChild(Effect.forever(fast), { startImmediately: true })
      yield* TestClock.adjust("10 minutes")
      assert.strictEqual(failed, 0)
      assert.isAbove(succeeded, 1000)
    })
  )

  it.effect("nor do a few failures among many answers", () =>
    Effect.gen(function* () {
      let asked = 0
      const { client, seen } = yield* make([() => (++asked % 10 === 0 ? html(503) : Response.json({}))])
      const once = Effect.provideService(RetryPolicy, new Policy({ maxRetries: 0 }))
      for (let call = 0; call < 40; call++) yield* Effect.ignore(once(client.http.execute(get)))
      assert.strictEqual(seen.requests.length, 40)
    })
  )
})

describe("a host that answers is not down", () => {
  for (const [name, answer] of [
    ["404", () => refusal(404, "not.found")],
    ["403", () => refusal(403, "missing.permissions")],
    ["500", () => refusal(500, "internal.server.error")]
  ] as const) {
    it.effect(name, () =>
      Effect.gen(function* () {
        const { client, seen } = yield* make([answer])
        for (let call = 0; call < 20; call++) yield* Effect.ignore(client.http.execute(get))
        assert.strictEqual(seen.requests.length, 20)
      })
    )
  }
})
