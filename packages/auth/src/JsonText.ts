export * from "@effect-genesys/core/JsonText"
