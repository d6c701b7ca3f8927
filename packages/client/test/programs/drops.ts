/** Takes one row of a list, and neither asks for more nor closes anything, while the pages ahead are under way. */
import { createClient } from "@effect-genesys/client"

const [, , url = ""] = process.argv
const client = createClient({
  clientId: "id",
  clientSecret: "secret",
  loginUrl: url,
  apiUrl: url,
  proxy: false
})
const { value } = await client.paginate("/api/v2/things", { lookAhead: 3 }).next()
process.stdout.write(JSON.stringify(value))
