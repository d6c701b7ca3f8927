/**
 * What every `RateLimit` must do, whatever it asks before it lets a call go, as cases for whatever runs your tests: give them a layer
 * of a limit. They need no test runner of their own, and bring the clock that they move.
 *
 * ```ts
 * for (const { name, run } of RateLimitSuite.cases(layer)) test(name, () => Effect.runPromise(run))
 * ```
 */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Headers from "effect/http/Headers"
import * as TestClock from "effect/testing/TestClock"
import { deepStrictEqual, ok, strictEqual } from "node:assert/strict"
import { RateLimit } from "../RateLimit.ts"
import type { RatePass } from "../RatePass.ts"
import * as CountingHost from "./internal/countingHost.ts"
import {
  first,
  second,
  users,
  analytics,
  start,
  pass,
  waiter,
  told,
  useUp,
  described,
  saturate
} from "./internal/rateFixture.ts"

/** One thing that a rate limit must do, and how it is tried. */
export interface Case {
  /** What holds, as the end of a sentence that begins with "a rate limit". */
  readonly name: string
  /** Fails, or dies of an `AssertionError`, if the limit does not do it. */
  readonly run: Effect.Effect<void, unknown>
}

/**
 * All cases for a rate limit. Each builds its layer anew.
 *
 * @param layer a limit that has let no call go; asked for once for each case
 */
export const cases = <E>(layer: () => Layer.Layer<RateLimit, E>): ReadonlyArray<Case> =>
  checks.map(({ name, run }) => ({
    name,
    // Anew, though a program around it has such a limit.
    run: Effect.suspend(() => Effect.provide(run, Layer.provideMerge(Layer.fresh(layer()), TestClock.layer())))
  }))

interface Check {
  readonly name: string
  readonly run: Effect.Effect<void, never, RateLimit>
}

const hosts: ReadonlyArray<readonly [string, CountingHost.Options]> = [
  ["300 calls a minute", {}],
  ["300 calls a minute, and rounds seconds down", { rounding: "down" }],
  ["300 calls in each minute of the clock", { aligned: true }],
  ["60 calls a minute", { allowed: 60 }],
  ["1,000 calls a minute", { allowed: 1000 }]
]

const neverAbove = hosts.map(([name, options]): Check => {
  const { allowed = 300 } = options
  return {
    name: `sends nothing that is refused, and 90 % of what is allowed, to a host that allows ${name}`,
    run: Effect.gen(function* () {
      const host = CountingHost.make(options)
      yield* saturate(host, [users])
      strictEqual(host.refused, 0)
      ok(host.answered >= allowed * 5 * 0.9, `${host.answered} calls went in five minutes`)
    })
  }
})

const checks: ReadonlyArray<Check> = [
  {
    name: "lets a few calls go at once",
    run: Effect.gen(function* () {
      for (let call = 0; call < 5; call++) yield* pass()
    })
  },
  ...neverAbove,
  {
    name: "lets callers go in the order in which they came",
    run: Effect.gen(function* () {
      yield* useUp()
      const limit = yield* RateLimit
      const gone: Array<number> = []
      for (let caller = 0; caller < 20; caller++) {
        const go = Effect.map(limit.acquire({ path: users, token: first }), () => gone.push(caller))
        yield* start(go)
        yield* TestClock.adjust(1)
      }
      deepStrictEqual(gone, [])
      yield* TestClock.adjust("3 minutes")
      deepStrictEqual(
        gone,
        Array.from({ length: 20 }, (_, caller) => caller)
      )
    })
  },
  {
    name: "gives the place of one that is interrupted to the next one",
    run: Effect.gen(function* () {
      yield* useUp()
      const gaveUp = yield* waiter()
      const next = yield* waiter()
      yield* Fiber.interrupt(gaveUp)
      yield* TestClock.adjust("2 minutes")
      ok(next.pollUnsafe() !== undefined)
    })
  },
  {
    name: "tells a call that has to wait when its turn may come, once, and others nothing",
    run: Effect.gen(function* () {
      const limit = yield* RateLimit
      const turns: Array<number> = []
      const onWait = (turnAt: number) => void turns.push(turnAt)
      const quick = yield* limit.acquire({ path: users, token: first, onWait })
      deepStrictEqual(turns, [])
      yield* quick.answered(told(300, 300, 60))
      yield* start(limit.acquire({ path: users, token: first, onWait }))
      yield* TestClock.adjust("5 seconds")
      strictEqual(turns.length, 1)
      const now = yield* Clock.currentTimeMillis
      ok(turns[0]! > now + 30_000 && turns[0]! < now + 90_000, `its turn would come at ${turns[0]}`)
    })
  },
  {
    name: "waits for the next window when others have used up this one",
    run: Effect.gen(function* () {
      const now = yield* Clock.currentTimeMillis
      yield* useUp(30)
      const fiber = yield* waiter()
      yield* TestClock.adjust("1 minute")
      const took = (yield* Fiber.join(fiber)) - now
      ok(took >= 29_000 && took <= 45_000, `it waited for ${took} ms`)
    })
  },
  {
    name: "lets no call go before the moment that a refusal names",
    run: Effect.gen(function* () {
      const now = yield* Clock.currentTimeMillis
      const { refused } = yield* pass()
      yield* refused(now + 90_000)
      const fiber = yield* waiter()
      yield* TestClock.adjust("2 minutes")
      ok((yield* Fiber.join(fiber)) >= now + 90_000)
    })
  },
  {
    name: "forgets what was counted with another token",
    run: Effect.gen(function* () {
      yield* useUp()
      yield* waiter()
      const late: RatePass = yield* pass(users, second)
      yield* late.answered(told(300, 1, 60))
      yield* pass(users, second)
    })
  },
  {
    name: "holds no other kind up for the budget of one that is allowed less",
    run: Effect.gen(function* () {
      const host = CountingHost.make({ kinds: { analytics: 60 } })
      yield* saturate(host, [users, analytics])
      strictEqual(host.refused, 0)
      ok(host.answered >= (300 + 60) * 5 * 0.9, `${host.answered} calls went in five minutes`)
    })
  },
  {
    name: "takes no notice of headers that make no sense",
    run: Effect.gen(function* () {
      for (const headers of [
        {},
        { "inin-ratelimit-allowed": "0", "inin-ratelimit-count": "1", "inin-ratelimit-reset": "60" },
        { "inin-ratelimit-allowed": "many", "inin-ratelimit-count": "300", "inin-ratelimit-reset": "60" },
        { "inin-ratelimit-allowed": "300", "inin-ratelimit-count": "-1", "inin-ratelimit-reset": "60" },
        { "inin-ratelimit-allowed": "300", "inin-ratelimit-count": "300" }
      ]) {
        const { answered } = yield* pass()
        yield* answered(Headers.fromInput(headers))
      }
      yield* pass()
    })
  },
  {
    name: "describes what the answers told, and which window is over",
    run: Effect.gen(function* () {
      const { answered } = yield* pass()
      yield* answered(told(600, 40, 30))
      const [shared] = yield* described()
      const now = yield* Clock.currentTimeMillis
      deepStrictEqual([shared?.kind, shared?.allowed, shared?.used], ["*", 600, 40])
      ok(shared?.resetAt !== undefined && shared.resetAt > now && shared.resetAt <= now + 31_000)
      yield* TestClock.adjust("2 minutes")
      deepStrictEqual((yield* described())[0], { kind: "*", allowed: 600, used: 0, resetAt: undefined })
    })
  },
  {
    name: "tells whoever watches of each budget, once, until they leave",
    run: Effect.gen(function* () {
      const limit = yield* RateLimit
      const kinds: Array<string> = []
      const learn = Effect.fnUntraced(function* (path: string) {
        const { answered } = yield* pass(path)
        yield* answered(told(60, 1, 60))
      })
      const { answered } = yield* pass()
      yield* answered(told(300, 1, 60))
      yield* Effect.gen(function* () {
        yield* limit.watch((kind) => void kinds.push(kind))
        yield* learn(analytics)
        yield* learn(analytics)
        deepStrictEqual(kinds, ["*", "analytics"])
      }).pipe(Effect.scoped)
      yield* learn("/api/v2/routing/queues")
      deepStrictEqual(kinds, ["*", "analytics"])
      deepStrictEqual(
        (yield* described()).map(({ allowed, kind }) => [kind, allowed]),
        [
          ["*", 300],
          ["analytics", 60],
          ["routing", 60]
        ]
      )
    })
  }
]
