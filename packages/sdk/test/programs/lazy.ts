/** Prints whether the SDK is loaded: after our import, after the layer is built, and after the first call. */
import { adopt, Catalogue, GenesysSdk } from "@effect-genesys/sdk"
import * as Effect from "effect/Effect"
import { createRequire } from "node:module"
import * as Stack from "../Stack.ts"

const require = createRequire(import.meta.url)
const sdk = require.resolve("purecloud-platform-client-v2")
const loaded = [sdk in require.cache]

const program = Effect.gen(function* () {
  const { UsersApi } = yield* GenesysSdk.GenesysSdk
  const call = UsersApi.getUsersMe()
  const operations = yield* Catalogue.Catalogue.use((catalogue) => catalogue.find("getUsersMe"))
  loaded.push(typeof adopt === "function" && operations.length === 1 && sdk in require.cache)
  yield* call
  loaded.push(sdk in require.cache)
})
await Effect.runPromise(Effect.provide(program, [Stack.layerOver(Stack.recorder().client), Catalogue.Catalogue.layer]))
console.log(JSON.stringify(loaded))
