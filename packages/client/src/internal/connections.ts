/** The HTTP client and WebSockets over one pool of connections, which is opened, and undici loaded for it, when it is first used. */
import * as NodeHttpClient from "@effect/platform-node/NodeHttpClient"
import type * as Undici from "@effect/platform-node/Undici"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as HttpClient from "effect/http/HttpClient"
import type * as HttpClientError from "effect/http/HttpClientError"
import type * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as Layer from "effect/Layer"
import * as Scope from "effect/Scope"
import * as Socket from "effect/socket/Socket"
import { Proxies } from "../Proxies.ts"
import * as Dispatcher from "./dispatcher.ts"
import * as Unpacked from "./unpacked.ts"
import * as WebSocket from "./webSocket.ts"

class Connections extends Context.Service<Connections, Effect.Effect<Undici.Dispatcher>>()(
  "@effect-genesys/client/connections"
) {}

/** They are closed with the layer. @param tls what the settings say of it, which is checked when the layer is built */
export const layerWith = <E, R>(
  tls: Effect.Effect<Dispatcher.Network["tls"], E, R>
): Layer.Layer<Connections, E, Proxies | R> =>
  Layer.effect(
    Connections,
    Effect.gen(function* () {
      const network = { proxies: yield* Proxies, tls: yield* tls }
      const keepsAlive = yield* Dispatcher.KeepsAlive
      const scope = yield* Effect.scope
      return yield* Effect.cached(Scope.provide(Dispatcher.make(network, keepsAlive), scope))
    })
  )

export const layer: Layer.Layer<Connections, never, Proxies> = layerWith(Effect.succeedNone)

/** @param beside what is done before the first request, too */
const makeHttp = Effect.fnUntraced(function* (beside: Effect.Effect<void>) {
  let open: HttpClient.HttpClient | undefined
  const opening = Effect.flatMap(yield* Connections, (dispatcher) =>
    Effect.provideService(NodeHttpClient.makeUndici, NodeHttpClient.Dispatcher, dispatcher)
  ).pipe(
    Effect.tap(beside),
    Effect.tap((client) => Effect.sync(() => (open = client)))
  )
  return HttpClient.makeWith(
    (request: Effect.Effect<HttpClientRequest.HttpClientRequest, HttpClientError.HttpClientError>) =>
      Effect.suspend(() =>
        open === undefined
          ? Effect.flatMap(opening, (client) => client.postprocess(request))
          : open.postprocess(request)
      ),
    Effect.succeed
  )
})

export const layerHttp: Layer.Layer<HttpClient.HttpClient, never, Connections> = Layer.effect(
  HttpClient.HttpClient,
  Effect.map(makeHttp(Effect.void), Unpacked.make)
)

/**
 * WebSockets through the proxy, and with the certificates, of the connections. Why one could not be opened is in the error of `Socket`, for
 * `ConnectionFailure.explain` to tell. One is made at once when it is asked for, so undici is loaded with the layer.
 */
export const layerWebSocketConstructor: Layer.Layer<Socket.WebSocketConstructor, never, Connections> = Layer.effect(
  Socket.WebSocketConstructor,
  Effect.zipWith(Dispatcher.loadUndici, Effect.flatten(Connections), WebSocket.make)
)

/**
 * Both, with undici loaded by the first request. Whoever opens a WebSocket has its address by a request over the same connections; one of
 * another address fails before that.
 */
export const layerLate: Layer.Layer<HttpClient.HttpClient | Socket.WebSocketConstructor, never, Connections> =
  Layer.effectContext(
    Effect.gen(function* () {
      let made: Socket.WebSocketConstructor["Service"] | undefined
      const making = Effect.zipWith(Dispatcher.loadUndici, yield* Connections, WebSocket.make)
      const http = yield* makeHttp(Effect.flatMap(making, (one) => Effect.sync(() => void (made = one))))
      return Context.make(HttpClient.HttpClient, Unpacked.make(http)).pipe(
        Context.add(Socket.WebSocketConstructor, (url, options) => {
          if (made === undefined) throw new Error("No request was made over these connections yet.")
          return made(url, options)
        })
      )
    })
  )
