/**
 * The HTTP and WebSocket transport of both programs: undici, with connections that are pooled and kept alive. It is the
 * fastest of those that Effect has on Node, and it follows no redirect, so that no secret goes where it was not meant to. It asks
 * for answers that are packed by gzip, and unpacks these, and br, deflate and zstd too, as they are read.
 */
import type { ConfigurationError } from "@effect-genesys/core/ConfigurationError"
import * as NodeFileSystem from "@effect/platform-node/NodeFileSystem"
import * as NodePath from "@effect/platform-node/NodePath"
import type * as HttpClient from "effect/http/HttpClient"
import * as Layer from "effect/Layer"
import type * as Socket from "effect/socket/Socket"
import * as Connections from "./internal/connections.ts"
import * as Tls from "./internal/tls.ts"
import { Proxies } from "./Proxies.ts"

/** Both clients, over the same connections, and the proxies that these use: `proxyFor` tells which for what. */
export type Transport = HttpClient.HttpClient | Socket.WebSocketConstructor | Proxies

const clients = Layer.merge(Connections.layerHttp, Connections.layerWebSocketConstructor)

/** Direct connections, with the certificates that Node trusts. At most 128 to a host; idle ones are kept for 30 s. */
export const layer: Layer.Layer<Transport> = Layer.provideMerge(
  Layer.provide(clients, Connections.layer),
  Proxies.layerNone
)

const network = Connections.layerWith(Tls.fromConfig).pipe(Layer.provide([NodeFileSystem.layer, NodePath.layer]))

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
): Layer.Layer<Transport, ConfigurationError> => Layer.provideMerge(Layer.provide(clients, network), proxies)

/**
 * Both clients, as `layerConfig` has them. Undici is loaded by the first request, so a service is up before; what is wrong with the settings
 * is told when the layer is built, all the same. A WebSocket that is opened before any request fails.
 */
export const layerLateConfig: Layer.Layer<HttpClient.HttpClient | Socket.WebSocketConstructor, ConfigurationError> =
  Connections.layerLate.pipe(Layer.provide(network), Layer.provide(Proxies.layerConfig))

/** HTTP alone, as `layer` has it, and as late as `layerLateConfig`. */
export const layerHttp: Layer.Layer<HttpClient.HttpClient> = Connections.layerHttp.pipe(
  Layer.provide(Connections.layer),
  Layer.provide(Proxies.layerNone)
)
