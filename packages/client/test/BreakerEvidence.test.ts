/** What says that a host is down, and what does not. */
import { assert, describe, it } from "@effect/vitest"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as TestClock from "effect/testing/TestClock"
import { Policy, RetryPolicy } from "../src/RetryPolicy.ts"
import { html, make, type Script } from "./ScriptedApi.ts"

const get = HttpClientRequest.get("/api/v2/users")
const once = new Policy({ maxRetries: 0, attemptTimeout: Duration.seconds(2) })
const fine = () => Response.json({})
const down = () => html(503)

/** A client of such a host, and a call of it that is not repeated: to its end, or in the background. */
const caller = Effect.fnUntraced(function* (script: Script) {
  const { client, seen } = yield* make(script)
  const call = client.http.execute(get).pipe(Effect.ignore, Effect.provideService(RetryPolicy, once))
  const sent = () => seen.requests.length
  return { sent, call, begin: Effect.forkChild(call, { startImmediately: true }) }
})

const times = (count: number, of: () => Script[number]) => Array.from({ length: count }, of)

describe("a host", () => {
  it.effect("that fails five times in a row is spared, though it answered in that very millisecond", () =>
    Effect.gen(function* () {
      const { begin, call, sent } = yield* caller([fine, down])
      for (let count = 0; count < 6; count++) yield* call
      yield* begin
      assert.strictEqual(sent(), 6)
    })
  )

  it.effect("that answers begins anew: failures before that do not count", () =>
    Effect.gen(function* () {
      const { begin, call, sent } = yield* caller([...times(4, () => down), fine, down])
      for (let count = 0; count < 10; count++) yield* call
      assert.strictEqual(sent(), 10)
      yield* begin
      assert.strictEqual(sent(), 10)
    })
  )

  it.effect("is not down because of calls that fail after an answer to one that was sent later", () =>
    Effect.gen(function* () {
      const { begin, call, sent } = yield* caller([...times(8, () => () => "hang"), fine])
      for (let count = 0; count < 8; count++) yield* begin
      yield* TestClock.adjust("1 second")
      yield* call
      yield* TestClock.adjust("1 second")
      // The eight have failed by now.
      yield* begin
      assert.strictEqual(sent(), 10)
    })
  )

  it.effect("is down if calls fail that were sent after its last answer", () =>
    Effect.gen(function* () {
      const { begin, call, sent } = yield* caller([fine, () => "hang"])
      yield* call
      yield* TestClock.adjust("1 second")
      for (let count = 0; count < 8; count++) yield* begin
      yield* TestClock.adjust("2 seconds")
      yield* begin
      assert.strictEqual(sent(), 9)
    })
  )

  it.effect("that is spared is asked by one call after three seconds; while that waits, others look again", () =>
    Effect.gen(function* () {
      const { begin, call, sent } = yield* caller([...times(5, () => down), () => "hang", fine])
      for (let count = 0; count < 5; count++) yield* call
      yield* begin
      yield* TestClock.adjust("2999 millis")
      assert.strictEqual(sent(), 5)
      yield* TestClock.adjust("1 millis")
      assert.strictEqual(sent(), 6)
      yield* begin
      yield* TestClock.adjust("1500 millis")
      assert.strictEqual(sent(), 6)
    })
  )

  for (const attemptTimeout of [30, 1]) {
    it.effect(`is not down because calls have no patience with it: a second, of ${attemptTimeout} for an attempt`, () =>
      Effect.gen(function* () {
        const { client, seen } = yield* make([() => "hang"])
        const call = Effect.exit(client.http.execute(get))
        const policy = new Policy({
          deadline: Duration.seconds(1),
          attemptTimeout: Duration.seconds(attemptTimeout),
          maxRetries: 0
        })
        const hasty = Effect.provideService(call, RetryPolicy, policy)
        for (let count = 0; count < 8; count++) yield* Effect.forkChild(hasty, { startImmediately: true })
        yield* TestClock.adjust("1 second")
        yield* Effect.forkChild(call, { startImmediately: true })
        assert.lengthOf(seen.requests, 9)
      })
    )
  }
})
