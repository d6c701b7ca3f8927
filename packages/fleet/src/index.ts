/** Several workers as one, on PostgreSQL. Start with `PostgresTokenStore`. */
export * as PostgresTokenStore from "./PostgresTokenStore.ts"
