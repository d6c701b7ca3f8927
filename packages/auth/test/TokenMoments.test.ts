/** The moments at which a token manager asks, hands out and gives up, without jitter: each to the millisecond. */
import { assert, describe, it } from "@effect/vitest"
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as HttpClientResponse from "effect/http/HttpClientResponse"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as Queue from "effect/Queue"
import * as Redacted from "effect/Redacted"
import * as References from "effect/References"
import * as Stream from "effect/Stream"
import * as TestClock from "effect/testing/TestClock"
import { Credentials } from "../src/Credentials.ts"
import { TokenManager } from "../src/TokenManager.ts"
import { TokenStore } from "../src/TokenStore.ts"
import * as Host from "./LoginHost.ts"

const hour = 3_600_000
const steady = { jitter: 0, renewFractionMin: 0.2, renewFractionMax: 0.2 }
const token = TokenManager.use((manager) => manager.token)
const value = Effect.map(token, (found) => Redacted.value(found.value))
const start = <A, E, R>(effect: Effect.Effect<A, E, R>) => Effect.forkChild(effect, { startImmediately: true })

/** From one o'clock on, the host answers so; gives the milliseconds at which it is asked. */
const asked = Effect.fnUntraced(function* (answer: Host.Answer) {
  yield* TestClock.setTime(hour)
  const moments: Array<number> = []
  yield* Host.LoginHost.use((host) =>
    host.answer((n, request) =>
      Effect.flatMap(Clock.currentTimeMillis, (now) => {
        moments.push(now - hour)
        return answer(n, request)
      })
    )
  )
  return moments
})

/** A manager that tells what it logs of one event. */
const logging = (event: string, field: string, told: Array<unknown>) => {
  const logger = Logger.make(({ fiber }) => {
    const annotations = fiber.getRef(References.CurrentLogAnnotations)
    if (annotations["event"] === event) told.push(annotations[field])
  })
  return Host.onlyManager(steady).pipe(Layer.provide(Logger.layer([logger])), Layer.provideMerge(Host.endpoint))
}

/** Counts its own requests, wherever those before it came from. */
const inTurn = (...answers: ReadonlyArray<Host.Answer>): Host.Answer => {
  let count = 0
  return (n, request) => answers[Math.min(count++, answers.length - 1)]!(n, request)
}

describe("after a failure", () => {
  it.effect("nobody waits for, the next attempts come after 1, 2, 4 s and so on, and in the end each minute", () =>
    Effect.gen(function* () {
      const moments = yield* asked(Host.unavailable)
      const caller = yield* start(Effect.exit(value))
      yield* Fiber.interrupt(caller)
      yield* TestClock.adjust("4 minutes")
      assert.deepStrictEqual(
        moments,
        [0, 1, 3, 7, 15, 31, 63, 123, 183].map((second) => second * 1_000)
      )
    }).pipe(Effect.provide(Host.manager(steady)))
  )

  it.effect("that somebody waits for, they come after 5 s at most", () =>
    Effect.gen(function* () {
      const moments = yield* asked(Host.unavailable)
      yield* start(Effect.exit(value))
      yield* TestClock.adjust("29 seconds")
      assert.deepStrictEqual(
        moments,
        [0, 1, 3, 7, 12, 17, 22, 27].map((second) => second * 1_000)
      )
    }).pipe(Effect.provide(Host.manager(steady)))
  )

  it.effect("of the store itself, they come as after any other", () =>
    Effect.gen(function* () {
      const moments: Array<number> = []
      const store = Layer.succeed(
        TokenStore,
        TokenStore.of({
          get: () => Effect.die("a defect"),
          remove: () => Effect.die("a defect"),
          modify: () =>
            Effect.flatMap(Clock.currentTimeMillis, (now) => {
              moments.push(now)
              return Effect.die("a defect")
            })
        })
      )
      yield* Effect.gen(function* () {
        yield* start(Effect.exit(value))
        yield* TestClock.adjust("20 seconds")
      }).pipe(Effect.provide(Host.manager(steady).pipe(Layer.provide(store))))
      assert.deepStrictEqual(moments, [0, 1_000, 3_000, 7_000, 12_000, 17_000])
    })
  )

  it.effect(
    "of a token that cannot be used, they come after 5, 10, 20 minutes and so on, and in the end each hour",
    () =>
      Effect.gen(function* () {
        const moments = yield* asked(Host.issueUnusable)
        yield* start(Effect.exit(value))
        yield* TestClock.adjust("200 minutes")
        // Each is ended by another request at the same moment.
        const minutes = [...new Set(moments)].map((millis) => millis / 60_000)
        assert.deepStrictEqual(minutes, [0, 5, 15, 35, 75, 135, 195])
      }).pipe(Effect.provide(Host.manager(steady)))
  )

  for (const [waiting, next] of [
    [true, 5],
    [false, 8]
  ] as const) {
    it.effect(`the log says when the next attempt is, ${waiting ? "while somebody waits" : "if nobody does"}`, () =>
      Effect.gen(function* () {
        const told: Array<unknown> = []
        yield* Effect.gen(function* () {
          yield* asked(Host.unavailable)
          const caller = yield* start(Effect.exit(value))
          if (!waiting) yield* Fiber.interrupt(caller)
          yield* TestClock.adjust("7 seconds")
        }).pipe(Effect.provide(logging("token.failed", "nextAttemptInSeconds", told)))
        assert.deepStrictEqual(told, [1, 2, 4, next])
      })
    )
  }
})

describe("a token", () => {
  it.effect("is renewed when a fifth of its life is left, and the log says how much that is", () =>
    Effect.gen(function* () {
      const told: Array<unknown> = []
      yield* Effect.gen(function* () {
        const moments = yield* asked(Host.issue(1_000))
        yield* value
        yield* TestClock.adjust("1601 seconds")
        assert.deepStrictEqual(moments, [0, 800_000, 1_600_000])
      }).pipe(Effect.provide(logging("token.renewed", "previousSecondsLeft", told)))
      assert.deepStrictEqual(told, [200, 200])
    })
  )

  for (const [held, next] of [
    [29_999, 30_999],
    [30_000, 30_000]
  ] as const) {
    it.effect(`that is refused after ${held} ms of 300 s ${held === next ? "has worked" : "never worked"}`, () =>
      Effect.gen(function* () {
        const moments = yield* asked(Host.issue(300))
        const manager = yield* TokenManager
        const first = yield* manager.token
        yield* TestClock.adjust(held)
        yield* manager.reject(first)
        yield* start(Effect.exit(value))
        yield* TestClock.adjust("2 seconds")
        assert.deepStrictEqual(moments, [0, next])
      }).pipe(Effect.provide(Host.manager(steady)))
    )
  }

  it.effect("that took as long to come as it can be used is none, and is not asked for again at once", () =>
    Effect.gen(function* () {
      const moments = yield* asked(Host.after(9.8, Host.issue(10)))
      yield* start(Effect.exit(value))
      yield* TestClock.adjust("12 seconds")
      assert.deepStrictEqual(moments, [0, 10_800])
    }).pipe(Effect.provide(Host.manager(steady)))
  )

  for (const [life, next] of [
    [0.999, 1_000],
    [1, 800]
  ] as const) {
    it.effect(`of ${life} s is followed by another one after ${next} ms`, () =>
      Effect.gen(function* () {
        const moments = yield* asked(Host.issue(life))
        yield* value
        yield* TestClock.adjust("1 second")
        assert.strictEqual(moments[1], next)
      }).pipe(Effect.provide(Host.manager(steady)))
    )
  }
})

describe("other credentials", () => {
  /** A manager whose credentials change when the test says so. */
  const changing = (policy: Host.PolicyOptions = {}) => {
    const queue = Effect.runSync(Queue.unbounded<ReturnType<typeof Host.grant>>())
    const credentials = Credentials.of({ current: Effect.succeed(Host.grant()), changes: Stream.fromQueue(queue) })
    return {
      change: Effect.andThen(Queue.offer(queue, Host.grant("another")), Effect.yieldNow),
      manager: Host.managerWith(Layer.succeed(Credentials, credentials), { ...steady, ...policy })
    }
  }

  for (const background of [true, false]) {
    const { change, manager } = changing({ background })
    it.effect(
      `are shown to nobody before a token is asked for, ${background ? "kept" : "not kept"} in the background`,
      () =>
        Effect.gen(function* () {
          const moments = yield* asked(Host.issue())
          yield* change
          yield* TestClock.adjust("1 minute")
          assert.deepStrictEqual(moments, [])
          assert.strictEqual((yield* TokenManager.use(({ status }) => status)).generation, 1)
          yield* value
          assert.lengthOf(moments, 1)
        }).pipe(Effect.provide(manager))
    )
  }

  for (const background of [true, false]) {
    const { change, manager } = changing({ background })
    it.effect(
      `are shown at once after a refusal, ${background ? "kept" : "but not unless somebody asks, if not kept"} in the background`,
      () =>
        Effect.gen(function* () {
          const moments = yield* asked(inTurn(Host.refuse, Host.issue()))
          yield* Effect.flip(value)
          yield* change
          yield* TestClock.adjust("1 minute")
          assert.lengthOf(moments, background ? 2 : 1)
          yield* value
          assert.lengthOf(moments, 2)
        }).pipe(Effect.provide(manager))
    )
  }
})

describe("managers with one store", () => {
  /** Another process: a manager of its own on the same store and login host. */
  const another = <A, E, R>(effect: Effect.Effect<A, E, TokenManager | R>, policy: Host.PolicyOptions = {}) =>
    Effect.provide(effect, Layer.fresh(Host.onlyManager({ ...steady, ...policy })))
  const together = Layer.merge(TokenStore.layerMemory, Host.endpoint)
  const oneShot = { background: false }

  it.effect("serve a stored token for as long as the one that asked for it", () =>
    Effect.gen(function* () {
      const moments = yield* asked(Host.issue(300))
      yield* another(value, oneShot)
      yield* TestClock.adjust("200 seconds")
      yield* another(
        Effect.gen(function* () {
          assert.strictEqual(yield* value, "token-1")
          yield* TestClock.adjust("93999 millis")
          assert.strictEqual(yield* value, "token-1")
          yield* TestClock.adjust("1 millis")
          assert.strictEqual(yield* value, "token-2")
        }),
        oneShot
      )
      assert.deepStrictEqual(moments, [0, 294_000])
    }).pipe(Effect.provide(together))
  )

  it.effect("show refused credentials again when the one that was refused would have done so", () =>
    Effect.gen(function* () {
      const moments = yield* asked(Host.refuse)
      yield* Effect.exit(another(value))
      yield* TestClock.adjust("100 seconds")
      yield* start(another(Effect.andThen(Effect.exit(value), Effect.never)))
      yield* TestClock.adjust("201 seconds")
      assert.deepStrictEqual(moments, [0, 300_000])
    }).pipe(Effect.provide(together))
  )

  it.effect("wait for what the login host asked one of them to wait, though another one met an outage meanwhile", () =>
    Effect.gen(function* () {
      const moments = yield* asked(inTurn(Host.rateLimited(60), Host.unavailable))
      assert.strictEqual((yield* Effect.flip(another(value, oneShot)))._tag, "RateLimitError")
      yield* TestClock.adjust("10 seconds")
      const told = yield* Effect.flip(another(value, oneShot))
      assert.deepStrictEqual(told._tag === "RateLimitError" && told.retryAfter, Duration.seconds(50))
      // Whoever asks to renew asks at once.
      const renewal = TokenManager.use(({ renew }) => renew)
      assert.strictEqual((yield* Effect.flip(another(renewal, oneShot)))._tag, "UnavailableError")
      assert.deepStrictEqual(moments, [0, 10_000])
      const late = yield* start(Effect.exit(another(value, { ...oneShot, patience: Duration.minutes(2) })))
      yield* TestClock.adjust("49 seconds")
      assert.lengthOf(moments, 2)
      yield* TestClock.adjust("1 second")
      assert.lengthOf(moments, 3)
      yield* Fiber.interrupt(late)
    }).pipe(Effect.provide(together))
  )

  it.effect("take, when a token is due, what another one has stored meanwhile", () =>
    Effect.gen(function* () {
      const moments = yield* asked(Host.issue(300))
      yield* another(
        Effect.gen(function* () {
          yield* value
          yield* TestClock.adjust("200 seconds")
          yield* another(
            TokenManager.use(({ renew }) => renew),
            oneShot
          )
          yield* TestClock.adjust("60 seconds")
          assert.strictEqual(yield* value, "token-2")
        })
      )
      assert.deepStrictEqual(moments, [0, 200_000])
    }).pipe(Effect.provide(together))
  )
})

describe("an answer whose body does not end within a second", () => {
  for (const [status, reason] of [
    [500, "ServerError"],
    [502, "ServerError"],
    [302, "InvalidResponse"]
  ] as const) {
    it.effect(`and whose status is ${status} is told by that alone`, () =>
      Effect.gen(function* () {
        yield* asked((_, request) =>
          Effect.sync(() => {
            const headers = { location: "https://elsewhere.example/" }
            return HttpClientResponse.fromWeb(request, new Response(new ReadableStream(), { status, headers }))
          })
        )
        const fiber = yield* start(Effect.flip(value))
        yield* TestClock.adjust("1 second")
        const { lastOutcome } = yield* TokenManager.use((manager) => manager.status)
        assert.strictEqual(lastOutcome?.result, "UnavailableError")
        yield* TestClock.adjust("31 seconds")
        const error = yield* Fiber.join(fiber)
        assert.strictEqual(error._tag === "UnavailableError" && error.reason, reason)
      }).pipe(Effect.provide(Host.manager(steady)))
    )
  }
})
