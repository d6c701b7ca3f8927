export * from "@effect-genesys/core/RetryAfter"
