/** The same program, with a client beside it. */
import { createClient } from "@effect-genesys/client"

export { user } from "./withHttpClient.ts"
export const client = createClient({ clientId: "id", clientSecret: "secret" })
