export * from "@effect-genesys/core/Proxies"
