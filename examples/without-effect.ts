import { createTokenManager } from "@effect-genesys/auth"

const manager = createTokenManager({
  region: process.env["GENESYS_CLOUD_REGION"],
  loginUrl: process.env["GENESYS_CLOUD_LOGIN_URL"],
  clientId: process.env["GENESYS_CLOUD_CLIENT_ID"] ?? "",
  clientSecret: process.env["GENESYS_CLOUD_CLIENT_SECRET"] ?? ""
})
manager.onChange(({ expiresAt, state }) => console.error("token:", state, expiresAt?.toString() ?? ""))

// Call it before each request: it costs nothing while the token is good.
const token = await manager.getToken()
console.log(token.length, "characters")
await manager.close()
