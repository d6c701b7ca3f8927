export * from "@effect-genesys/core/ConfigurationError"
