/**
 * Faults that spoil the answer, in memory and over a real socket.
 */
import { assert, it, layer } from "@effect/vitest"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as FetchHttpClient from "effect/http/FetchHttpClient"
import * as Layer from "effect/Layer"
import { TestClock } from "effect/testing"
import type { Fault } from "../../src/Fault.ts"
import { Simulator } from "../../src/Simulator.ts"
import { call, login, me } from "../support/Calls.ts"

const add = (fault: Omit<Fault, "path" | "times">) =>
  Simulator.use((simulator) => simulator.addFault({ path: "/api/", times: 1, ...fault }))

it.effect("sends HTML, another type, half of the JSON, and a 401 for a good token", () =>
  Effect.gen(function* () {
    const token = yield* login()
    yield* add({ html: true })
    const html = yield* me(token)
    assert.include(html.headers, { "content-type": "text/html; charset=utf-8" })
    assert.match(String(html.body), /^<!doctype html>/)
    yield* add({ status: 502, html: true })
    assert.strictEqual((yield* me(token)).status, 502)

    yield* add({ contentType: "text/plain" })
    const plain = yield* me(token)
    assert.include(plain.headers, { "content-type": "text/plain" })
    assert.nestedProperty(plain.body, "OAuthClient.id")

    yield* add({ truncateAt: 20 })
    const half = yield* me(token)
    assert.include(half.headers, { "content-type": "application/json", "content-length": "20" })
    assert.strictEqual(String(half.body).length, 20)
    assert.strictEqual(half.status, 200)

    yield* add({ rejectToken: true })
    assert.include((yield* me(token)).body, { status: 401, code: "bad.credentials" })
    assert.strictEqual((yield* me(token)).status, 200)
  }).pipe(Effect.provide(Simulator.layerHttpClient()))
)

it.effect("lets the true answer drip by the clock", () =>
  Effect.gen(function* () {
    const token = yield* login()
    const { body } = yield* me(token)
    const bytes = JSON.stringify(body).length
    yield* add({ bytesPerSecond: 10 })
    const fiber = yield* Effect.forkChild(me(token))
    yield* TestClock.adjust(`${bytes * 100 - 1} millis`)
    assert.isUndefined(fiber.pollUnsafe())
    yield* TestClock.adjust("1 millis")
    assert.deepStrictEqual((yield* Fiber.join(fiber)).body, body)
  }).pipe(Effect.provide(Simulator.layerHttpClient()))
)

it.effect("breaks off in the body", () =>
  Effect.gen(function* () {
    const token = yield* login()
    yield* add({ resetAfter: 10 })
    assert.strictEqual((yield* Effect.flip(me(token)))._tag, "HttpClientError")
    const { journal } = yield* Simulator
    assert.strictEqual((yield* journal).requests.at(-1)?.status, 200)
  }).pipe(Effect.provide(Simulator.layerHttpClient()))
)

it.effect("dates answers, and judges tokens, by a clock that is wrong", () =>
  Effect.gen(function* () {
    yield* TestClock.setTime(Date.UTC(2026, 0, 1))
    const token = yield* login()
    assert.include((yield* me(token)).headers, { date: "Thu, 01 Jan 2026 00:00:00 GMT" })
    yield* add({ clockSkewSeconds: -90 })
    assert.include((yield* me(token)).headers, { date: "Wed, 31 Dec 2025 23:58:30 GMT" })
    yield* add({ clockSkewSeconds: 300 })
    assert.strictEqual((yield* me(token)).status, 401)
  }).pipe(Effect.provide(Simulator.layerHttpClient({ tokenLifetime: 300 })))
)

layer(Layer.merge(Simulator.layer(), FetchHttpClient.layer), { excludeTestServices: true })("over HTTP", (shared) => {
  shared.effect("breaks the connection after so many bytes", () =>
    Effect.gen(function* () {
      const { url } = yield* Simulator
      const token = yield* login()
      for (const resetAfter of [0, 10, 100_000]) {
        yield* add({ resetAfter })
        const response = yield* Effect.promise(() =>
          fetch(`${url}/api/v2/tokens/me`, { headers: { authorization: `Bearer ${token}` } })
        )
        assert.strictEqual(response.status, 200)
        let received = 0
        const broken = yield* Effect.flip(
          Effect.tryPromise(async () => {
            for await (const chunk of response.body!) received += chunk.length
          })
        )
        assert.strictEqual(broken._tag, "UnknownError")
        if (resetAfter < 1000) assert.strictEqual(received, resetAfter)
        else assert.isAbove(received, 100)
      }
    })
  )

  shared.effect("drips, truncates and misdates there too", () =>
    Effect.gen(function* () {
      const token = yield* login()
      const { body } = yield* me(token)
      yield* add({ bytesPerSecond: 1000 })
      const [elapsed, slow] = yield* Effect.timed(me(token))
      assert.deepStrictEqual(slow.body, body)
      assert.isAbove(Duration.toMillis(elapsed), 100)
      yield* add({ truncateAt: 7 })
      assert.strictEqual(String((yield* call(token, "GET", "/api/v2/tokens/me")).body).length, 7)
      yield* add({ clockSkewSeconds: 3600 })
      const { headers } = yield* me(token)
      assert.closeTo(Date.parse(headers["date"] ?? ""), Date.now() + 3_600_000, 5000)
    })
  )
})
