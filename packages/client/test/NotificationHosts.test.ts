/** Where a channel's WebSocket is opened: on Genesys Cloud or the host of the API, with TLS, whatever the API's answer names. */
import { assert, describe, it } from "@effect/vitest"
import { Environment } from "@effect-genesys/auth/Environment"
import * as Region from "@effect-genesys/auth/Region"
import * as ConfigProvider from "effect/ConfigProvider"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as HttpClient from "effect/http/HttpClient"
import * as HttpClientResponse from "effect/http/HttpClientResponse"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Socket from "effect/socket/Socket"
import * as Stream from "effect/Stream"
import { GenesysClient } from "../src/GenesysClient.ts"
import { Notifications } from "../src/Notifications.ts"
import { RateLimit } from "../src/RateLimit.ts"
import * as Transport from "../src/Transport.ts"
import * as Hostile from "./network/Hostile.ts"

const id = "the-id-of-the-channel"

/** The API of these tests that somebody has permitted to be asked without encryption. */
const allowed = ConfigProvider.fromEnvRecord({ GENESYS_CLOUD_ALLOW_HTTP: "simulator" })

/** Listens to an API whose channels have this address, until a WebSocket is opened or the stream ends. */
const listen = Effect.fnUntraced(function* (connectUri: string, apiUrl: string, region: Region.Region) {
  const opened: Array<string> = []
  const asked: Array<string> = []
  const api = HttpClient.make((request) =>
    Effect.sync(() => {
      asked.push(request.method)
      return HttpClientResponse.fromWeb(request, Response.json({ id, connectUri }))
    })
  )
  const layer = Notifications.layer.pipe(
    Layer.provide(Layer.fresh(GenesysClient.layer)),
    Layer.provide([
      Hostile.layerToken,
      RateLimit.layer,
      Environment.layer({ apiUrl, region }),
      Layer.succeed(HttpClient.HttpClient, api),
      Layer.succeed(Socket.WebSocketConstructor, (url) => {
        opened.push(url)
        throw new Error("this is as far as the test goes")
      })
    ])
  )
  const running = yield* Notifications.use(({ listen: events }) => Effect.flip(Stream.runDrain(events(["v2.x"])))).pipe(
    Effect.provide(layer),
    Effect.provideService(ConfigProvider.ConfigProvider, allowed),
    Effect.forkChild
  )
  while (opened.length === 0 && running.pollUnsafe() === undefined) yield* Effect.yieldNow
  const error = opened.length === 0 ? yield* Fiber.join(running) : undefined
  yield* Fiber.interrupt(running)
  return { asked, error, opened }
})

const regionOf = (name: string) => Option.getOrThrow(Region.find(name))
const us = regionOf("us-east-1")
const us1 = "https://api.mypurecloud.com"

const taken: ReadonlyArray<readonly [connectUri: string, apiUrl: string, region?: Region.Region]> = [
  [`wss://streaming.mypurecloud.com/channels/${id}`, us1],
  [`WSS://Streaming.MyPureCloud.com/channels/${id}`, us1],
  [`wss://streaming-2.eu.mypurecloud.com/channels/${id}`, us1],
  [`wss://streaming.usw2.pure.cloud/channels/${id}`, "https://api.usw2.pure.cloud", regionOf("us-west-2")],
  // The API host of a region by its URL alone.
  [`wss://streaming.mypurecloud.de/channels/${id}`, "https://api.mypurecloud.de"],
  // A gateway that has the WebSockets, too, or leaves them to Genesys Cloud.
  [`wss://gateway.example.com:8443/channels/${id}`, "https://gateway.example.com/genesys"],
  [`wss://streaming.gateway.example.com/channels/${id}`, "https://gateway.example.com/genesys"],
  [`wss://streaming.mypurecloud.de/channels/${id}`, "https://gateway.example.com", regionOf("eu-central-1")],
  [`wss://streaming.mypurecloud.com/channels/${id}`, "http://127.0.0.1:8080"],
  // A simulator.
  [`ws://127.0.0.1:8080/channels/${id}`, "http://127.0.0.1:8080"],
  [`ws://localhost:9090/channels/${id}`, "http://[::1]:8080"],
  [`ws://simulator:8080/channels/${id}`, "http://simulator:8080"],
  [`ws://simulator/channels/${id}`, "http://simulator:80/"],
  [`wss://simulator:8443/channels/${id}`, "http://simulator:8080"]
]

const refused: ReadonlyArray<readonly [connectUri: string, apiUrl: string, region?: Region.Region]> = [
  [`ws://streaming.mypurecloud.com/channels/${id}`, us1],
  [`https://streaming.mypurecloud.com/channels/${id}`, us1],
  [`wss://evil.example/channels/${id}`, us1],
  [`wss://mypurecloud.com.evil.example/channels/${id}`, us1],
  [`wss://evilmypurecloud.com/channels/${id}`, us1],
  [`wss://evil.example/.mypurecloud.com/channels/${id}`, us1],
  [`wss://evil.example#.mypurecloud.com/${id}`, us1],
  [`wss://streaming.mypurecloud.com@evil.example/${id}`, us1],
  [`wss://user:pass@streaming.mypurecloud.com/${id}`, us1],
  [`wss://evil.example\\@streaming.mypurecloud.com/${id}`, us1],
  [`wss://streaming.mypurecloud.de/channels/${id}`, us1],
  [`wss://streaming.pure.cloud/${id}`, "https://api.usw2.pure.cloud", regionOf("us-west-2")],
  [`wss://streaming.mypurecloud.com/${id}`, "https://api.mypurecloud.de"],
  [`ws://127.0.0.1:6379/${id}`, us1],
  [`wss://127.0.0.1:6379/${id}`, us1],
  [`wss://169.254.169.254/${id}`, us1],
  [`ws://10.0.0.1/${id}`, "http://127.0.0.1:8080"],
  [`ws://0.0.0.0:8080/${id}`, "http://127.0.0.1:8080"],
  [`ws://gateway.example.com/${id}`, "https://gateway.example.com"],
  [`wss://example.com/${id}`, "https://gateway.example.com"],
  [`ws://simulator:8081/${id}`, "http://simulator:8080"],
  [`ws://simulator/${id}`, "http://simulator:8080"],
  [`ws://simulator:8080/${id}`, "https://simulator:8080"],
  [`ws://streaming.simulator:8080/${id}`, "http://simulator:8080"],
  [`ws://streaming.mypurecloud.com/${id}`, "http://simulator:8080"],
  [`ws://127.0.0.1:8080/${id}`, "http://simulator:8080"],
  [`wss://other.example.com/${id}`, "https://gateway.example.com"],
  ["file:///etc/passwd", us1],
  ["//streaming.mypurecloud.com/x", us1],
  ["", us1]
]

describe("an address of a WebSocket is", () => {
  for (const [connectUri, apiUrl, region = us] of taken) {
    it.live(`taken: ${connectUri.replace(id, "…")} of ${apiUrl}`, () =>
      Effect.gen(function* () {
        const { opened } = yield* listen(connectUri, apiUrl, region)
        assert.deepStrictEqual(opened, [connectUri])
      })
    )
  }

  for (const [connectUri, apiUrl, region = us] of refused) {
    it.live(`refused: ${connectUri.replace(id, "…")} of ${apiUrl}`, () =>
      Effect.gen(function* () {
        const { asked, error, opened } = yield* listen(connectUri, apiUrl, region)
        assert.strictEqual(error?._tag, "InvalidRequestError")
        assert.include(error?.message ?? "", "was not connected to")
        assert.notMatch(error?.message ?? "", new RegExp(`${id}|pass\\b`))
        assert.deepStrictEqual([opened, asked], [[], ["POST"]])
      })
    )
  }
})

const layer = (apiUrl: string, sockets: Layer.Layer<Socket.WebSocketConstructor>) =>
  Notifications.layer.pipe(Layer.provide([Hostile.layer(apiUrl), sockets]), Layer.provide(Hostile.layer(apiUrl)))

it.live("no byte goes to another host", () =>
  Effect.gen(function* () {
    const b = yield* Hostile.serve((response) => response.end())
    const a = yield* Hostile.serve((response) =>
      response.end(JSON.stringify({ id, connectUri: `ws://0.0.0.0:${b.port}/channels/${id}` }))
    )
    const events = Notifications.use(({ listen: from }) => Stream.runDrain(from(["v2.x"])))
    const error = yield* Effect.flip(events).pipe(Effect.provide(layer(a.url, Transport.layer)))
    assert.strictEqual(error._tag, "InvalidRequestError")
    assert.deepStrictEqual([b.seen.connections, a.requests.length], [0, 1])
  })
)

for (const [name, sockets] of [
  ["the transport's", Transport.layer],
  ["Node's own", Socket.layerWebSocketConstructorGlobal]
] as const) {
  it.live.each([301, 302, 303, 307, 308])(`a WebSocket that is redirected by a %i goes nowhere: ${name}`, (status) =>
    Effect.gen(function* () {
      const b = yield* Hostile.serve((response) => response.end())
      const a = yield* Hostile.serve((response, { headers }) =>
        response.end(JSON.stringify({ id, connectUri: `ws://${headers.host}/channels/${id}` }))
      )
      const told = { handshakes: 0 }
      a.server.on("upgrade", (_, socket) => {
        told.handshakes++
        // Whoever is turned away may leave before it has read that.
        socket.on("error", () => undefined)
        socket.end(`HTTP/1.1 ${status} Elsewhere\r\nlocation: ${b.url}/channels/${id}\r\ncontent-length: 0\r\n\r\n`)
      })
      const running = yield* Notifications.use(({ listen: from }) => Stream.runDrain(from(["v2.x"]))).pipe(
        Effect.provide(layer(a.url, sockets)),
        Effect.forkChild
      )
      while (told.handshakes < 2) yield* Effect.sleep("20 millis")
      yield* Fiber.interrupt(running)
      assert.strictEqual(b.seen.connections, 0)
    })
  )
}
