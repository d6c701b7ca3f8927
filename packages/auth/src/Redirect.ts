export * from "@effect-genesys/core/Redirect"
