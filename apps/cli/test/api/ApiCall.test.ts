/** What `genesys api` makes of its arguments before anything is sent, and of an answer that is no JSON. */
import { assert, describe, it } from "@effect/vitest"
import * as NodeServices from "@effect/platform-node/NodeServices"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { brotliCompressSync, deflateSync } from "node:zlib"
import * as Hostile from "../../../../packages/client/test/network/Hostile.ts"
import * as ApiCall from "../../src/api/ApiCall.ts"
import * as Output from "../../src/output/Output.ts"
import * as Written from "../support/Written.ts"

const request = (path: string, ...headers: ReadonlyArray<string>) =>
  ApiCall.request({ method: "GET", path, fields: [], input: Option.none(), headers }).pipe(
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

describe("an answer with status 200", () => {
  /** What is printed of it, through the way of every command; the error, if it fails. */
  const printed = Effect.fnUntraced(function* (type: string, body: Uint8Array, encoding = "identity", accept?: string) {
    const { url } = yield* Hostile.serve((response) => {
      response.writeHead(200, { "content-type": type, "content-encoding": encoding }).end(body)
    })
    const made = yield* request("users", ...(accept === undefined ? [] : [`Accept: ${accept}`]))
    const call = Effect.flatMap(Output.make({ format: "ndjson" }), (printer) => ApiCall.call(made, printer, false))
    const { result, text } = yield* Written.onOutput(Effect.provide(call, Hostile.layer(url)))
    return { text, error: result._tag === "Failure" ? result.failure : undefined }
  })
  const page = Buffer.from("<!DOCTYPE html><html><body>Log in to the network</body></html>")
  const json = Buffer.from('{"fine":true,"id":12345678901234567890}')

  const refused: ReadonlyArray<readonly [string, string, Uint8Array, string, RegExp]> = [
    ["a page", "text/html", page, "identity", /page of HTML.*Check the API URL/],
    ["a page that is packed by br", "text/html", brotliCompressSync(page), "br", /page of HTML/],
    ["a page that calls itself JSON", "application/json", page, "identity", /page of HTML/],
    ["a page without a type", "", page, "identity", /page of HTML/],
    ["a text", "text/csv", Buffer.from("a,b"), "identity", /what is not JSON.*-H 'Accept: \*\/\*'/],
    ["JSON that ends too early", "application/json", json.subarray(0, 9), "identity", /what is not JSON/]
  ]
  for (const [name, type, body, encoding, says] of refused) {
    it.live(`that is ${name} is an UnavailableError, and nothing of it is printed`, () =>
      Effect.gen(function* () {
        const { error, text } = yield* printed(type, body, encoding)
        assert.strictEqual(text, "")
        assert.strictEqual(error?._tag, "UnavailableError")
        assert.match(error?.message ?? "", says)
      })
    )
  }

  const taken: ReadonlyArray<readonly [string, string, Uint8Array, string, string | undefined, string]> = [
    ["JSON", "application/json", json, "identity", undefined, `${json.toString()}\n`],
    [
      "JSON that is packed by deflate",
      "application/json",
      deflateSync(json),
      "deflate",
      undefined,
      `${json.toString()}\n`
    ],
    ["JSON without a type", "", json, "identity", undefined, `${json.toString()}\n`],
    ["a text that was asked for", "text/csv", Buffer.from("a,b"), "identity", "text/csv", "a,b"],
    ["a packed text that was asked for", "text/csv", brotliCompressSync(Buffer.from("a,b")), "br", "*/*", "a,b"]
  ]
  for (const [name, type, body, encoding, accept, text] of taken) {
    it.live(`that is ${name} is printed as it is`, () =>
      Effect.gen(function* () {
        assert.deepStrictEqual(yield* printed(type, body, encoding, accept), { text, error: undefined })
      })
    )
  }
})
