export * from "@effect-genesys/core/Setting"
