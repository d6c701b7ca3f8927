/** The same program, with a token manager beside it. */
import { createTokenManager } from "@effect-genesys/auth"

export { user } from "./withHttpClient.ts"
export const manager = createTokenManager({ clientId: "id", clientSecret: "secret" })
