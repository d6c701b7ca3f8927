/** Answers of the API that are built to break whoever reads them, as operations of the SDK give them. */
import { assert, describe, it } from "@effect/vitest"
import * as ExactNumber from "@effect-genesys/client/ExactNumber"
import * as Effect from "effect/Effect"
import { GenesysSdk } from "../src/GenesysSdk.ts"
import { layerOver, recorder } from "./Stack.ts"

const answer = `{"id":"a","version":12345678901234567890,"n":[1E400,1.5]}`

describe("numbers that JavaScript would change", () => {
  it.effect("stay as they are in the answer of a call by name, and are numbers for whoever has the SDK's types", () =>
    Effect.gen(function* () {
      const { client } = recorder(() => new Response(answer, { headers: { "content-type": "application/json" } }))
      const calls = GenesysSdk.use((sdk) =>
        Effect.all([
          sdk.call("UsersApi", "getUser", ["a"]),
          sdk.UsersApi.getUser("a"),
          sdk.api(({ UsersApi }) => UsersApi.getUser("a"))
        ])
      )
      const [exact, ...typed] = yield* Effect.provide(calls, layerOver(client))
      assert.strictEqual(JSON.stringify(exact), answer)
      for (const { version } of typed) assert.strictEqual(version, 12345678901234567000)
    })
  )

  it.effect("are sent in a body as they are", () =>
    Effect.gen(function* () {
      const { client, requests } = recorder()
      const body = ExactNumber.parse(answer)
      const calls = GenesysSdk.use((sdk) =>
        Effect.all([
          sdk.call("UsersApi", "postUsersSearch", [body]),
          sdk.api(({ UsersApi }) => UsersApi.postUsersSearch(Object(body)))
        ])
      )
      yield* Effect.provide(calls, layerOver(client))
      assert.lengthOf(requests, 2)
      for (const { body: sent } of requests) {
        assert.strictEqual(sent._tag === "Uint8Array" ? new TextDecoder().decode(sent.body) : sent._tag, answer)
      }
    })
  )
})

const arrays = (depth: number) => "[".repeat(depth) + "]".repeat(depth)

describe("JSON that is nested too deep", () => {
  for (const depth of [501, 5_000, 100_000]) {
    it.effect(`${depth}: an UnavailableError that says so`, () =>
      Effect.gen(function* () {
        const { client } = recorder(
          () => new Response(arrays(depth), { headers: { "content-type": "application/json" } })
        )
        const calls = GenesysSdk.use((sdk) =>
          Effect.all([
            Effect.flip(sdk.UsersApi.getUsers()),
            Effect.flip(sdk.call("UsersApi", "getUsersMe", [])),
            Effect.flip(sdk.api(({ UsersApi }) => UsersApi.getUsers()))
          ])
        )
        for (const error of yield* Effect.provide(calls, layerOver(client))) {
          assert.deepInclude(error, { _tag: "UnavailableError", reason: "InvalidResponse" })
          assert.include(error.message, "JSON that is nested more than 500 deep")
        }
      })
    )
  }

  it.effect("in a body that is sent: an InvalidRequestError, and nothing is sent", () =>
    Effect.gen(function* () {
      const { client, requests } = recorder()
      const deep = JSON.parse(arrays(100_000))
      const calls = GenesysSdk.use((sdk) =>
        Effect.all([
          Effect.flip(sdk.call("UsersApi", "postUsersSearch", [deep])),
          Effect.flip(sdk.call("UsersApi", "postUsersSearch", [arrays(5_000)]))
        ])
      )
      for (const error of yield* Effect.provide(calls, layerOver(client))) {
        assert.strictEqual(error._tag, "InvalidRequestError")
      }
      assert.deepStrictEqual(requests, [])
    })
  )
})
