// How many people each department has: a list of any length, row by row, with a token that is renewed on the way if need be.
import { createClient } from "@effect-genesys/client"

const genesys = createClient({
  region: process.env.GENESYS_CLOUD_REGION,
  loginUrl: process.env.GENESYS_CLOUD_LOGIN_URL,
  apiUrl: process.env.GENESYS_CLOUD_API_URL,
  clientId: process.env.GENESYS_CLOUD_CLIENT_ID,
  clientSecret: process.env.GENESYS_CLOUD_CLIENT_SECRET
})

const people = new Map()
try {
  for await (const { department = "(none)" } of genesys.paginate("/api/v2/users", { query: { pageSize: 100 } })) {
    people.set(department, (people.get(department) ?? 0) + 1)
  }
  for (const [department, count] of [...people].toSorted(([one], [other]) => one.localeCompare(other)))
    console.log(`${department}\t${count}`)
} catch (error) {
  // Each says what to do next, and names no secret.
  console.error(error.message)
  process.exitCode = 1
}
