/** What `genesys api` makes of its arguments before anything is sent. */
import { assert, describe, it } from "@effect/vitest"
import * as NodeServices from "@effect/platform-node/NodeServices"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as ApiCall from "../src/ApiCall.ts"

const request = (path: string) =>
  ApiCall.request({ method: "GET", path, fields: [], input: Option.none(), headers: [] }).pipe(
    Effect.provide(NodeServices.layer)
  )

describe("a path", () => {
  for (const path of [
    "users/..%2f..%2foauth",
    "users/..%2f..%2foauth/token",
    "users/%2e%2e/tokens/me",
    "users/%252e%252e/tokens",
    "users/..;/tokens",
    "users/..%5ctokens",
    "users/\uFF0E\uFF0E/tokens",
    "users/.%0a./tokens",
    "users/a#b",
    "users/a\tb",
    "users//roles"
  ]) {
    it.effect(`${JSON.stringify(path)} is wrong usage`, () =>
      Effect.gen(function* () {
        const error = yield* Effect.flip(request(path))
        assert.strictEqual(error._tag, "UsageError")
        assert.match(error.message, /would be another call/)
      })
    )
  }

  it.effect("with dots that lead nowhere, and its query, is taken as it is", () =>
    Effect.gen(function* () {
      const made = yield* request("users/v1.0..2?next=../x")
      assert.strictEqual(made.url, "/api/v2/users/v1.0..2")
      assert.deepStrictEqual([...made.urlParams.params], [["next", "../x"]])
    })
  )
})
