/** The keeper of a token's budgets as an entity of the cluster: there is one, wherever it is. */
import * as ClusterSchema from "effect/cluster/ClusterSchema"
import * as Entity from "effect/cluster/Entity"
import type * as Sharding from "effect/cluster/Sharding"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Metric from "effect/Metric"
import * as Random from "effect/Random"
import * as References from "effect/References"
import * as Rpc from "effect/rpc/Rpc"
import * as Schedule from "effect/Schedule"
import * as Cluster from "../Cluster.ts"
import { FleetBudgets } from "../FleetBudgets.ts"
import { budgetGauge } from "./budgetGauge.ts"
import { Keeper } from "./keeper.ts"
import * as Lease from "./lease.ts"

/** Not stored anywhere: what nobody answers at once is of no use later. */
export const BudgetEntity = Entity.make("@effect-genesys/fleet/Budget", [
  Rpc.make("Lease", { payload: Lease.Request, success: Lease.Answer })
]).annotate(ClusterSchema.ClientTracingEnabled, false)

/** How soon it is noted that others share it now. */
const glance = "5 seconds"

/** Notes that the budget is kept here, and for how many, until the scope is closed. */
const noted = Effect.fnUntraced(function* (keeper: Keeper) {
  const { kept, left } = yield* FleetBudgets
  const { entityId: name } = yield* Entity.CurrentAddress
  const runner = Cluster.nameOf(yield* Entity.CurrentRunnerAddress)
  let known = 0
  const look = Effect.gen(function* () {
    const workers = keeper.workers(yield* Clock.currentTimeMillis)
    if (workers === known) return
    if (yield* kept({ name, runner, workers })) known = workers
  })
  yield* Effect.acquireRelease(Metric.modify(budgetGauge, 1), () => Metric.modify(budgetGauge, -1))
  yield* Effect.addFinalizer(() => left({ name, runner }))
  yield* Effect.forkScoped(Effect.repeat(look, Schedule.spaced(glance)))
})

/** Has this runner keep budgets for the fleet. */
export const layerKeeper: Layer.Layer<never, never, Sharding.Sharding> = BudgetEntity.toLayer(
  Effect.gen(function* () {
    const name = yield* Random.nextIntBetween(1, Number.MAX_SAFE_INTEGER)
    const keeper = new Keeper(name, yield* Clock.currentTimeMillis)
    yield* noted(keeper)
    return BudgetEntity.of({
      Lease: ({ payload }) => Effect.map(Clock.currentTimeMillis, (now) => keeper.answer(payload, now))
    })
  }),
  // Longer than a window: a new keeper has to find out what the windows of the host are.
  { maxIdleTime: "2 minutes" }
  // A few a second for each token, of no use to whoever looks at calls.
).pipe(Layer.provide(Layer.succeed(References.TracerEnabled, false)))
