/** A listener through mishaps of every kind, at random. `PROVE=1`: for an hour; else for half of one. */
import { assert, it } from "@effect/vitest"
import { Simulator } from "@effect-genesys/simulator/Simulator"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Random from "effect/Random"
import type * as Scope from "effect/Scope"
import * as TestClock from "effect/testing/TestClock"
import type { GenesysClient } from "../src/GenesysClient.ts"
import type { GenesysError } from "../src/GenesysError.ts"
import { NotificationPolicy, Policy } from "../src/NotificationPolicy.ts"
import { channels, fault, listen, others, queueTopics, startsOf, truth } from "./Listener.ts"
import * as Live from "./Live.ts"

const mishapsInAll = process.env["PROVE"] === undefined ? 20 : 40

it.effect(
  "whatever happens for long, what is not told lies in a gap, and nothing is told twice",
  () =>
    Effect.gen(function* () {
      const simulator = yield* Simulator
      const wire = yield* Live.Wire
      yield* TestClock.adjust("10 hours")
      const listener = yield* listen(yield* queueTopics)
      yield* Live.pass("5 seconds")
      const from = yield* simulator.now
      const mishaps: ReadonlyArray<Effect.Effect<unknown, GenesysError, GenesysClient | Simulator | Scope.Scope>> = [
        wire.cut,
        wire.hush,
        simulator.revokeTokens,
        simulator.closeSockets(30),
        simulator.closeSockets(0),
        others(20),
        fault({ path: channels, status: 503, forSeconds: 40 }),
        fault({ path: "/oauth/token", status: 503, forSeconds: 100 }),
        fault({ path: "/channels/", status: 404, times: 2 }),
        Effect.andThen(fault({ path: "/api/", status: 503, forSeconds: 20 }), wire.cut)
      ]
      for (let i = 0; i < mishapsInAll; i++) {
        yield* Effect.ignore(mishaps[yield* Random.nextIntBetween(0, mishaps.length)] ?? Effect.void)
        yield* Live.pass((yield* Random.nextIntBetween(30, 150)) * 1000, "1 second")
      }
      yield* Live.pass("10 minutes", "2 seconds")
      const started = yield* truth(from, (yield* simulator.now) - 5000)
      const told = startsOf(listener.events())
      assert.strictEqual(new Set(told).size, told.length)
      const missing = started.filter(({ id }) => !told.includes(id))
      const over = listener.gaps().flatMap(({ from: begun, to }) => (to === undefined ? [] : [[begun, to] as const]))
      const silent = missing.filter(
        ({ at }) => !over.some(([begun, to]) => begun.epochMilliseconds <= at && at <= to.epochMilliseconds)
      )
      assert.deepStrictEqual(silent, [])
      assert.isAbove(started.length, mishapsInAll * 7.5)
      assert.isAbove(told.length, started.length / 3)
      assert.isNotEmpty(missing)
      // Each gap that began is over.
      assert.strictEqual(over.length * 2, listener.gaps().length)
    }).pipe(
      Effect.scoped,
      Random.withSeed("mishaps"),
      Effect.provideService(NotificationPolicy, new Policy({ evictionPauseMax: Duration.minutes(1) })),
      Effect.provide(Live.layer({ tokenLifetime: 300, rateLimit: "off", conversationsPerHour: 600 }))
    ),
  120_000
)
