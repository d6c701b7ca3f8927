/** What an OAuth client's id and secret must look like, for programs that ask somebody for them. */
export { clientId, clientSecret } from "./internal/clientParts.ts"
