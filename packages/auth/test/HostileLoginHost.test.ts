/** A login host that never comes to an end, or sends what is built to break whoever reads it, over real sockets. */
import { assert, describe, it } from "@effect/vitest"
import { NodeCrypto, NodeHttpClient } from "@effect/platform-node"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as FetchHttpClient from "effect/http/FetchHttpClient"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import type { Socket } from "node:net"
import * as RawHost from "../../core/test/RawHost.ts"
import { createTokenManager } from "../src/createTokenManager.ts"
import { Environment } from "../src/Environment.ts"
import { TokenEndpoint } from "../src/TokenEndpoint.ts"
import { TokenManager } from "../src/TokenManager.ts"
import * as Host from "./LoginHost.ts"

const head = (status: number) => `HTTP/1.1 ${status} X\r\ncontent-type: application/json\r\n`
const whole = (status: number, body: string) => (socket: Socket) =>
  void socket.end(`${head(status)}content-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`)
const drip = (status: number) => RawHost.drip(`${head(status)}transfer-encoding: chunked\r\n\r\n`, "1\r\n \r\n")

const transports = {
  undici: NodeHttpClient.layerUndici,
  fetch: FetchHttpClient.layer,
  "node:http": NodeHttpClient.layerNodeHttp
}
const endpoint = (loginUrl: string, transport: (typeof transports)[keyof typeof transports] = transports.undici) =>
  TokenEndpoint.layerHttp.pipe(
    Layer.provide([Environment.layer({ loginUrl }), NodeCrypto.layerDigest, transport]),
    Layer.orDie
  )
const exchange = TokenEndpoint.use((host) => host.exchange(Host.grant()))

describe.concurrent.each(Object.entries(transports))("a body that drips, over %s", (_, transport) => {
  for (const status of [200, 400]) {
    it.live(`of status ${status} is given up with the exchange, and nothing goes on reading`, () =>
      Effect.gen(function* () {
        const host = yield* RawHost.make(drip(status))
        const seconds = Duration.seconds(1)
        const manager = Host.onlyManager({ exchangeTimeout: seconds, patience: seconds, backoffInitial: seconds }).pipe(
          Layer.provide(endpoint(host.url, transport)),
          Layer.provideMerge(Logger.layer([]))
        )
        const [took, error] = yield* Effect.timed(Effect.flip(TokenManager.use(({ token }) => token))).pipe(
          Effect.provide(manager)
        )
        assert.deepInclude(error, { _tag: "UnavailableError", reason: "Timeout" })
        assert.isBelow(Duration.toMillis(took), 5_000)
        while (host.open.size > 0) yield* Effect.sleep("20 millis")
      })
    )
  }
})

it.live("createTokenManager gives up a body that drips", () =>
  Effect.gen(function* () {
    const host = yield* RawHost.make(drip(200))
    const manager = createTokenManager({
      clientId: Host.clientId,
      clientSecret: Host.secret,
      loginUrl: host.url,
      patience: 1_000,
      policy: { exchangeTimeout: 1_000 }
    })
    const error = yield* Effect.flip(Effect.tryPromise({ try: () => manager.getToken(), catch: (reason) => reason }))
    assert.propertyVal(error, "_tag", "UnavailableError")
    assert.propertyVal(error, "reason", "Timeout")
    yield* Effect.promise(manager.close)
  })
)

describe.concurrent("a body that drips with a status that says it all is not waited for", () => {
  it.live.each([
    [307, "UnavailableError"],
    [429, "RateLimitError"],
    [500, "UnavailableError"],
    [503, "UnavailableError"]
  ] as const)("%i", ([status, tag]) =>
    Effect.gen(function* () {
      const host = yield* RawHost.make(drip(status))
      const [took, error] = yield* Effect.timed(Effect.flip(exchange)).pipe(Effect.provide(endpoint(host.url)))
      assert.strictEqual(error._tag, tag)
      assert.isBelow(Duration.toMillis(took), 4_000)
    })
  )
})

describe("JSON that is nested too deep", () => {
  const arrays = (depth: number) => "[".repeat(depth) + "]".repeat(depth)
  for (const [type, reason] of [
    ["application/json", "UnusableToken"],
    ["text/html", "InvalidResponse"]
  ] as const) {
    it.live(`70 KB of ${type} with status 200`, () =>
      Effect.gen(function* () {
        const body = `{"access_token":"${"a".repeat(70_000)}","expires_in":300}`
        const host = yield* RawHost.make((socket) => {
          socket.end(`HTTP/1.1 200 OK\r\ncontent-type: ${type}\r\ncontent-length: ${body.length}\r\n\r\n${body}`)
        })
        const error = yield* Effect.flip(exchange).pipe(Effect.provide(endpoint(host.url)))
        assert.deepInclude(error, { _tag: "UnavailableError", reason, status: 200 })
        assert.include(error.message, "longer than 65536 bytes")
      })
    )
  }

  for (const depth of [501, 5_000, 30_000]) {
    for (const [name, status, body] of [
      ["in place of a token", 200, arrays(depth)],
      ["beside a token", 200, `{"access_token":"t","expires_in":300,"x":${arrays(depth)}}`],
      ["as the life of a token", 200, `{"access_token":"t","expires_in":${arrays(depth)}}`],
      ["in an error", 400, `{"error":"invalid_client","error_description":${arrays(depth)}}`],
      ["in an error of a proxy", 403, arrays(depth)]
    ] as const) {
      it.live(`${depth} ${name}`, () =>
        Effect.gen(function* () {
          const host = yield* RawHost.make(whole(status, body))
          const error = yield* Effect.flip(exchange).pipe(Effect.provide(endpoint(host.url)))
          const reason = body.includes("access_token") ? "UnusableToken" : "InvalidResponse"
          assert.deepInclude(error, { _tag: "UnavailableError", reason, status })
          assert.include(error.message, "JSON that is nested more than 500 deep")
        })
      )
    }
  }
})

describe("an answer that is built to be slow or long", () => {
  for (const [name, answer, tag] of [
    ...["a", " ", "\n", "rate limit exceeded ", "%2B", ".", "<redacted>"].map((word) => {
      const text = word.repeat(60_000 / word.length)
      const body = JSON.stringify({ error: "invalid_request", error_description: text, description: text }).slice(
        0,
        65_000
      )
      const whole60 = JSON.stringify({ error: "invalid_request", error_description: text.slice(0, 30_000) })
      return [JSON.stringify(word), whole(400, body.endsWith("}") ? body : whole60), undefined] as const
    }),
    ["an error of 60 KB", whole(400, JSON.stringify({ error: "a".repeat(60_000) })), "AuthenticationError"],
    [
      "64 KiB of headers",
      (socket: Socket) => void socket.write(`${head(200)}x: ${"x".repeat(65_536)}\r\n\r\n`),
      "UnavailableError"
    ],
    [
      "a gigabyte",
      (socket: Socket) => {
        socket.write(`${head(200)}content-length: 1073741824\r\n\r\n`)
        socket.write(Buffer.alloc(1_000_000, " "))
      },
      "UnavailableError"
    ]
  ] as const) {
    it.live(name, () =>
      Effect.gen(function* () {
        const host = yield* RawHost.make(answer)
        yield* Effect.flip(exchange).pipe(Effect.provide(endpoint(host.url)))
        const [took, error] = yield* Effect.timed(Effect.flip(exchange)).pipe(Effect.provide(endpoint(host.url)))
        assert.isBelow(Duration.toMillis(took), 1_000)
        if (tag !== undefined) assert.strictEqual(error._tag, tag)
        assert.isBelow(error.message.length, 1_000)
        assert.notMatch(error.message, /\n/)
      })
    )
  }
})
