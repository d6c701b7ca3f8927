/**
 * Answers that travel packed, over the transport of both programs: what is asked for, what is read, and what is refused. `PROVE=1`: one that
 * unpacks into more than is held, and one that is far larger than what is held of it, in each form; else in the one that is unpacked soonest.
 */
import { assert, describe, it } from "@effect/vitest"
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as HttpClient from "effect/http/HttpClient"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as Layer from "effect/Layer"
import * as Stream from "effect/Stream"
import { createServer, type RequestListener } from "node:http"
import { brotliCompressSync, constants, deflateRawSync, deflateSync, gzipSync, zstdCompressSync } from "node:zlib"
import { GenesysClient } from "../src/GenesysClient.ts"
import { Policy, RetryPolicy } from "../src/RetryPolicy.ts"
import * as Transport from "../src/Transport.ts"
import * as Hostile from "./network/Hostile.ts"
import * as Server from "./network/Server.ts"

const isProof = process.env["PROVE"] !== undefined
const path = "/api/v2/things"
const once = new Policy({ maxRetries: 0, attemptTimeout: Duration.minutes(2), deadline: Duration.minutes(2) })

const serve = Effect.fnUntraced(function* (listener: RequestListener) {
  const { port } = yield* Server.listen(createServer(listener))
  return `http://127.0.0.1:${port}`
})

const answering = (encoding: string | undefined, body: Uint8Array, status = 200) =>
  serve((_, response) => {
    const headers = encoding === undefined ? {} : { "content-encoding": encoding }
    response.writeHead(status, { "content-type": "application/json", ...headers, "content-length": body.length })
    response.end(body)
  })

const call = <A, E>(url: string, use: (client: GenesysClient["Service"]) => Effect.Effect<A, E>) =>
  GenesysClient.use(use).pipe(
    Effect.provide(Hostile.layer(url, Transport.layer)),
    Effect.provideService(RetryPolicy, once)
  )

const text = JSON.stringify({ entities: Array.from({ length: 1_000 }, (_, id) => ({ id, name: `é ${id}` })) })
const bytes = Buffer.from(text)

const packed = {
  gzip: gzipSync(bytes),
  "X-GZIP": gzipSync(bytes),
  deflate: deflateSync(bytes),
  DEFLATE: deflateRawSync(bytes),
  br: brotliCompressSync(bytes),
  zstd: zstdCompressSync(bytes),
  identity: bytes,
  "gzip, br": brotliCompressSync(gzipSync(bytes))
}

it.live("an answer that is packed in no known way ends with its connection, however long it is", () =>
  Effect.gen(function* () {
    const closed = Promise.withResolvers<void>()
    const url = yield* serve((request, response) => {
      request.socket.once("close", closed.resolve)
      response.writeHead(200, { "content-type": "application/json", "content-encoding": "foo" })
      const more = () => void (response.destroyed || response.write("x".repeat(1_000), () => setTimeout(more, 5)))
      more()
    })
    // While the client lives on.
    yield* call(url, (client) =>
      Effect.gen(function* () {
        const error = yield* Effect.flip(client.text(HttpClientRequest.get(path)))
        assert.include(error.message, "packed as foo")
        yield* Effect.timeout(
          Effect.promise(() => closed.promise),
          "5 seconds"
        )
      })
    )
  })
)

describe("an answer that is packed", () => {
  for (const [encoding, body] of Object.entries(packed)) {
    it.live(`as ${encoding} is read in each way, and has no length of the packed one`, () =>
      Effect.gen(function* () {
        const url = yield* answering(encoding, body)
        const get = HttpClientRequest.get(path)
        yield* call(url, (client) =>
          Effect.gen(function* () {
            const whole = yield* client.text(get)
            const opened = yield* client.stream(get)
            const chunks = yield* Stream.runCollect(opened.stream)
            assert.strictEqual(whole.text, text)
            assert.strictEqual(Buffer.concat(chunks).toString(), text)
            if (encoding === "identity") return
            assert.notProperty(whole.headers, "content-encoding")
            assert.notProperty(whole.headers, "content-length")
          })
        )
        const http = Context.get(yield* Layer.build(Transport.layer), HttpClient.HttpClient)
        assert.strictEqual(yield* Effect.flatMap(http.get(url + path), (response) => response.text), text)
        assert.deepStrictEqual(
          yield* Effect.flatMap(http.get(url + path), (response) => response.json),
          JSON.parse(text)
        )
      })
    )
  }

  it.live("is what is asked for, unless a call asks for something else; a HEAD and a 204 have nothing to unpack", () =>
    Effect.gen(function* () {
      const asked: Array<string | undefined> = []
      const url = yield* serve(({ headers, method }, response) => {
        asked.push(headers["accept-encoding"])
        response.writeHead(method === "DELETE" ? 204 : 200, { "content-encoding": "gzip" }).end()
      })
      yield* call(url, ({ text: read }) =>
        Effect.gen(function* () {
          assert.strictEqual((yield* read(HttpClientRequest.head(path))).text, "")
          assert.strictEqual((yield* read(HttpClientRequest.delete(path))).text, "")
          yield* read(HttpClientRequest.head(path, { headers: { "accept-encoding": "identity" } }))
        })
      )
      assert.deepStrictEqual(asked, ["gzip", "gzip", "identity"])
    })
  )

  it.live("names its error as one that is not packed does", () =>
    Effect.gen(function* () {
      const error = { code: "missing.permissions", message: "no", status: 403, contextId: "c" }
      const url = yield* answering("br", brotliCompressSync(JSON.stringify(error)), 403)
      const failed = yield* call(url, (client) => Effect.flip(client.text(HttpClientRequest.get(path))))
      assert.strictEqual(failed._tag, "PermissionError")
    })
  )

  const quick = { params: { [constants.BROTLI_PARAM_QUALITY]: 1 } }
  const large = () => Buffer.alloc(257 * 1024 * 1024)
  const wrong: ReadonlyArray<readonly [string, string, Uint8Array | (() => Uint8Array), RegExp]> = [
    ["as nobody knows", "sdch", bytes, /packed as sdch, which was not asked for/],
    ["ten times over", Array.from({ length: 10 }, () => "gzip").join(","), bytes, /which was not asked for/],
    ["damaged", "br", bytes, /a packed body that is damaged/],
    ["cut off", "gzip", gzipSync(bytes).subarray(0, 1_000), /a packed body that is damaged/],
    ["damaged", "deflate", bytes, /a packed body that is damaged/],
    ["cut off", "deflate", deflateRawSync(bytes).subarray(0, 1_000), /a packed body that is damaged/],
    // `ResponseText.test.ts` has one of a smaller bound.
    ["into more than is held", "br", () => brotliCompressSync(large(), quick), /longer than 268435456 bytes/]
  ]
  for (const [name, encoding, body, says] of wrong) {
    it.live.skipIf(typeof body === "function" && !isProof)(
      `${name} is refused, in little memory: ${encoding.slice(0, 20)}`,
      () =>
        Effect.gen(function* () {
          const url = yield* answering(encoding, typeof body === "function" ? body() : body)
          const failed = yield* call(url, (client) => Effect.flip(client.text(HttpClientRequest.get(path))))
          assert.strictEqual(failed._tag, "UnavailableError")
          assert.match(failed.message, says)
        })
    )
  }

  const forms = [
    ["gzip", (body: Uint8Array) => gzipSync(body, { level: 1 })],
    ["deflate", (body: Uint8Array) => deflateRawSync(body, { level: 1 })],
    ["zstd", (body: Uint8Array) => zstdCompressSync(body)]
  ] as const
  for (const [encoding, pack] of forms) {
    it.live.skipIf(encoding !== "zstd" && !isProof)(`is unpacked no faster than it is read: ${encoding}`, () =>
      Effect.gen(function* () {
        const url = yield* answering(encoding, pack(Buffer.alloc(192 * 1024 * 1024)))
        const most = yield* call(url, ({ stream }) =>
          Effect.gen(function* () {
            const { stream: body } = yield* stream(HttpClientRequest.get(path))
            const before = process.memoryUsage().rss
            yield* Stream.runDrain(Stream.take(body, 4))
            yield* Effect.sleep("200 millis")
            return process.memoryUsage().rss - before
          })
        )
        assert.isBelow(most, 64 * 1024 * 1024)
      })
    )
  }
})
