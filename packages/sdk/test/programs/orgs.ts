/** 50 orgs in one process, each with a layer of its own. Prints the warnings, the watches and what keeps Node alive. */
import { GenesysSdk } from "@effect-genesys/sdk/GenesysSdk"
import * as Effect from "effect/Effect"
import { unwatchFile, watchFile } from "node:fs"
import { homedir } from "node:os"
import { join } from "node:path"
import * as Stack from "../Stack.ts"

const warnings: Array<string> = []
process.on("warning", ({ message }) => warnings.push(message))

const config = join(homedir(), ".genesyscloudjavascript", "config")
const foreign = () => undefined
if (process.argv[2] === "foreign") watchFile(config, { persistent: false }, foreign)

/** How many listen to the file that the SDK watches. */
const watches = () => {
  const probe = () => undefined
  const count = watchFile(config, { persistent: false }, probe).listenerCount("change") - 1
  unwatchFile(config, probe)
  return count
}
const listeners = () => process.eventNames().map((name) => [name, process.listenerCount(name)])

const { client, requests } = Stack.recorder()
const call = Effect.gen(function* () {
  const sdk = yield* GenesysSdk
  yield* sdk.UsersApi.getUsersMe()
  yield* sdk.api(({ UsersApi }) => UsersApi.getUsersMe())
})
const org = (id: number) => Effect.provide(call, Stack.layerOver(client, `https://org-${id}.example`), { local: true })

await Effect.runPromise(org(0))
const before = listeners()
await Effect.runPromise(
  Effect.all(
    Array.from({ length: 49 }, (_, id) => org(id + 1)),
    { concurrency: "unbounded" }
  )
)
await new Promise((resolve) => setImmediate(resolve))
console.log(
  JSON.stringify({
    hosts: new Set(requests.map(({ url }) => new URL(url).host)).size,
    requests: requests.length,
    warnings,
    watches: watches(),
    sameListeners: JSON.stringify(before) === JSON.stringify(listeners()),
    resources: process.getActiveResourcesInfo().filter((name) => /Timeout|Stat|FSEvent|TCP/.test(name))
  })
)
