/** Where a host sends a call elsewhere, nothing goes there: over each transport, with each method, for each kind of redirect. */
import { assert, describe, it } from "@effect/vitest"
import * as NodeHttpClient from "@effect/platform-node/NodeHttpClient"
import * as Effect from "effect/Effect"
import * as FetchHttpClient from "effect/http/FetchHttpClient"
import * as HttpClient from "effect/http/HttpClient"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import { GenesysClient } from "../src/GenesysClient.ts"
import type { GenesysError } from "../src/GenesysError.ts"
import * as Transport from "../src/Transport.ts"
import * as Hostile from "./network/Hostile.ts"

const statuses = [300, 301, 302, 303, 305, 307, 308]
const methods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"] as const
const transports = {
  undici: Transport.layer,
  "Effect's undici": NodeHttpClient.layerUndici,
  fetch: FetchHttpClient.layer,
  "node:http": NodeHttpClient.layerNodeHttp
}

const body = { secret: "a body that is for the API alone" }
const requestOf = (method: (typeof methods)[number], path = "/api/v2/users/search") =>
  HttpClientRequest.make(method)(path).pipe((request) =>
    method === "GET" || method === "HEAD" ? request : HttpClientRequest.bodyJsonUnsafe(request, body)
  )

/** B counts; A sends everybody there. */
const two = Effect.fnUntraced(function* (status: number, location: (b: string) => string = (b) => `${b}/stolen?q=1`) {
  const b = yield* Hostile.serve((response) =>
    response.writeHead(200, { "content-type": "application/json" }).end('{"stolen":true}')
  )
  const a = yield* Hostile.serve((response) => response.writeHead(status, { location: location(b.url) }).end())
  return { a, b }
})

const failsHere = (error: GenesysError, status: number | undefined) => {
  assert.strictEqual(error._tag, "UnavailableError")
  if (error._tag !== "UnavailableError") return
  assert.strictEqual(error.reason, "InvalidResponse")
  assert.strictEqual(error.status, status)
  assert.notInclude(JSON.stringify(error) + error.message, "stolen")
}

describe.each(Object.entries(transports))("over %s", (_, transport) => {
  for (const method of methods) {
    it.live(`${method} goes to nobody else`, () =>
      Effect.gen(function* () {
        for (const status of statuses) {
          const { a, b } = yield* two(status)
          const call = GenesysClient.use(({ text }) => text(requestOf(method)))
          const error = yield* Effect.flip(call).pipe(Effect.provide(Hostile.layer(a.url, transport)))
          failsHere(error, status)
          assert.include(error.message, `(status ${status}) to ${b.url}. Redirects are not followed`)
          assert.deepStrictEqual(b.requests, [])
          assert.lengthOf(a.requests, 1)
          assert.strictEqual(a.requests[0]?.headers.authorization, `Bearer ${Hostile.secret}`)
        }
      })
    )
  }

  it.live("a body that streams goes to nobody else, and neither does what is read as a stream or as JSON", () =>
    Effect.gen(function* () {
      const { a, b } = yield* two(307)
      const call = GenesysClient.use(({ http, json }) =>
        Effect.gen(function* () {
          failsHere(yield* Effect.flip(json(requestOf("POST"), Schema.Unknown)), 307)
          failsHere(yield* Effect.flip(http.execute(requestOf("PUT"))), 307)
        })
      )
      yield* Effect.provide(call, Hostile.layer(a.url, transport))
      assert.deepStrictEqual(b.requests, [])
      assert.lengthOf(a.requests, 2)
    })
  )
})

describe("the message says where it leads, and no more of it:", () => {
  const long = `http://${"a.".repeat(3000)}example`
  for (const [name, location, expected] of [
    ["a URL", "https://user:pass@evil.example:8443/path?query#x", "https://evil.example:8443"],
    ["a host", "//evil.example/path", "http://evil.example"],
    ["a path", "/path/here", "another path of the same host"],
    ["a script", "javascript:alert(1)//path", "what is no address of the web"],
    ["no URL", "http://[path", "what is no address"],
    ["a long one", `${long}/path`, long.slice(0, 200)]
  ] as const) {
    it.live(name, () =>
      Effect.gen(function* () {
        const { a } = yield* two(302, () => location)
        const call = GenesysClient.use(({ text }) => text(requestOf("GET", "/api/v2/x")))
        const error = yield* Effect.flip(call).pipe(Effect.provide(Hostile.layer(a.url)))
        assert.include(error.message, `to ${expected}.`)
        assert.notMatch(error.message, /user|pass|\/path|query|\n/)
      })
    )
  }
})

describe("a client that follows redirects by itself", () => {
  const following = Layer.effect(
    HttpClient.HttpClient,
    Effect.map(HttpClient.HttpClient, (client) => HttpClient.followRedirects(client))
  ).pipe(Layer.provide(NodeHttpClient.layerUndici))
  /** A fetch that does not care what it is told. */
  const deaf = FetchHttpClient.layer.pipe(
    Layer.provide(
      Layer.succeed(FetchHttpClient.Fetch, (url, init) => globalThis.fetch(url, { ...init, redirect: "follow" }))
    )
  )
  for (const [name, transport] of [
    ["HttpClient.followRedirects", following],
    ["a fetch of somebody's own", deaf]
  ] as const) {
    it.live(`${name}: what the other host answers is no success, and asked for once`, () =>
      Effect.gen(function* () {
        const { a, b } = yield* two(307)
        const call = GenesysClient.use(({ text }) => text(requestOf("GET")))
        const error = yield* Effect.flip(call).pipe(Effect.provide(Hostile.layer(a.url, transport)))
        failsHere(error, undefined)
        assert.include(error.message, `${a.url} was asked and ${b.url} answered`)
        assert.lengthOf(a.requests, 1)
      })
    )
  }
})

it.live("fetch keeps the options that it was given with its layer", () =>
  Effect.gen(function* () {
    const { a, b } = yield* two(307)
    const seen: Array<RequestInit | undefined> = []
    const transport = FetchHttpClient.layer.pipe(
      Layer.provide([
        Layer.succeed(FetchHttpClient.RequestInit, { keepalive: true, redirect: "follow" }),
        Layer.succeed(FetchHttpClient.Fetch, (url, init) => {
          seen.push(init)
          return globalThis.fetch(url, init)
        })
      ])
    )
    const call = GenesysClient.use(({ text }) => text(requestOf("GET")))
    failsHere(yield* Effect.flip(call).pipe(Effect.provide(Hostile.layer(a.url, transport))), 307)
    assert.deepStrictEqual(b.requests, [])
    assert.include(seen[0], { keepalive: true, redirect: "manual" })
  })
)
