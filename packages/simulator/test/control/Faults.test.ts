/**
 * What faults do to requests, and when they end.
 */
import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import { TestClock } from "effect/testing"
import type { Fault } from "../../src/Fault.ts"
import { Simulator } from "../../src/Simulator.ts"
import { call, login, me, requestToken } from "../support/Calls.ts"

const addFault = (fault: Fault) => Simulator.use((simulator) => simulator.addFault(fault))

it.effect("answers in place of the endpoint, for so many requests", () =>
  Effect.gen(function* () {
    yield* addFault({
      path: "/oauth/token",
      status: 503,
      body: "<h1>Bad gateway</h1>",
      headers: { "content-type": "text/html", "x-proxy": "yes" },
      times: 2
    })
    const first = yield* requestToken()
    assert.deepInclude(first, { status: 503, body: "<h1>Bad gateway</h1>" })
    assert.include(first.headers, { "content-type": "text/html", "x-proxy": "yes" })
    assert.strictEqual((yield* requestToken()).status, 503)
    assert.strictEqual((yield* requestToken()).status, 200)
  }).pipe(Effect.provide(Simulator.layerHttpClient()))
)

it.effect("gives Genesys' body where the fault has none, and JSON where it has some", () =>
  Effect.gen(function* () {
    const token = yield* login()
    yield* addFault({ path: "/api/", status: 503, times: 1 })
    assert.include((yield* me(token)).body, { status: 503, code: "service.unavailable" })
    yield* addFault({ path: "/api/", status: 429, headers: { "Retry-After": "7200" }, body: { status: 429 }, times: 1 })
    const limited = yield* me(token)
    assert.deepInclude(limited, { status: 429, body: { status: 429 } })
    assert.include(limited.headers, { "retry-after": "7200", "content-type": "application/json" })
  }).pipe(Effect.provide(Simulator.layerHttpClient()))
)

it.effect("applies to a method, and for a time", () =>
  Effect.gen(function* () {
    const token = yield* login()
    yield* addFault({ path: "/api/v2/tokens", method: "GET", status: 500, forSeconds: 10 })
    assert.strictEqual((yield* me(token)).status, 500)
    assert.strictEqual((yield* call(token, "POST", "/api/v2/users/search", {})).status, 200)
    yield* TestClock.adjust("10 seconds")
    assert.strictEqual((yield* me(token)).status, 200)
  }).pipe(Effect.provide(Simulator.layerHttpClient()))
)

it.effect("applies to a share of the requests, the same ones for the same seed", () =>
  Effect.gen(function* () {
    const run = Effect.gen(function* () {
      const token = yield* login()
      yield* addFault({ path: "/api/", status: 500, share: 0.3 })
      return yield* Effect.forEach(Array.from({ length: 200 }), () => Effect.map(me(token), ({ status }) => status))
    })
    const once = yield* Effect.provide(run, Simulator.layerHttpClient())
    const again = yield* Effect.provide(run, Simulator.layerHttpClient())
    assert.deepStrictEqual(once, again)
    assert.closeTo(once.filter((status) => status === 500).length, 60, 20)
  })
)

it.effect("delays by the clock, then serves; the delay counts against the token", () =>
  Effect.gen(function* () {
    const token = yield* login()
    yield* addFault({ path: "/api/", delayMs: 4000, times: 2 })
    const first = yield* Effect.forkChild(me(token))
    yield* TestClock.adjust("3999 millis")
    assert.isUndefined(first.pollUnsafe())
    yield* TestClock.adjust("1 millis")
    assert.strictEqual((yield* Fiber.join(first)).status, 200)
    const second = yield* Effect.forkChild(me(token))
    yield* TestClock.adjust("4 seconds")
    assert.strictEqual((yield* Fiber.join(second)).status, 401)
  }).pipe(Effect.provide(Simulator.layerHttpClient({ tokenLifetime: 5 })))
)

it.effect("hangs until the caller gives up; the journal has the request without an answer", () =>
  Effect.gen(function* () {
    yield* addFault({ path: "/oauth/token", hang: true })
    const fiber = yield* Effect.forkChild(requestToken())
    yield* TestClock.adjust("1 day")
    assert.isUndefined(fiber.pollUnsafe())
    yield* Fiber.interrupt(fiber)
    const { answers, requests, tokenRequests } = yield* Simulator.use((simulator) => simulator.journal)
    assert.strictEqual(tokenRequests, 1)
    assert.deepStrictEqual(answers, {})
    assert.isTrue(requests[0]!.faulted)
    assert.isUndefined(requests[0]!.status)
  }).pipe(Effect.provide(Simulator.layerHttpClient()))
)

it.effect("clears faults, and never applies them to the control API", () =>
  Effect.gen(function* () {
    const { clearFaults } = yield* Simulator
    yield* addFault({ path: "/", status: 500 })
    assert.strictEqual((yield* requestToken()).status, 500)
    assert.strictEqual((yield* call(undefined, "GET", "/_control/journal")).status, 200)
    yield* clearFaults
    assert.strictEqual((yield* requestToken()).status, 200)
  }).pipe(Effect.provide(Simulator.layerHttpClient()))
)
