/** The worker's commands, for a program that embeds them. The service itself is `genesys-worker`. */
export * as GenesysWorker from "./GenesysWorker.ts"
