/** Which proxy a request goes through; see `@effect-genesys/auth/Proxies`. */
export * from "@effect-genesys/auth/Proxies"
