/** The metrics of a worker, as Prometheus reads them. */
import type * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as PrometheusMetrics from "effect/observability/PrometheusMetrics"

/** Those of `effect/cluster` say neither what they are nor in which unit: what is of use in them, the fleet tells by names of its own. */
const undescribed = /^(?:# (?:TYPE|HELP) )?effect_cluster_.*\n/gm

export const metricsText: Effect.Effect<string> = Effect.contextWith((context: Context.Context<never>) =>
  Effect.sync(() => PrometheusMetrics.formatUnsafe(context).replaceAll(undescribed, ""))
)
