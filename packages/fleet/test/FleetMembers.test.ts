/** Which process is at which address, with which settings: the one that came last stays, and all hear of settings that differ. */
import { assert, layer } from "@effect/vitest"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import * as Metric from "effect/Metric"
import * as Redacted from "effect/Redacted"
import * as Scope from "effect/Scope"
import * as Database from "../../export/test/Database.ts"
import { Postgres } from "../../export/test/Postgres.ts"
import { FleetMembers } from "../src/FleetMembers.ts"
import { differing } from "../src/FleetStatus.ts"
import { layerClient } from "./Database.ts"

/** One that is there until it is told to leave, with metrics of its own. */
const member = Effect.fnUntraced(function* (url: string, port: number, group?: string) {
  const scope = yield* Scope.fork(yield* Effect.scope)
  const layerMember = FleetMembers.layer({ host: "127.0.0.1", port, group }).pipe(
    Layer.provide(layerClient(url)),
    Layer.fresh
  )
  const registry = Context.make(Metric.MetricRegistry, new Map())
  const members = Context.get(
    yield* Effect.provideContext(Layer.buildWithScope(layerMember, scope), registry),
    FleetMembers
  )
  const others = Effect.map(
    Effect.provideContext(Metric.snapshot, registry),
    (all) => Object(all.find(({ id }) => id === "genesys_worker_fleet_other_settings")?.state)["value"]
  )
  return { ...members, others, leave: Scope.close(scope, Exit.void) }
})

layer(Postgres.layer, { excludeTestServices: true, timeout: 60_000 })("the workers of a fleet", ({ effect }) => {
  effect("have one address each: of two processes, the one that came first is sent away", () =>
    Effect.gen(function* () {
      const url = yield* (yield* Postgres).database
      const rows = Database.query(Redacted.make(url), "SELECT address, process FROM genesys_fleet.worker")
      const first = yield* member(url, 1)
      const [before] = yield* rows
      const second = yield* member(url, 1)
      const [after] = yield* rows
      assert.notStrictEqual(after?.["process"], before?.["process"])
      const error = yield* Effect.flip(first.expelled)
      assert.match(error.message, /^Another worker of the fleet has come with the address of this one, 127\.0\.0\.1:1,/)
      // What it leaves is its own alone.
      yield* first.leave
      assert.deepStrictEqual(yield* rows, [after!])
      // Somebody empties the table: nobody is sent away for that.
      yield* Database.query(Redacted.make(url), "DELETE FROM genesys_fleet.worker")
      yield* Effect.raceFirst(second.expelled, Effect.sleep("4 seconds"))
      assert.deepStrictEqual(yield* rows, [after!])
      yield* second.leave
      assert.isEmpty(yield* rows)
    }).pipe(Effect.scoped)
  )

  effect("of one group hear of it when their settings differ, until they do not", () =>
    Effect.gen(function* () {
      const url = yield* (yield* Postgres).database
      const [one, two, other] = [yield* member(url, 1), yield* member(url, 2), yield* member(url, 3, "other")]
      yield* one.have("a")
      yield* two.have("b")
      yield* other.have("c")
      const until = (count: number) =>
        Effect.repeat(Effect.delay(Effect.all([one.others, two.others, other.others]), "100 millis"), {
          until: ([first, second, third]) => first === count && second === count && third === 0
        }).pipe(Effect.timeout("20 seconds"))
      assert.deepStrictEqual(yield* until(1), [1, 1, 0])
      yield* two.have("a")
      assert.deepStrictEqual(yield* until(0), [0, 0, 0])
    }).pipe(Effect.scoped)
  )

  effect("that have other settings than most of their group are named", () =>
    Effect.sync(() => {
      const runner = (address: string, group: string, settings?: string) => ({
        address,
        group,
        healthy: true,
        shards: 1,
        ...(settings === undefined ? {} : { settings })
      })
      const named = (...all: ReadonlyArray<ReturnType<typeof runner>>) => differing(all).map(({ address }) => address)
      assert.deepStrictEqual(named(runner("1", "g", "a"), runner("2", "g", "b"), runner("3", "g", "b")), ["1"])
      assert.deepStrictEqual(named(runner("1", "g", "a"), runner("2", "h", "b")), [])
      // One that has not told of its settings is about to.
      assert.deepStrictEqual(named(runner("1", "g", "a"), runner("2", "g")), [])
    })
  )
})
