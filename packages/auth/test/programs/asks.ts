/** Asks for a token, and never closes its manager; `keep` wants to live on, `again` asks once more for each line that it is sent. */
import { createTokenManager } from "@effect-genesys/auth"

const [, , mode, loginUrl, clientId, clientSecret] = process.argv
const manager = createTokenManager({ loginUrl, clientId, clientSecret, keepAlive: mode === "keep" })
const ask = async () => process.stdout.write(`${await manager.getToken()}\n`)
await ask()
if (mode === "again") process.stdin.on("data", () => void ask())
