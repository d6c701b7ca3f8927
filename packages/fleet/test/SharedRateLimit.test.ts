/** A rate limit that leases its permits from an entity of a cluster in memory, as every rate limit has to be. */
import { assert, describe, it } from "@effect/vitest"
import { Environment } from "@effect-genesys/auth/Environment"
import { RateLimit } from "@effect-genesys/client/RateLimit"
import { RateLimitSuite } from "@effect-genesys/client/testing"
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Random from "effect/Random"
import * as TestClock from "effect/testing/TestClock"
import * as SharedRateLimit from "../src/SharedRateLimit.ts"
import * as Cluster from "./Cluster.ts"
import * as Fleet from "./Fleet.ts"

const alone = SharedRateLimit.layer().pipe(
  Layer.provide(SharedRateLimit.layerKeeper),
  Layer.provide(Cluster.layer),
  Layer.provide(Environment.layer())
)

describe("three layers of one cluster", () => {
  const cluster = Layer.provideMerge(SharedRateLimit.layerKeeper, Cluster.layer)
  const limits = Effect.gen(function* () {
    const layer = Layer.fresh(SharedRateLimit.layer())
    const one = Effect.map(Layer.build(layer), (context) => Context.get(context, RateLimit))
    return yield* Effect.all([one, one, one])
  })

  it.effect("use what one token is allowed, in equal parts if all have callers, and are not refused", () =>
    Effect.gen(function* () {
      const host = Fleet.makeHost()
      const callers = yield* Effect.forEach(yield* limits, (limit, index) =>
        Effect.forkChild(Fleet.saturate(limit, host, "abc".charAt(index)))
      )
      // They are not alone any more, and the window is over that began with a burst.
      yield* TestClock.adjust("65 seconds")
      const from = yield* Clock.currentTimeMillis
      yield* TestClock.adjust("2 minutes")
      assert.strictEqual(host.refused, 0)
      assert.isAtLeast(host.answered(from, Infinity), 600 * 0.97)
      for (const who of ["a", "b", "c"]) assert.approximately(host.answered(from, Infinity, who), 200, 20)
      // The others leave it all to the third.
      yield* Fiber.interruptAll(callers.slice(0, 2))
      yield* TestClock.adjust("3 seconds")
      const left = yield* Clock.currentTimeMillis
      yield* TestClock.adjust("1 minute")
      assert.isAtLeast(host.answered(left, Infinity, "c"), 285)
      assert.strictEqual(host.refused, 0)
    }).pipe(Effect.scoped, Effect.provide(Layer.merge(cluster, Environment.layer())), Random.withSeed("three"))
  )

  it.effect("of which each has another token hold each other up for nothing", () =>
    Effect.gen(function* () {
      const host = Fleet.makeHost({ allowed: 900 })
      for (const [index, limit] of (yield* limits).entries()) {
        const who = "abc".charAt(index)
        const call = Fleet.call(limit, host, who, "/api/v2/users", Fleet.tokenNamed(who))
        for (let caller = 0; caller < 10; caller++) yield* Effect.forkChild(Effect.forever(call))
      }
      yield* TestClock.adjust("5 seconds")
      const from = yield* Clock.currentTimeMillis
      yield* TestClock.adjust("20 seconds")
      // Each has all of what it takes a token to be allowed, and none a third.
      for (const who of ["a", "b", "c"]) assert.isAtLeast(host.answered(from, Infinity, who), 90)
    }).pipe(Effect.scoped, Effect.provide(Layer.merge(cluster, Environment.layer())), Random.withSeed("each"))
  )
})

describe("a rate limit that is shared", () => {
  /** What `RateLimit.test.ts` also has of other hosts. `PROVE=1`: here, too. */
  const isOfAnother = (name: string) => /1,000 calls|rounds|each minute/.test(name)
  for (const { name, run } of RateLimitSuite.cases(() => alone))
    it.live.skipIf(isOfAnother(name) && process.env["PROVE"] === undefined)(name, () => run)
})
