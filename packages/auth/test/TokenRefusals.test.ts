/** What callers of a token manager are told when there is no token to be had, and when it asks again. */
import { assert, describe, it } from "@effect/vitest"
import * as Cause from "effect/Cause"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as TestClock from "effect/testing/TestClock"
import * as Clock from "effect/Clock"
import { TokenManager } from "../src/TokenManager.ts"
import * as Host from "./LoginHost.ts"

const { LoginHost } = Host

const value = Effect.map(
  TokenManager.use((manager) => manager.token),
  (token) => Redacted.value(token.value)
)

/** Reads the token in a fiber of its own, which the clock can then be moved under. */
const reading = Effect.forkChild(value, { startImmediately: true })

describe("a failed exchange", () => {
  it.effect("keeps a token that still works, and is tried again after a growing pause", () =>
    Effect.gen(function* () {
      const host = yield* LoginHost
      yield* host.answer(Host.issue(3600))
      yield* value
      yield* host.answer(Host.unavailable)
      yield* TestClock.adjust("55 minutes")
      const first = yield* host.requests
      assert.isAtLeast(first, 3)
      assert.isAtMost(first, 30)
      assert.strictEqual(yield* value, "token-1")
      yield* TestClock.adjust("60 seconds")
      // Once the pause has grown to a minute (less jitter), at most two in a minute.
      assert.isAtMost((yield* host.requests) - first, 2)
      yield* host.answer(Host.issue())
      yield* TestClock.adjust("60 seconds")
      assert.notStrictEqual(yield* value, "token-1")
    }).pipe(Effect.provide(Host.manager()))
  )

  it.effect("is tried again after pauses that are jittered", () =>
    Effect.gen(function* () {
      const pauses = yield* Effect.forEach(Array.from({ length: 100 }), () =>
        Effect.gen(function* () {
          yield* LoginHost.use((host) => host.answer(Host.unavailable))
          const manager = yield* TokenManager
          yield* Effect.ignore(manager.renew)
          const { lastOutcome, notBefore } = yield* manager.status
          return notBefore!.epochMilliseconds - lastOutcome!.at.epochMilliseconds
        }).pipe(Effect.provide(Layer.fresh(Host.manager())))
      )
      const [least, most] = [Math.min(...pauses), Math.max(...pauses)]
      assert.isTrue(least >= 800 && least < 830, `${least}`)
      assert.isTrue(most <= 1000 && most > 970, `${most}`)
    })
  )

  it.effect("is tried again while callers wait, and they get the token", () =>
    Effect.gen(function* () {
      const host = yield* LoginHost
      yield* host.answer(Host.inTurn(Host.unavailable, Host.disconnect, Host.issue()))
      const fiber = yield* reading
      yield* TestClock.adjust("10 seconds")
      assert.strictEqual(yield* Fiber.join(fiber), "token-3")
    }).pipe(Effect.provide(Host.manager()))
  )

  it.effect("that hangs is given up after 10 s", () =>
    Effect.gen(function* () {
      const host = yield* LoginHost
      yield* host.answer(Host.inTurn(Host.hang, Host.issue()))
      const fiber = yield* reading
      yield* TestClock.adjust("9900 millis")
      assert.strictEqual(yield* host.requests, 1)
      yield* TestClock.adjust("1200 millis")
      assert.strictEqual(yield* Fiber.join(fiber), "token-2")
    }).pipe(Effect.provide(Host.manager()))
  )

  it.effect("gives each caller the last error when its patience of 30 s is over", () =>
    Effect.gen(function* () {
      const host = yield* LoginHost
      yield* host.answer(Host.unavailable)
      const fiber = yield* reading
      yield* TestClock.adjust("25 seconds")
      assert.isUndefined(fiber.pollUnsafe())
      yield* TestClock.adjust("5 seconds")
      const error = yield* Effect.flip(Fiber.join(fiber))
      assert.strictEqual(error._tag === "UnavailableError" && error.reason, "ServerError")
    }).pipe(Effect.provide(Host.manager({ backoffMax: Duration.seconds(4) })))
  )

  it.effect("gives the error at once when the next attempt lies beyond the patience", () =>
    Effect.gen(function* () {
      const host = yield* LoginHost
      yield* host.answer(Host.rateLimited(3600))
      const error = yield* Effect.flip(value)
      assert.strictEqual(error._tag === "RateLimitError" && Duration.toSeconds(error.retryAfter!), 3600)
      yield* Effect.flip(value)
      assert.strictEqual(yield* host.requests, 1)
      yield* host.answer(Host.issue())
      yield* TestClock.adjust("3599 seconds")
      assert.strictEqual(yield* host.requests, 1)
      yield* TestClock.adjust("1 second")
      assert.strictEqual(yield* value, "token-2")
    }).pipe(Effect.provide(Host.manager()))
  )

  it.effect("leaves each caller its own patience, whoever else comes or goes", () =>
    Effect.gen(function* () {
      const host = yield* LoginHost
      yield* host.answer(Host.hang)
      const ended: Array<readonly [string, number]> = []
      const caller = (name: string) =>
        Effect.forkChild(
          Effect.onExit(value, () =>
            Effect.flatMap(Clock.currentTimeMillis, (now) => Effect.sync(() => ended.push([name, now / 1000])))
          ),
          { startImmediately: true }
        )
      const first = yield* caller("first")
      yield* TestClock.adjust("5 seconds")
      yield* caller("second")
      yield* TestClock.adjust("5 seconds")
      yield* caller("third")
      yield* Fiber.interrupt(first)
      yield* TestClock.adjust("60 seconds")
      yield* caller("fourth")
      yield* TestClock.adjust("60 seconds")
      assert.deepStrictEqual(ended, [
        ["first", 10],
        ["second", 35],
        ["third", 40],
        ["fourth", 100]
      ])
    }).pipe(Effect.provide(Host.manager({ exchangeTimeout: Duration.minutes(10) })))
  )

  it.effect("brings a token that has outlived itself: it is not asked for without a pause", () =>
    Effect.gen(function* () {
      const host = yield* LoginHost
      yield* host.answer(Host.after(6, Host.issue(5)))
      const fiber = yield* reading
      yield* TestClock.adjust("30 seconds")
      const error = yield* Effect.flip(Fiber.join(fiber))
      assert.strictEqual(error._tag, "UnavailableError")
      assert.isAtMost(yield* host.requests, 5)
    }).pipe(Effect.provide(Host.manager()))
  )
})

describe("refused credentials", () => {
  it.effect("are remembered: callers get the error at once and nothing is sent", () =>
    Effect.gen(function* () {
      const host = yield* LoginHost
      yield* host.answer(Host.refuse)
      for (let i = 0; i < 50; i++) assert.strictEqual((yield* Effect.flip(value))._tag, "AuthenticationError")
      yield* TestClock.adjust("3 minutes")
      assert.strictEqual((yield* Effect.flip(value))._tag, "AuthenticationError")
      assert.strictEqual(yield* host.requests, 1)
      assert.strictEqual((yield* TokenManager.use((manager) => manager.status)).state, "refused")
    }).pipe(Effect.provide(Host.manager()))
  )

  it.effect("are shown again after the probe interval", () =>
    Effect.gen(function* () {
      const host = yield* LoginHost
      yield* host.answer(Host.refuse)
      yield* Effect.flip(value)
      yield* host.answer(Host.issue())
      yield* TestClock.adjust("5 minutes")
      assert.strictEqual(yield* value, "token-2")
    }).pipe(Effect.provide(Host.manager()))
  )

  it.effect("are shown again by renew", () =>
    Effect.gen(function* () {
      const host = yield* LoginHost
      yield* host.answer(Host.refuse)
      yield* Effect.flip(value)
      yield* host.answer(Host.issue())
      yield* TokenManager.use((manager) => manager.renew)
      assert.strictEqual(yield* value, "token-2")
    }).pipe(Effect.provide(Host.manager()))
  )

  it.effect("leave a token that still works in use", () =>
    Effect.gen(function* () {
      const host = yield* LoginHost
      yield* value
      yield* host.answer(Host.refuse)
      yield* TestClock.adjust("290 seconds")
      assert.strictEqual(yield* value, "token-1")
      const status = yield* TokenManager.use((manager) => manager.status)
      assert.strictEqual(status.state, "ready")
      assert.strictEqual(status.lastOutcome?.result, "AuthenticationError")
      yield* TestClock.adjust("5 seconds")
      assert.strictEqual((yield* Effect.flip(value))._tag, "AuthenticationError")
      assert.strictEqual(yield* host.requests, 2)
    }).pipe(Effect.provide(Host.manager()))
  )
})

it.effect("a defect of the endpoint is an error, not the end of the manager", () =>
  Effect.gen(function* () {
    const host = yield* LoginHost
    yield* host.answer(Host.inTurn(() => Effect.die(new Error("a bug")), Host.issue()))
    const exit = yield* Effect.exit(TokenManager.use((manager) => manager.renew))
    assert.isTrue(Exit.isFailure(exit) && Cause.hasFails(exit.cause))
    yield* TestClock.adjust("2 seconds")
    assert.strictEqual(yield* value, "token-2")
  }).pipe(Effect.provide(Host.manager()))
)
