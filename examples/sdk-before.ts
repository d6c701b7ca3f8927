import { setInterval } from "node:timers/promises"
import platformClient from "purecloud-platform-client-v2"

const client = platformClient.ApiClient.instance
client.setEnvironment(process.env["GENESYS_CLOUD_REGION"] ?? "mypurecloud.com")
await client.loginClientCredentialsGrant(
  process.env["GENESYS_CLOUD_CLIENT_ID"] ?? "",
  process.env["GENESYS_CLOUD_CLIENT_SECRET"] ?? ""
)

const users = new platformClient.UsersApi()
const query = [{ type: "EXACT", fields: ["email"], value: "test.user@yourcompany.com" }]
let round = 0
for await (const _ of setInterval(1_000)) {
  const { results } = await users.postUsersSearch({ query })
  console.log(++round, results[0]?.name)
  if (round === 5) break
}
