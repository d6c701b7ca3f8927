/** What a worker of a fleet tells of it in its metrics: whom it reaches, and what it has a lease on. */
import * as PresentGauge from "@effect-genesys/core/PresentGauge"
import * as ClusterMetrics from "effect/cluster/ClusterMetrics"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Metric from "effect/Metric"
import { budgetGauge } from "./internal/budgetGauge.ts"

const gauges = [
  [
    Metric.gauge("genesys_worker_fleet_healthy", {
      description: "1 if the fleet counts on this worker, 0 if it is not reached"
    }),
    ClusterMetrics.runnersHealthy
  ],
  [
    Metric.gauge("genesys_worker_fleet_shards", {
      description: "Parts of the work of the fleet, of 300 for each group, that this worker has a lease on"
    }),
    ClusterMetrics.shards
  ]
] as const

/** For as long as the layer is there. */
export const layer: Layer.Layer<never> = Layer.effectDiscard(
  Effect.contextWith((context: Context.Context<never>) =>
    Effect.andThen(
      Metric.modify(budgetGauge, 0),
      Effect.acquireRelease(
        Effect.sync(() =>
          gauges.map(([gauge, of]) =>
            // Where the cluster counts, whatever the registry of whoever looks.
            PresentGauge.register(gauge, context, () => Number(of.valueUnsafe(Context.empty()).value))
          )
        ),
        (registered) => Effect.sync(() => registered.forEach(({ remove }) => remove()))
      )
    )
  )
)
