/** Units that are read for whoever asks, over a cluster of one runner in memory. */
import { ConflictError, UnavailableError } from "@effect-genesys/client/GenesysError"
import { assert, describe, it } from "@effect/vitest"
import * as MessageStorage from "effect/cluster/MessageStorage"
import * as RunnerHealth from "effect/cluster/RunnerHealth"
import * as Runners from "effect/cluster/Runners"
import * as RunnerStorage from "effect/cluster/RunnerStorage"
import * as Sharding from "effect/cluster/Sharding"
import * as ShardingConfig from "effect/cluster/ShardingConfig"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as TestClock from "effect/testing/TestClock"
import { FleetUnits, type Reader } from "../src/FleetUnits.ts"

const groups = ["default", "jobs-default"]
const cluster = Sharding.layer.pipe(
  Layer.provide([Runners.layerNoop, RunnerHealth.layerNoop]),
  Layer.provide(MessageStorage.layerNoop),
  Layer.provideMerge(RunnerStorage.layerMemory),
  Layer.provideMerge(
    ShardingConfig.layer({ shardsPerGroup: 8, availableShardGroups: groups, assignedShardGroups: groups })
  )
)
const units = Layer.provide(FleetUnits.layer, cluster)

const request = { job: "calls", partition: "conversations/2026-11-01", settings: "one", org: "ours" }
const staged = { attempt: "first" }

/** Asks while a reader is there, and lets the clock run. */
const asking = (reader: Reader, came: (rows: number) => void = () => undefined) =>
  Effect.gen(function* () {
    const fleet = yield* FleetUnits
    yield* fleet.serve(reader)
    const fiber = yield* Effect.forkChild(fleet.read(request, came))
    while (fiber.pollUnsafe() === undefined) yield* TestClock.adjust("1 second")
    return yield* Fiber.join(fiber)
  }).pipe(Effect.scoped)

describe("a unit of the fleet", () => {
  it.effect("is read as it was asked for, however long it takes, and its rows are told of meanwhile", () =>
    Effect.gen(function* () {
      const asked: Array<unknown> = []
      const counts: Array<number> = []
      const found = yield* asking(
        (what, came) =>
          Effect.gen(function* () {
            asked.push({ ...what })
            for (let minute = 0; minute < 90; minute++) {
              came(minute)
              yield* Effect.sleep("1 minute")
            }
            return Option.some(staged)
          }),
        (rows) => void counts.push(rows)
      )
      assert.deepStrictEqual(Option.getOrUndefined(found), staged)
      assert.deepStrictEqual(asked, [request])
      assert.includeMembers(counts, [0, 1, 50, 89])
    }).pipe(Effect.provide(units))
  )

  it.effect(
    "that cannot be read is nobody's: not here, nobody reads, or a defect of the reader, which is not tried for ever",
    () =>
      Effect.gen(function* () {
        let defects = 0
        assert.isTrue(Option.isNone(yield* asking(() => Effect.succeedNone)))
        const fleet = yield* FleetUnits
        assert.isTrue(Option.isNone(yield* fleet.read(request, () => undefined)))
        const broken = Effect.suspend(() => {
          defects++
          return Effect.die("broken")
        })
        assert.isTrue(Option.isNone(yield* asking(() => broken)))
        assert.strictEqual(defects, 1)
        assert.deepStrictEqual(Option.getOrUndefined(yield* asking(() => Effect.succeedSome(staged))), staged)
      }).pipe(Effect.provide(units))
  )

  it.effect("that Genesys refuses is refused with its words", () =>
    Effect.gen(function* () {
      const api = { method: "POST", path: "/api/v2/x", status: 409, correlationId: "abc" }
      for (const refused of [
        new ConflictError({ api, details: ["one"], message: "this one is refused" }),
        new UnavailableError({ reason: "InvalidResponse", host: "api", message: "not JSON", cause: new Error("x") })
      ]) {
        const error = yield* Effect.flip(asking(() => Effect.fail(refused)))
        assert.deepStrictEqual([error._tag, error.message], [refused._tag, refused.message])
      }
    }).pipe(Effect.provide(units))
  )

  it.effect("is broken off when nobody waits for it any more", () =>
    Effect.gen(function* () {
      const [began, ended] = [yield* Deferred.make<void>(), yield* Deferred.make<void>()]
      const fleet = yield* FleetUnits
      yield* fleet.serve(() =>
        Deferred.succeed(began, undefined).pipe(
          Effect.andThen(Effect.never),
          Effect.onInterrupt(() => Deferred.succeed(ended, undefined))
        )
      )
      const fiber = yield* Effect.forkChild(fleet.read(request, () => undefined))
      yield* Effect.forkChild(Effect.forever(TestClock.adjust("1 second")))
      yield* Deferred.await(began)
      yield* Fiber.interrupt(fiber)
      yield* Deferred.await(ended)
    }).pipe(Effect.scoped, Effect.provide(units))
  )

  it.effect("is asked for by a fleet of one", () =>
    Effect.gen(function* () {
      yield* TestClock.adjust("10 seconds")
      assert.strictEqual(yield* FleetUnits.use(({ readers }) => readers), 1)
    }).pipe(Effect.provide(units))
  )
})
