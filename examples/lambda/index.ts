/** What Lambda loads: its setting `Handler` is `index.handler`. */
import { createClient } from "@effect-genesys/client"
import { make } from "./handler.ts"

// Once for each execution environment. Nothing is asked before the first invocation.
const genesys = createClient({
  region: process.env["GENESYS_CLOUD_REGION"],
  loginUrl: process.env["GENESYS_CLOUD_LOGIN_URL"],
  apiUrl: process.env["GENESYS_CLOUD_API_URL"],
  clientId: process.env["GENESYS_CLOUD_CLIENT_ID"],
  clientSecret: process.env["GENESYS_CLOUD_CLIENT_SECRET"],
  // Less than Lambda's own time limit: whoever waits for a token is answered.
  patience: 2_000
})

export const handler = make(genesys)
