/** Which proxy a request goes through; see `@effect-genesys/core/Proxies`. */
export * from "@effect-genesys/core/Proxies"
