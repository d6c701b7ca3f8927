/** Notifications from a host that means harm: whatever comes through a WebSocket costs at most that WebSocket. */
import { assert, it } from "@effect/vitest"
import { Credentials } from "@effect-genesys/auth/Credentials"
import { Environment } from "@effect-genesys/auth/Environment"
import { ClientCredentials } from "@effect-genesys/auth/Grant"
import { TokenEndpoint } from "@effect-genesys/auth/TokenEndpoint"
import { TokenManager } from "@effect-genesys/auth/TokenManager"
import { Simulator } from "@effect-genesys/simulator/Simulator"
import * as NodeCrypto from "@effect/platform-node/NodeCrypto"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as References from "effect/References"
import * as Frames from "../../simulator/test/support/hostile/Frames.ts"
import { GenesysClient } from "../src/GenesysClient.ts"
import { NotificationPolicy, Policy } from "../src/NotificationPolicy.ts"
import { Notifications } from "../src/Notifications.ts"
import { RateLimit } from "../src/RateLimit.ts"
import * as Transport from "../src/Transport.ts"
import * as HostileHost from "./HostileHost.ts"
import { listen } from "./Listener.ts"

const ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
const empty = Buffer.alloc(0)

/** Answers to a handshake, each with something wrong. */
const handshakes: ReadonlyArray<readonly [string, (accept: string) => Buffer]> = [
  ["nothing", () => empty],
  ["no HTTP", () => Buffer.from("\x00\xff garbage \r\n\r\n", "latin1")],
  ["200", () => Buffer.from(ok)],
  ["404", () => Buffer.from("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")],
  ["500 that is cut off", () => Buffer.from("HTTP/1.1 500 Oh\r\nContent-Length: 1000\r\n\r\nx")],
  ["a redirect", () => Buffer.from("HTTP/1.1 302 Found\r\nLocation: http://[\r\nContent-Length: 0\r\n\r\n")],
  ["half a head", () => Buffer.from("HTTP/1.1 101 Switching")],
  ["a head without an end", () => Buffer.from(`HTTP/1.1 101 Switching Protocols\r\nX: ${"x".repeat(200_000)}`)],
  ["another key", () => HostileHost.opened("AAAA", empty)],
  [
    "no key",
    () => Buffer.from("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n")
  ],
  ["another protocol", () => Buffer.from("HTTP/1.1 101 x\r\nUpgrade: nonsense\r\nConnection: Upgrade\r\n\r\n\x00\xff")],
  ["a subprotocol", (accept) => HostileHost.opened(accept, empty, "Sec-WebSocket-Protocol: nonsense")],
  ["an extension", (accept) => HostileHost.opened(accept, empty, "Sec-WebSocket-Extensions: nonsense; x=y")],
  ...["1000", "7", "-1", "x", "15; server_max_window_bits=99", '"\xff"'].map(
    (bits) =>
      [
        `server_max_window_bits=${bits}`,
        (accept: string) =>
          HostileHost.opened(
            accept,
            Buffer.concat([Frames.frame(0xc1, Buffer.alloc(300, 0xa5), false), Frames.frame(0x81, "x", false)]),
            `Sec-WebSocket-Extensions: permessage-deflate; server_max_window_bits=${bits}`
          )
      ] as const
  ),
  [
    "packed nonsense, as agreed",
    (accept) =>
      HostileHost.opened(
        accept,
        Frames.frame(0xc1, Buffer.alloc(300, 0xa5), false),
        "Sec-WebSocket-Extensions: permessage-deflate"
      )
  ]
]

const answers: ReadonlyArray<HostileHost.Answer> = [
  ...handshakes.map(([name, bytes]) => ({ name, bytes, stays: 15 })),
  ...Frames.all(false).map(({ bytes, name }) => ({
    name,
    bytes: (accept: string) => HostileHost.opened(accept, bytes),
    stays: 15
  }))
]

const layer = (url: string) =>
  Notifications.layer.pipe(
    Layer.provideMerge(GenesysClient.layer),
    Layer.provide(RateLimit.layer),
    Layer.provideMerge(TokenManager.layer),
    Layer.provide(TokenEndpoint.layerHttp),
    Layer.provide([
      Environment.layer({ loginUrl: url, apiUrl: url }),
      Layer.unwrap(
        Simulator.use(({ clientId, clientSecret }) =>
          Effect.succeed(Credentials.layer(new ClientCredentials({ clientId, clientSecret })))
        )
      ),
      NodeCrypto.layerDigest,
      Transport.layer,
      Layer.succeed(References.MinimumLogLevel, "None")
    ])
  )

const soon = Duration.millis(2)
const impatient = new Policy({
  backoffInitial: soon,
  backoffMax: soon,
  evictionPause: soon,
  evictionPauseMax: soon,
  cleanupTimeout: soon
})

it.live(
  "whatever comes through a WebSocket, the stream goes on with the next one, and tells the gap",
  () =>
    Effect.gen(function* () {
      const thrown: Array<unknown> = []
      const onThrown = (error: unknown) => void thrown.push(error)
      yield* Effect.acquireRelease(
        Effect.sync(() => process.on("uncaughtExceptionMonitor", onThrown)),
        () => Effect.sync(() => process.off("uncaughtExceptionMonitor", onThrown))
      )
      const host = yield* HostileHost.make((yield* Simulator).url, answers)
      yield* Effect.gen(function* () {
        const listener = yield* listen()
        const isWell = () => host.left() === 0 && listener.told().at(-1)?.startsWith("ConnectionLost ") === true
        yield* Effect.repeat(Effect.sleep("20 millis"), { until: isWell }).pipe(Effect.timeout("60 seconds"))
        assert.isUndefined(listener.fiber.pollUnsafe())
        assert.lengthOf(
          listener.all.filter(({ _tag }) => _tag === "Listening"),
          1
        )
      }).pipe(Effect.scoped, Effect.provide(layer(host.url)), Effect.provideService(NotificationPolicy, impatient))
      assert.deepStrictEqual(thrown, [])
    }).pipe(Effect.scoped, Effect.provide(Simulator.layer({ rateLimit: { limit: 100_000 } }))),
  120_000
)
