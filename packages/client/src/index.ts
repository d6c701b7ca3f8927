/** Calls of the Genesys Cloud API. Start with `GenesysClient`. */
export * as ConversationDetails from "./ConversationDetails.ts"
export * as GenesysClient from "./GenesysClient.ts"
export * as GenesysError from "./GenesysError.ts"
export * as RetryPolicy from "./RetryPolicy.ts"
export * as Route from "./Route.ts"
export * as Transport from "./Transport.ts"
export * as Users from "./Users.ts"
