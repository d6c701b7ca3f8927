/** Of how many tokens a process keeps the budget. */
import * as Metric from "effect/Metric"

export const budgetGauge = Metric.gauge("genesys_worker_fleet_budgets", {
  description: "Tokens whose calls this worker leases to those that share them"
})
