import { setInterval } from "node:timers/promises"
import { adopt } from "@effect-genesys/sdk"
import platformClient from "purecloud-platform-client-v2"

adopt(platformClient.ApiClient.instance)

const users = new platformClient.UsersApi()
const query = [{ type: "EXACT", fields: ["email"], value: "test.user@yourcompany.com" }]
let round = 0
for await (const _ of setInterval(1_000)) {
  const { results } = await users.postUsersSearch({ query })
  console.log(++round, results[0]?.name)
  if (round === 5) break
}
