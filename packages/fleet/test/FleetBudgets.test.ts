/** Who keeps the budget of which token, as the database has it: of those that are there, and of none that was killed. */
import { assert, layer } from "@effect/vitest"
import * as RunnerAddress from "effect/cluster/RunnerAddress"
import * as ShardingConfig from "effect/cluster/ShardingConfig"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import * as Database from "../../export/test/Database.ts"
import { Postgres } from "../../export/test/Postgres.ts"
import { FleetBudgets } from "../src/FleetBudgets.ts"
import { layerClient } from "./Database.ts"

const at = (url: string, port: number) =>
  FleetBudgets.layer.pipe(
    Layer.provide(ShardingConfig.layer({ runnerAddress: Option.some(RunnerAddress.make("127.0.0.1", port)) })),
    Layer.provide(layerClient(url)),
    Layer.fresh
  )

layer(Postgres.layer, { excludeTestServices: true, timeout: 60_000 })("the notes of budgets", ({ effect }) => {
  effect("tell who keeps each since when, and go with who has left, or was killed and is back", () =>
    Effect.gen(function* () {
      const url = yield* (yield* Postgres).database
      const rows = Database.query(
        Redacted.make(url),
        "SELECT name, runner, workers, since FROM genesys_fleet.budget ORDER BY name"
      )
      const [one, other] = ["127.0.0.1:1", "127.0.0.1:2"]
      const as = (port: number, use: (budgets: typeof FleetBudgets.Service) => Effect.Effect<unknown>) =>
        Effect.provide(Effect.flatMap(FleetBudgets, use), at(url, port))
      yield* as(1, ({ kept }) =>
        Effect.gen(function* () {
          assert.isTrue(yield* kept({ name: "host/a", runner: one, workers: 1 }))
          yield* kept({ name: "host/b", runner: one, workers: 1 })
          const [before] = yield* Effect.orDie(rows)
          yield* kept({ name: "host/a", runner: one, workers: 3 })
          const [after] = yield* Effect.orDie(rows)
          assert.deepStrictEqual(after, { ...before, workers: 3 })
        })
      )
      yield* as(2, ({ kept, left }) =>
        Effect.andThen(kept({ name: "host/a", runner: other, workers: 2 }), left({ name: "host/a", runner: one }))
      )
      assert.deepStrictEqual(
        (yield* rows).map(({ name, runner, workers }) => [name, runner, workers]),
        [
          ["host/a", other, 2],
          ["host/b", one, 1]
        ]
      )
      yield* as(1, () => Effect.void)
      assert.lengthOf(yield* rows, 1)
      yield* as(3, ({ left }) => left({ name: "host/a", runner: other }))
      assert.isEmpty(yield* rows)
    })
  )
})
