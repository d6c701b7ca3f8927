// The same, as a compiler sees it that makes CommonJS of it.
/* oxlint-disable typescript/no-unsafe-type-assertion -- whoever writes `require` so has no other way to its types */
import type { PromiseTokenManager } from "@effect-genesys/auth"

const { createTokenManager } = require("@effect-genesys/auth") as typeof import("@effect-genesys/auth")
const { Environment } = require("@effect-genesys/auth/Environment") as typeof import("@effect-genesys/auth/Environment")

const manager: PromiseTokenManager = createTokenManager({ clientId: "id", clientSecret: "secret" })
console.log(manager, Environment.layer({ loginUrl: "https://login.example", apiUrl: "https://api.example" }))
