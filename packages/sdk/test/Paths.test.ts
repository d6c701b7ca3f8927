/** Ids that would make another call of an operation of the SDK: nothing is sent. */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { GenesysSdk } from "../src/GenesysSdk.ts"
import { layerOver, recorder } from "./Stack.ts"

const ids = [
  "..",
  ".",
  "%2e%2e",
  "..%2f..%2foauth",
  "%252e%252e",
  "../../oauth",
  "..\\..\\oauth",
  "..;",
  "..%00",
  ".\t.",
  "\uFF0E\uFF0E"
]

describe("GenesysSdk", () => {
  for (const id of ids) {
    it.effect(JSON.stringify(id), () =>
      Effect.gen(function* () {
        const { client, requests } = recorder()
        const calls = GenesysSdk.use((sdk) =>
          Effect.all([
            Effect.flip(sdk.UsersApi.deleteUser(id)),
            Effect.flip(sdk.call("UsersApi", "getUser", [id])),
            Effect.flip(sdk.api(({ UsersApi }) => UsersApi.getUserRoles(id)))
          ])
        )
        for (const error of yield* Effect.provide(calls, layerOver(client))) {
          assert.strictEqual(error._tag, "InvalidRequestError")
        }
        assert.deepStrictEqual(requests, [])
      })
    )
  }

  it.effect("an id with dots and slashes in it that lead nowhere is sent", () =>
    Effect.gen(function* () {
      const { client, requests } = recorder()
      yield* Effect.provide(
        GenesysSdk.use((sdk) => sdk.UsersApi.getUser("a..b/c")),
        layerOver(client)
      )
      assert.deepStrictEqual(
        requests.map(({ url }) => url),
        ["https://api.mypurecloud.com/api/v2/users/a..b%2Fc"]
      )
    })
  )
})
