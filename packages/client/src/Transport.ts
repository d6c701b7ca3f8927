/**
 * The HTTP and WebSocket transport of both programs: undici, with connections that are pooled and kept alive. It is the
 * fastest of those that Effect has on Node, and it follows no redirect, so that no secret goes where it was not meant to. It asks
 * for answers that are packed by gzip, and unpacks these, and br, deflate and zstd too, as they are read.
 */
import type { ConfigurationError } from "@effect-genesys/core/ConfigurationError"
import * as NodeFileSystem from "@effect/platform-node/NodeFileSystem"
import * as NodePath from "@effect/platform-node/NodePath"
import * as NodeHttpClient from "@effect/platform-node/NodeHttpClient"
import * as Effect from "effect/Effect"
import * as HttpClient from "effect/http/HttpClient"
import * as Layer from "effect/Layer"
import * as Socket from "effect/socket/Socket"
import * as Dispatcher from "./internal/dispatcher.ts"
import * as Tls from "./internal/tls.ts"
import * as Unpacked from "./internal/unpacked.ts"
import * as WebSocket from "./internal/webSocket.ts"
import { Proxies } from "./Proxies.ts"

/** Both clients, the undici dispatcher that they share, and the proxies that it uses: `proxyFor` tells which for what. */
export type Transport = HttpClient.HttpClient | Socket.WebSocketConstructor | NodeHttpClient.Dispatcher | Proxies

/**
 * WebSockets through the proxy, and with the certificates, of the dispatcher that is given. Why one could not be opened is
 * in the error of `Socket`, for `ConnectionFailure.explain` to tell.
 */
export const layerWebSocketConstructor: Layer.Layer<Socket.WebSocketConstructor, never, NodeHttpClient.Dispatcher> =
  Layer.effect(
    Socket.WebSocketConstructor,
    Effect.zipWith(Dispatcher.loadUndici, NodeHttpClient.Dispatcher, WebSocket.make)
  )

const layerHttp = Layer.effect(HttpClient.HttpClient, Effect.map(HttpClient.HttpClient, Unpacked.make)).pipe(
  Layer.provide(NodeHttpClient.layerUndiciNoDispatcher)
)

const clients = Layer.merge(layerHttp, layerWebSocketConstructor)

const layerWith = <E>(proxies: Layer.Layer<Proxies, E>, tls: Effect.Effect<Dispatcher.Network["tls"], E>) => {
  const network = Effect.all({ proxies: Proxies, tls })
  return clients.pipe(
    Layer.provideMerge(Layer.effect(NodeHttpClient.Dispatcher, Effect.flatMap(network, Dispatcher.make))),
    Layer.provideMerge(proxies)
  )
}

/** Direct connections, with the certificates that Node trusts. At most 128 to a host; idle ones are kept for 30 s. */
export const layer: Layer.Layer<Transport> = layerWith(Proxies.layerNone, Effect.succeedNone)

/**
 * As `layer`, in a company's network:
 * - through the proxy of `HTTPS_PROXY` (or `HTTP_PROXY` for plain http; else `ALL_PROXY`), but for the hosts of `NO_PROXY` and for loopback:
 *   `proxyFor` of `Proxies` has the rules, and tells the way to a URL. The names may be in small letters too;
 * - with the authorities of `GENESYS_CLOUD_CA_FILE`, in addition to those that Node trusts;
 * - with the client certificate of `GENESYS_CLOUD_CLIENT_CERT_FILE` and `GENESYS_CLOUD_CLIENT_KEY_FILE`
 *   (`GENESYS_CLOUD_CLIENT_KEY_PASSPHRASE`).
 *
 * Read once, when the layer is built. A relative path starts at the working directory.
 */
export const layerConfig: Layer.Layer<Transport, ConfigurationError> = Layer.suspend(() =>
  layerThrough(Proxies.layerConfig)
)

/** As `layerConfig`, through other proxies than those of the environment. */
export const layerThrough = (
  proxies: Layer.Layer<Proxies, ConfigurationError>
): Layer.Layer<Transport, ConfigurationError> =>
  layerWith(proxies, Effect.provide(Tls.fromConfig, [NodeFileSystem.layer, NodePath.layer]))
