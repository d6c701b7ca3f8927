/** The official SDK through our transport: where a host sends its calls elsewhere, nothing goes there. */
import { assert, describe, it } from "@effect/vitest"
import { GenesysClient } from "@effect-genesys/client/GenesysClient"
import { RateLimit } from "@effect-genesys/client/RateLimit"
import * as NodeHttpClient from "@effect/platform-node/NodeHttpClient"
import { Environment } from "@effect-genesys/auth/Environment"
import * as Effect from "effect/Effect"
import * as FetchHttpClient from "effect/http/FetchHttpClient"
import * as Layer from "effect/Layer"
import { createServer } from "node:http"
import pc from "purecloud-platform-client-v2"
import * as Server from "../../client/test/network/Server.ts"
import { adopt } from "../src/adopt.ts"
import { GenesysSdk } from "../src/GenesysSdk.ts"
import { layerToken } from "./Stack.ts"

/** A server that issues tokens, and sends all else away if it is told where to. */
const serve = Effect.fnUntraced(function* (location?: string) {
  const paths: Array<string> = []
  const server = createServer((request, response) => {
    paths.push(request.url ?? "")
    if (request.url === "/oauth/token") {
      response.end(JSON.stringify({ access_token: "t", token_type: "bearer", expires_in: 300 }))
    } else response.writeHead(location === undefined ? 200 : 307, location === undefined ? {} : { location }).end("{}")
  })
  const { port } = yield* Server.listen(server)
  return { url: `http://127.0.0.1:${port}`, paths }
})

const two = Effect.gen(function* () {
  const b = yield* serve()
  const a = yield* serve(`${b.url}/stolen`)
  return { a, b }
})

describe("GenesysSdk", () => {
  for (const [name, transport] of [
    ["undici", NodeHttpClient.layerUndici],
    ["fetch", FetchHttpClient.layer]
  ] as const) {
    it.live(`over ${name}`, () =>
      Effect.gen(function* () {
        const { a, b } = yield* two
        const layer = GenesysSdk.layer.pipe(
          Layer.provide(GenesysClient.layer),
          Layer.provide([layerToken, RateLimit.layer, Environment.layer({ apiUrl: a.url }), transport])
        )
        const call = GenesysSdk.use((sdk) =>
          Effect.all([
            Effect.flip(sdk.UsersApi.postUsersSearch({ query: [] })),
            Effect.flip(sdk.api(({ UsersApi }) => UsersApi.getUsers()))
          ])
        )
        for (const error of yield* Effect.provide(call, layer)) {
          assert.deepInclude(error, { _tag: "UnavailableError", reason: "InvalidResponse", status: 307 })
        }
        assert.deepStrictEqual(b.paths, [])
        assert.lengthOf(a.paths, 2)
      })
    )
  }
})

it.live("adopt", () =>
  Effect.gen(function* () {
    const { a, b } = yield* two
    const client = new pc.ApiClientClass()
    client.config.live_reload_config = false
    const settings = { clientId: "id", clientSecret: "secret", loginUrl: a.url, apiUrl: a.url }
    yield* Effect.acquireRelease(
      Effect.sync(() => adopt(client, settings)),
      ({ close }) => Effect.promise(close)
    )
    const users = new pc.UsersApi(client)
    const error = yield* Effect.flip(
      Effect.tryPromise({ try: () => users.postUsersSearch({ query: [] }), catch: (rejection) => rejection })
    )
    assert.propertyVal(error, "_tag", "UnavailableError")
    assert.propertyVal(error, "status", 307)
    assert.deepStrictEqual(b.paths, [])
    assert.deepStrictEqual(a.paths, ["/oauth/token", "/api/v2/users/search"])
  })
)
