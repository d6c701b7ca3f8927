/** Invokes the function on this machine, once for each e-mail address: `node invoke.ts ada@example.com grace@example.com` */
import { handler } from "./index.ts"

/** Milliseconds. Lambda's own default. */
const limit = 3_000

for (const email of process.argv.slice(2)) {
  const start = Date.now()
  const context = { getRemainingTimeInMillis: () => limit - (Date.now() - start) }
  // oxlint-disable-next-line no-await-in-loop -- as Lambda does: one after the other
  console.log(JSON.stringify(await handler({ queryStringParameters: { email } }, context)))
}
