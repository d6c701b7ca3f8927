/**
 * A `fetch` that goes through a proxy, that of the environment if no other is named, by the rules of `proxyFor`; Node's own if there is
 * none for the host.
 * Loaded only where a proxy is set: it brings undici, without which Node's own `fetch` knows of no proxy.
 */
import * as ConfigProvider from "effect/ConfigProvider"
import * as Effect from "effect/Effect"
import * as FetchHttpClient from "effect/http/FetchHttpClient"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import type * as Scope from "effect/Scope"
import { Readable } from "node:stream"
import { buildConnector, Pool, ProxyAgent, request } from "undici"
import type { ConfigurationError } from "@effect-genesys/core/ConfigurationError"
import { ProxyError } from "@effect-genesys/core/ConnectionFailure"
import { nameOf, Proxies, proxyFor, type ProxyUrl } from "@effect-genesys/core/Proxies"

/** Below the 10 s that a request for a token may take, so that the error says what failed. Milliseconds. */
const connectTimeout = 8_000

/** Of these a `Response` takes no body. */
const bodiless = new Set([204, 205, 304])

/** @throws on any other body, which would be left out in silence */
const bodyOf = (body: unknown): string | Uint8Array | null => {
  if (body === undefined || body === null) return null
  if (typeof body === "string" || body instanceof Uint8Array) return body
  throw new TypeError("A request through a proxy takes a text or bytes as its body.")
}

const agentOf = (url: ProxyUrl) => {
  const connect = buildConnector({ timeout: connectTimeout })
  return new ProxyAgent({
    uri: Redacted.value(url),
    connectTimeout,
    clientFactory: (origin) =>
      new Pool(origin, {
        headersTimeout: connectTimeout,
        connect: (options, done) => {
          connect(options, (...[error, socket]) => {
            if (error === null) return done(null, socket)
            const code = "code" in error && typeof error.code === "string" ? error.code : undefined
            const message = `the proxy ${nameOf(url)}: ${error.message || code}`
            return done(new ProxyError({ message, code, cause: error }), null)
          })
        }
      })
  })
}

const make = Effect.fnUntraced(function* (
  host: string,
  own: string | undefined
): Effect.fn.Return<typeof globalThis.fetch, ConfigurationError, Scope.Scope> {
  const proxies = yield* Effect.provide(Proxies, own === undefined ? layerEnvironment : Proxies.layerUrl("proxy", own))
  const proxy = proxyFor(proxies, host)
  if (Option.isNone(proxy)) return globalThis.fetch
  const dispatcher = yield* Effect.acquireRelease(
    Effect.sync(() => agentOf(proxy.value)),
    (agent) => Effect.promise(() => agent.destroy())
  )
  // Not undici's own `fetch`, which hides what the proxy said.
  return async (input, init = {}) => {
    const { body, headers, method = "GET", signal } = init
    const answer = await request(input instanceof Request ? input.url : input, {
      dispatcher,
      method,
      headers: [...new Headers(headers)].flat(),
      body: bodyOf(body),
      ...(signal instanceof AbortSignal ? { signal } : {})
    })
    const received = new Headers()
    for (const [name, values] of Object.entries(answer.headers))
      for (const value of [values ?? []].flat()) received.append(name, value)
    const status = answer.statusCode
    return new Response(bodiless.has(status) ? null : Readable.toWeb(answer.body), { status, headers: received })
  }
})

/** As it is when the first token is asked for. */
const layerEnvironment = Layer.provide(
  Proxies.layerConfig,
  Layer.effect(
    ConfigProvider.ConfigProvider,
    Effect.sync(() => ConfigProvider.fromEnv())
  )
)

/**
 * @param host the URL that is asked for tokens
 * @param proxy the URL of one in place of the environment's
 */
export const layer = (host: string, proxy?: string): Layer.Layer<never, ConfigurationError> =>
  Layer.effect(FetchHttpClient.Fetch, make(host, proxy))
