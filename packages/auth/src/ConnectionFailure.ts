export * from "@effect-genesys/core/ConnectionFailure"
