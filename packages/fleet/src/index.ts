/** Several workers as one, on PostgreSQL. Start with `FleetDatabase` and `Cluster`. */
export * as Cluster from "./Cluster.ts"
export * as FleetBudgets from "./FleetBudgets.ts"
export * as FleetDatabase from "./FleetDatabase.ts"
export * as FleetJobs from "./FleetJobs.ts"
export * as FleetMetrics from "./FleetMetrics.ts"
export * as FleetStatus from "./FleetStatus.ts"
export * as PostgresTokenStore from "./PostgresTokenStore.ts"
export * as SharedRateLimit from "./SharedRateLimit.ts"
