import { createClient, NotFoundError } from "@effect-genesys/client"

const genesys = createClient({
  region: process.env["GENESYS_CLOUD_REGION"],
  loginUrl: process.env["GENESYS_CLOUD_LOGIN_URL"],
  apiUrl: process.env["GENESYS_CLOUD_API_URL"],
  clientId: process.env["GENESYS_CLOUD_CLIENT_ID"],
  clientSecret: process.env["GENESYS_CLOUD_CLIENT_SECRET"],
  patience: 5_000
})

const me = await genesys.fetch("/api/v2/tokens/me")
console.log(me.status, me.headers.get("content-type"))

let users = 0
for await (const user of genesys.paginate("/api/v2/users", { query: { pageSize: 100 } })) if (user !== null) users++
console.log(users, "users")

const nobody = await genesys
  .fetch("/api/v2/users/5c0ff05c-0000-4000-8000-000000000000")
  .catch((error: unknown) => error)
if (nobody instanceof NotFoundError) console.log(nobody.message)
