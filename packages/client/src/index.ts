/** Calls of the Genesys Cloud API. Start with `Genesys`. */
export * as ApiPath from "./ApiPath.ts"
export * as Conversation from "./Conversation.ts"
export * as ConversationDetails from "./ConversationDetails.ts"
export * as ConversationJob from "./ConversationJob.ts"
export * as ConversationQuery from "./ConversationQuery.ts"
export * as ExactNumber from "./ExactNumber.ts"
export * as Genesys from "./Genesys.ts"
export * as GenesysClient from "./GenesysClient.ts"
export * as GenesysError from "./GenesysError.ts"
export * as Metrics from "./Metrics.ts"
export * as NotificationEvent from "./NotificationEvent.ts"
export * as NotificationPolicy from "./NotificationPolicy.ts"
export * as Notifications from "./Notifications.ts"
export * as OAuthClients from "./OAuthClients.ts"
export * as Organization from "./Organization.ts"
export * as Pagination from "./Pagination.ts"
export * as Proxies from "./Proxies.ts"
export * as RateBudget from "./RateBudget.ts"
export * as RateLimit from "./RateLimit.ts"
export * as RatePacer from "./RatePacer.ts"
export * as RatePass from "./RatePass.ts"
export * as RatePlan from "./RatePlan.ts"
export * as RetryPolicy from "./RetryPolicy.ts"
export * as Route from "./Route.ts"
export * as Routing from "./Routing.ts"
export * as TokenPool from "./TokenPool.ts"
export * as Tokens from "./Tokens.ts"
export * as Transport from "./Transport.ts"
export * as Usage from "./Usage.ts"
export * as User from "./User.ts"
export * as UserDetails from "./UserDetails.ts"
export * as Users from "./Users.ts"
export { ConfigurationError } from "@effect-genesys/core/ConfigurationError"
export {
  createClient,
  type CallOptions,
  type CreateClientOptions,
  type FetchOptions,
  type PaginateOptions,
  type PromiseClient,
  type RetryNumbers
} from "./createClient.ts"
// By their names too: whoever has no Effect asks with `instanceof`.
export {
  AuthenticationError,
  ConflictError,
  IncompleteError,
  InvalidRequestError,
  NotFoundError,
  PermissionError,
  RateLimitError,
  UnauthorizedError,
  UnavailableError
} from "./GenesysError.ts"
export * as Waiting from "./Waiting.ts"
