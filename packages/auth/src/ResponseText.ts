export * from "@effect-genesys/core/ResponseText"
