/**
 * The undici dispatcher that all connections are made by: pooled, kept alive, through the proxy and with the certificates
 * of the settings.
 */
import { ProxyError } from "@effect-genesys/core/ConnectionFailure"
import type * as Undici from "@effect/platform-node/Undici"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import type * as Scope from "effect/Scope"
import type { SecureContext } from "node:tls"
import { nameOf, type Proxies, proxyFor, type ProxyUrl } from "../Proxies.ts"
import * as QuietPool from "./quietPool.ts"

/**
 * It is loaded when it is needed: `genesys status` opens no connection. By its default export, since bundlers cannot tell
 * the names of a CommonJS module that is exported again.
 */
export const loadUndici: Effect.Effect<typeof Undici.default> = Effect.promise(
  async () => (await import("@effect/platform-node/Undici")).default
)

/**
 * Below the 10 s that a request for a token may take, so that the error says what failed. Milliseconds, as all times
 * here.
 */
const connectTimeout = 8_000

export const pool = {
  /**
   * For each host. With 300 requests a minute for a token, 128 are enough for answers that take 25 s; what is more
   * waits for a free one, instead of exhausting the ports of a NAT or a proxy.
   */
  connections: 128,
  /**
   * A loop that calls every ten seconds keeps its connection, and load balancers keep theirs for a minute. A server that
   * says less (`Keep-Alive: timeout=5`) is believed.
   */
  keepAliveTimeout: 30_000,
  connectTimeout,
  /** Of one message, packed or not. Events have a few kilobytes. */
  webSocket: { maxPayloadSize: 8 * 1024 * 1024 }
} satisfies Undici.Agent.Options

export interface Network {
  readonly proxies: Proxies["Service"]
  readonly tls: Option.Option<SecureContext>
}

/** Whether a request that is under way keeps the process alive. */
export const KeepsAlive = Context.Reference<boolean>("@effect-genesys/client/dispatcher/KeepsAlive", {
  defaultValue: () => true
})

export const make = (network: Network, keepsAlive: boolean): Effect.Effect<Undici.Dispatcher, never, Scope.Scope> =>
  Effect.map(
    Effect.acquireRelease(
      Effect.map(loadUndici, (undici) => open(undici, network, keepsAlive)),
      ({ all }) => Effect.promise(() => Promise.all(all.map((dispatcher) => dispatcher.destroy())))
    ),
    ({ dispatcher }) => dispatcher
  )

const open = (undici: typeof Undici.default, { proxies, tls }: Network, keepsAlive: boolean) => {
  const connect = tls._tag === "None" ? {} : { secureContext: tls.value }
  const pools = keepsAlive ? {} : { factory: QuietPool.factory(undici) }
  const direct = new undici.Agent({
    ...pool,
    ...pools,
    connect: keepsAlive ? connect : undici.buildConnector({ timeout: connectTimeout, ...connect })
  })
  const toProxy = undici.buildConnector({ timeout: connectTimeout, ...connect })
  const through = (url: ProxyUrl) =>
    new undici.ProxyAgent({
      ...pool,
      ...pools,
      uri: Redacted.value(url),
      connect,
      requestTls: connect,
      proxyTls: connect,
      clientFactory: (origin) =>
        new undici.Pool(origin, {
          headersTimeout: connectTimeout,
          connect: (options, done) =>
            toProxy(options, (...[error, socket]) =>
              error === null ? done(null, socket) : done(proxyError(nameOf(url), error), null)
            )
        })
    })
  const agents = new Map(
    [proxies.https, proxies.http].flatMap((found) => Option.toArray(Option.map(found, (url) => [url, through(url)])))
  )
  if (agents.size === 0) return { dispatcher: direct, all: [direct] }
  const dispatcher = direct.compose((dispatch) => (options, handler) => {
    const proxy = Option.flatMap(Option.fromUndefinedOr(options.origin), (origin) => proxyFor(proxies, origin))
    const agent = Option.isSome(proxy) ? agents.get(proxy.value) : undefined
    return agent === undefined ? dispatch(options, handler) : agent.dispatch(options, handler)
  })
  return { dispatcher, all: [direct, ...agents.values()] }
}

const proxyError = (proxy: string, cause: Error) => {
  const code = "code" in cause && typeof cause.code === "string" ? cause.code : undefined
  return new ProxyError({ message: `the proxy ${proxy}: ${cause.message || code}`, code, cause })
}
