/** The command tree of `genesys`, for a program that embeds it. */
export * as Genesys from "./Genesys.ts"
