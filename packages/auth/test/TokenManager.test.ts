import { assert, describe, it } from "@effect/vitest"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Queue from "effect/Queue"
import * as Redacted from "effect/Redacted"
import * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import * as TestClock from "effect/testing/TestClock"
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import { Credentials } from "../src/Credentials.ts"
import { TokenManager } from "../src/TokenManager.ts"
import * as Host from "./LoginHost.ts"

const { LoginHost } = Host

class Change extends Context.Service<Change, (secret: string) => Effect.Effect<boolean>>()("test/Change") {}

const value = Effect.map(
  TokenManager.use((manager) => manager.token),
  (token) => Redacted.value(token.value)
)

/** Reads the token in a fiber of its own, which the clock can then be moved under. */
const reading = Effect.forkChild(value, { startImmediately: true })

describe("a token that is held", () => {
  it.effect("is not asked for before it is used", () =>
    Effect.gen(function* () {
      const host = yield* LoginHost
      const manager = yield* TokenManager
      assert.strictEqual((yield* manager.status).state, "empty")
      yield* TestClock.adjust("1 day")
      assert.strictEqual(yield* host.requests, 0)
    }).pipe(Effect.provide(Host.manager()))
  )

  it.effect("is asked for when an eager layer is built, without waiting for it", () =>
    Effect.gen(function* () {
      const host = yield* LoginHost
      assert.strictEqual(yield* host.requests, 1)
      assert.strictEqual(yield* value, "token-1")
      assert.strictEqual(yield* host.requests, 1)
    }).pipe(
      Effect.provide(
        TokenManager.layerEager.pipe(Layer.provide(Credentials.layer(Host.grant())), Layer.provideMerge(Host.endpoint))
      )
    )
  )

  it.effect("is served from memory", () =>
    Effect.gen(function* () {
      const host = yield* LoginHost
      for (let i = 0; i < 100; i++) assert.strictEqual(yield* value, "token-1")
      assert.strictEqual(yield* host.requests, 1)
    }).pipe(Effect.provide(Host.manager()))
  )

  it.effect("is renewed in the background when 10 to 20 % of its life is left", () =>
    Effect.gen(function* () {
      const host = yield* LoginHost
      yield* host.answer(Host.issue(1000))
      yield* value
      yield* TestClock.adjust("799 seconds")
      assert.strictEqual(yield* host.requests, 1)
      yield* TestClock.adjust("101 seconds")
      assert.strictEqual(yield* host.requests, 2)
      assert.strictEqual(yield* value, "token-2")
    }).pipe(Effect.provide(Host.manager()))
  )

  it.effect("is renewed at a moment that each manager draws for itself", () =>
    Effect.gen(function* () {
      const moments = yield* Effect.forEach(Array.from({ length: 200 }), () =>
        Effect.gen(function* () {
          const manager = yield* TokenManager
          yield* manager.token
          const { expiresAt, renewAt } = yield* manager.status
          return (expiresAt!.epochMilliseconds - renewAt!.epochMilliseconds) / 300_000
        }).pipe(Effect.provide(Layer.fresh(Host.manager())))
      )
      const [least, most] = [Math.min(...moments), Math.max(...moments)]
      assert.isTrue(least >= 0.1 && least < 0.11, `${least}`)
      assert.isTrue(most <= 0.2 && most > 0.19, `${most}`)
      const mean = moments.reduce((sum, one) => sum + one, 0) / moments.length
      assert.approximately(mean, 0.15, 0.01)
    })
  )

  it.effect("is renewed by a read when the timer is late", () =>
    Effect.gen(function* () {
      const host = yield* LoginHost
      yield* TestClock.setTime(3_600_000)
      assert.strictEqual(yield* value, "token-1")
      // Sleeps of the test clock are now an hour late, but the monotonic clock goes on.
      yield* TestClock.setTime(0)
      yield* TestClock.adjust("280 seconds")
      assert.strictEqual(yield* host.requests, 1)
      assert.strictEqual(yield* value, "token-1")
      assert.strictEqual(yield* host.requests, 2)
    }).pipe(Effect.provide(Host.manager()))
  )

  it.effect("is renewed at most 60 and at least 30 minutes before the end of a long life", () =>
    Effect.gen(function* () {
      const host = yield* LoginHost
      yield* host.answer(Host.issue(172_800))
      yield* value
      yield* TestClock.adjust("46 hours")
      assert.strictEqual(yield* host.requests, 1)
      yield* TestClock.adjust("90 minutes")
      assert.strictEqual(yield* host.requests, 2)
    }).pipe(Effect.provide(Host.manager()))
  )

  it.effect("is asked for once in 450 days, where it lives that long", () =>
    Effect.gen(function* () {
      const host = yield* LoginHost
      yield* host.answer(Host.issue(38_880_000))
      yield* value
      yield* TestClock.adjust(Duration.minutes(450 * 1_440 - 61))
      assert.strictEqual(yield* host.requests, 1)
      assert.strictEqual(yield* value, "token-1")
      yield* TestClock.adjust("31 minutes")
      assert.strictEqual(yield* value, "token-2")
      assert.strictEqual(yield* host.requests, 2)
    }).pipe(Effect.provide(Host.manager()))
  )

  it.effect("is still served while it is being renewed", () =>
    Effect.gen(function* () {
      const host = yield* LoginHost
      yield* value
      yield* host.answer(Host.hang)
      yield* TestClock.adjust("270 seconds")
      assert.isAtLeast(yield* host.requests, 2)
      assert.isTrue((yield* TokenManager.use((manager) => manager.status)).renewing)
      assert.strictEqual(yield* value, "token-1")
    }).pipe(Effect.provide(Host.manager({ exchangeTimeout: Duration.minutes(2) })))
  )

  it.effect("counts as gone in the last 2 % of its life", () =>
    Effect.gen(function* () {
      const host = yield* LoginHost
      yield* value
      yield* host.answer(Host.hang)
      yield* TestClock.adjust("293 seconds")
      assert.strictEqual(yield* value, "token-1")
      yield* TestClock.adjust("1 second")
      const fiber = yield* reading
      yield* host.answer(Host.issue())
      assert.isUndefined(fiber.pollUnsafe())
      yield* TestClock.adjust("20 seconds")
      assert.notStrictEqual(yield* Fiber.join(fiber), "token-1")
    }).pipe(Effect.provide(Host.manager({ exchangeTimeout: Duration.seconds(1), backoffMax: Duration.seconds(1) })))
  )

  it.effect("has a life that is counted from before the request was sent", () =>
    Effect.gen(function* () {
      const host = yield* LoginHost
      yield* host.answer(Host.after(9, Host.issue(10)))
      const fiber = yield* reading
      yield* TestClock.adjust("9 seconds")
      assert.strictEqual(yield* Fiber.join(fiber), "token-1")
      const status = yield* TokenManager.use((manager) => manager.status)
      assert.strictEqual(status.expiresAt?.epochMilliseconds, 10_000)
      yield* host.answer(Host.hang)
      yield* TestClock.adjust("800 millis")
      assert.isUndefined((yield* reading).pollUnsafe())
    }).pipe(Effect.provide(Host.manager()))
  )

  it.effect("expires on a read too when the timer did not fire", () =>
    Effect.gen(function* () {
      const host = yield* LoginHost
      yield* value
      // Backwards: sleeps of the test clock are now due an hour late, the monotonic clock goes on.
      yield* TestClock.adjust("1 hour")
      const held = yield* value
      const before = yield* host.requests
      yield* TestClock.setTime(0)
      yield* TestClock.adjust("299 seconds")
      assert.notStrictEqual(yield* value, held)
      assert.strictEqual(yield* host.requests, before + 1)
    }).pipe(Effect.provide(Host.manager()))
  )

  it.effect("is gone after a sleep of the machine, during which the monotonic clock stood still", () => {
    let slept = 0
    // The test clock, but for a wall clock that can jump ahead by itself.
    const clock = Layer.effect(
      Clock.Clock,
      Clock.Clock.use((test) =>
        Effect.succeed(
          Object.assign(Object.create(test), { currentTimeMillisUnsafe: () => test.currentTimeMillisUnsafe() + slept })
        )
      )
    )
    return Effect.gen(function* () {
      assert.strictEqual(yield* value, "token-1")
      slept = 3_600_000
      assert.strictEqual(yield* value, "token-2")
    }).pipe(Effect.provide(Layer.provideMerge(Host.manager(), clock)))
  })

  it.effect("is asked for at most 1.25 times for each life", () =>
    Effect.gen(function* () {
      const host = yield* LoginHost
      yield* value
      for (let i = 0; i < 24 * 60; i++) {
        yield* TestClock.adjust("1 minute")
        yield* value
      }
      assert.isAtMost(yield* host.requests, (86_400 / 300) * 1.25 + 1)
      assert.strictEqual(yield* host.mostAtOnce, 1)
    }).pipe(Effect.provide(Host.manager()))
  )
})

describe("one request in flight", () => {
  it.effect("10,000 cold callers make one request", () =>
    Effect.gen(function* () {
      const host = yield* LoginHost
      yield* host.answer(Host.after(1, Host.issue()))
      const callers = yield* Effect.forEach(Array.from({ length: 10_000 }), () => reading)
      yield* TestClock.adjust("1 second")
      const tokens = yield* Effect.forEach(callers, Fiber.join)
      assert.deepStrictEqual(new Set(tokens), new Set(["token-1"]))
      assert.strictEqual(yield* host.requests, 1)
    }).pipe(Effect.provide(Host.manager()))
  )

  it.effect("interrupting the caller that started it ends nobody else's wait", () =>
    Effect.gen(function* () {
      const host = yield* LoginHost
      yield* host.answer(Host.after(1, Host.issue()))
      const first = yield* reading
      const second = yield* reading
      yield* Fiber.interrupt(first)
      yield* TestClock.adjust("1 second")
      assert.strictEqual(yield* Fiber.join(second), "token-1")
      assert.strictEqual(yield* host.requests, 1)
    }).pipe(Effect.provide(Host.manager()))
  )

  it.effect("renew joins the one that runs", () =>
    Effect.gen(function* () {
      const host = yield* LoginHost
      const manager = yield* TokenManager
      yield* host.answer(Host.after(1, Host.issue()))
      const fibers = [
        yield* Effect.forkChild(manager.renew, { startImmediately: true }),
        yield* Effect.forkChild(manager.token, { startImmediately: true }),
        yield* Effect.forkChild(manager.renew, { startImmediately: true })
      ]
      yield* TestClock.adjust("1 second")
      yield* Effect.forEach(fibers, Fiber.join)
      assert.strictEqual(yield* host.requests, 1)
    }).pipe(Effect.provide(Host.manager()))
  )

  it.effect("ends with the layer, and so does every wait", () =>
    Effect.gen(function* () {
      const scope = yield* Scope.make()
      const context = yield* Layer.buildWithScope(Host.manager(), scope)
      const fiber = yield* Effect.provideContext(
        Effect.gen(function* () {
          const host = yield* LoginHost
          yield* host.answer(Host.hang)
          return yield* Effect.forkDetach(value, { startImmediately: true })
        }),
        context
      )
      yield* Scope.close(scope, Exit.void)
      const error = yield* Effect.flip(Fiber.join(fiber))
      assert.strictEqual(error._tag === "UnavailableError" && error.reason, "Closed")
    })
  )
})

describe("reject", () => {
  it.effect("200 callers that see a 401 make one request", () =>
    Effect.gen(function* () {
      const host = yield* LoginHost
      const manager = yield* TokenManager
      const token = yield* manager.token
      yield* TestClock.adjust("1 minute")
      yield* host.answer(Host.after(1, Host.issue()))
      const callers = yield* Effect.forEach(Array.from({ length: 200 }), () =>
        Effect.forkChild(Effect.andThen(manager.reject(token), value), { startImmediately: true })
      )
      yield* TestClock.adjust("1 second")
      assert.deepStrictEqual(new Set(yield* Effect.forEach(callers, Fiber.join)), new Set(["token-2"]))
      assert.strictEqual(yield* host.requests, 2)
    }).pipe(Effect.provide(Host.manager()))
  )

  it.effect("keeps a newer token", () =>
    Effect.gen(function* () {
      const host = yield* LoginHost
      const manager = yield* TokenManager
      const old = yield* manager.token
      yield* manager.renew
      yield* manager.reject(old)
      assert.strictEqual(yield* value, "token-2")
      assert.strictEqual(yield* host.requests, 2)
    }).pipe(Effect.provide(Host.manager()))
  )

  for (const [seconds, requests] of [
    [9, 1],
    [11, 2]
  ] as const) {
    it.effect(
      `after ${seconds} of 100 seconds ${requests === 1 ? "waits" : "renews at once"}: it has worked after a tenth of its life`,
      () =>
        Effect.gen(function* () {
          const host = yield* LoginHost
          yield* host.answer(Host.issue(100))
          const manager = yield* TokenManager
          const token = yield* manager.token
          yield* TestClock.adjust(`${seconds} seconds`)
          yield* manager.reject(token)
          const fiber = yield* reading
          assert.strictEqual(yield* host.requests, requests)
          // The backoff is a second at most, and a timer may be a millisecond late.
          yield* TestClock.adjust("2 seconds")
          assert.strictEqual(yield* Fiber.join(fiber), "token-2")
        }).pipe(Effect.provide(Host.manager()))
    )
  }

  it.effect("of tokens that never worked starts the backoff", () =>
    Effect.gen(function* () {
      const host = yield* LoginHost
      const manager = yield* TokenManager
      const refuseAll = Effect.forever(
        manager.token.pipe(
          Effect.flatMap((token) => manager.reject(token)),
          Effect.catch(() => Effect.sleep("1 second"))
        )
      )
      yield* Effect.forkChild(refuseAll)
      yield* TestClock.adjust("10 minutes")
      // 1 + 2 + 4 + … + 60 + 60 …: about 6 while it grows, then one a minute (less jitter).
      assert.isAtMost(yield* host.requests, 20)
      assert.isAtLeast(yield* host.requests, 8)
    }).pipe(Effect.provide(Host.manager()))
  )
})

describe("changed credentials", () => {
  const changing = Layer.effectContext(
    Effect.gen(function* () {
      const queue = yield* Queue.unbounded<ReturnType<typeof Host.grant>>()
      return Context.make(
        Credentials,
        Credentials.of({ current: Effect.succeed(Host.grant()), changes: Stream.fromQueue(queue) })
      ).pipe(Context.add(Change, (secret: string) => Queue.offer(queue, Host.grant(secret))))
    })
  )

  it.effect("end a remembered refusal and renew at once", () =>
    Effect.gen(function* () {
      const host = yield* LoginHost
      yield* host.answer(Host.refuse)
      yield* Effect.flip(value)
      yield* host.answer(Host.issue())
      yield* Change.use((change) => change("mended"))
      yield* Effect.yieldNow
      assert.strictEqual(yield* value, "token-2")
      assert.strictEqual((yield* TokenManager.use((manager) => manager.status)).generation, 1)
    }).pipe(Effect.provide(Host.managerWith(changing)))
  )

  it.effect("keep the old token until the new one is there", () =>
    Effect.gen(function* () {
      const host = yield* LoginHost
      yield* value
      yield* host.answer(Host.after(1, Host.issue()))
      yield* Change.use((change) => change("rotated"))
      yield* Effect.yieldNow
      assert.strictEqual(yield* host.requests, 2)
      assert.strictEqual(yield* value, "token-1")
      yield* TestClock.adjust("1 second")
      assert.strictEqual(yield* value, "token-2")
    }).pipe(Effect.provide(Host.managerWith(changing)))
  )

  it.effect("interrupt the running exchange, and nothing it brings is used", () =>
    Effect.gen(function* () {
      const host = yield* LoginHost
      yield* host.answer(Host.after(5, Host.refuse))
      const fiber = yield* reading
      yield* TestClock.adjust("1 second")
      yield* host.answer(Host.issue())
      yield* Change.use((change) => change("mended"))
      yield* Effect.yieldNow
      assert.strictEqual(yield* Fiber.join(fiber), "token-2")
      yield* TestClock.adjust("1 minute")
      assert.strictEqual(yield* value, "token-2")
      assert.strictEqual(yield* host.mostAtOnce, 1)
    }).pipe(Effect.provide(Host.managerWith(changing)))
  )
})

describe("without a background fiber", () => {
  it.effect("a token is renewed only when it is asked for and gone", () =>
    Effect.gen(function* () {
      const host = yield* LoginHost
      yield* value
      yield* TestClock.adjust("1 hour")
      assert.strictEqual(yield* host.requests, 1)
      assert.strictEqual(yield* value, "token-2")
    }).pipe(Effect.provide(Host.manager({ background: false })))
  )

  it.effect("a stored token in its advisory window is handed out, and nothing is asked for", () =>
    Effect.gen(function* () {
      const host = yield* LoginHost
      yield* value
      for (let i = 0; i < 10; i++) {
        yield* TestClock.adjust("5 seconds")
        yield* value
      }
      yield* TestClock.adjust("240 seconds")
      assert.strictEqual(yield* value, "token-1")
      assert.strictEqual(yield* host.requests, 1)
    }).pipe(Effect.provide(Host.manager({ background: false })))
  )

  it.effect("a failure is tried again only while somebody waits", () =>
    Effect.gen(function* () {
      const host = yield* LoginHost
      yield* host.answer(Host.unavailable)
      const fiber = yield* reading
      yield* TestClock.adjust("30 seconds")
      assert.isTrue(Exit.isFailure(yield* Fiber.await(fiber)))
      const requests = yield* host.requests
      assert.isAbove(requests, 2)
      yield* TestClock.adjust("1 hour")
      assert.isAtMost(yield* host.requests, requests + 1)
    }).pipe(Effect.provide(Host.manager({ background: false })))
  )
})

describe("changes", () => {
  it.effect("bring the present status first, then every change, and end with the layer", () =>
    Effect.gen(function* () {
      const scope = yield* Scope.make()
      const context = yield* Layer.buildWithScope(Host.manager(), scope)
      const fiber = yield* Effect.provideContext(
        Effect.gen(function* () {
          const manager = yield* TokenManager
          const collecting = yield* Effect.forkDetach(Stream.runCollect(manager.changes), { startImmediately: true })
          yield* Effect.yieldNow
          yield* manager.token
          yield* manager.renew
          return collecting
        }),
        context
      )
      yield* Scope.close(scope, Exit.void)
      const seen = yield* Fiber.join(fiber)
      assert.deepStrictEqual(
        seen.map((status) => [status.state, status.renewing]),
        [
          ["empty", false],
          ["waiting", true],
          ["ready", false],
          ["ready", true],
          ["ready", false],
          ["closed", false]
        ]
      )
    })
  )
})
