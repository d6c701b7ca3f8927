/**
 * A company's network around a simulator: its hosts are the true names of Genesys Cloud, with TLS by an authority that
 * nobody else knows, and only its proxy finds them.
 */
import { Credentials } from "@effect-genesys/auth/Credentials"
import { Environment } from "@effect-genesys/auth/Environment"
import { TokenEndpoint } from "@effect-genesys/auth/TokenEndpoint"
import { TokenManager } from "@effect-genesys/auth/TokenManager"
import { Simulator } from "@effect-genesys/simulator/Simulator"
import * as NodeCrypto from "@effect/platform-node/NodeCrypto"
import * as ConfigProvider from "effect/ConfigProvider"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as Redacted from "effect/Redacted"
import * as References from "effect/References"
import type { ServerOptions } from "node:https"
import { inspect } from "node:util"
import { GenesysClient } from "../../src/GenesysClient.ts"
import { RateLimit } from "../../src/RateLimit.ts"
import { Policy, RetryPolicy } from "../../src/RetryPolicy.ts"
import * as Transport from "../../src/Transport.ts"
import { Users } from "../../src/Users.ts"
import * as Certificates from "./Certificates.ts"
import * as Proxy from "./Proxy.ts"
import * as Server from "./Server.ts"

export type Env = Readonly<Record<string, string>>

export const settings = (env: Env) => ConfigProvider.layer(ConfigProvider.fromEnvRecord(env))

/** Whatever the programs of a test file log, at any level. */
export const logged: Array<string> = []
const logger = Logger.make(({ cause, message }) => {
  logged.push(inspect({ cause, message }, { depth: 20, showHidden: true }))
})

/** Everything from the settings, over real sockets. A call that fails is not tried again. */
export const layer = (env: Env) =>
  Users.layer.pipe(
    Layer.provideMerge(GenesysClient.layer),
    Layer.provide(RateLimit.layer),
    Layer.provideMerge(TokenManager.layer),
    Layer.provideMerge(TokenEndpoint.layerHttp),
    Layer.provide([NodeCrypto.layerDigest, Environment.layerConfig]),
    Layer.provideMerge(Layer.merge(Credentials.layerConfig, Transport.layerConfig)),
    Layer.provide(settings(env)),
    Layer.merge(Layer.succeed(RetryPolicy, new Policy({ maxRetries: 0 }))),
    Layer.provideMerge([Logger.layer([logger]), Layer.succeed(References.MinimumLogLevel, "All")])
  )

export const client = Simulator.use(({ clientId, clientSecret }) =>
  Effect.succeed({ GENESYS_CLOUD_CLIENT_ID: clientId, GENESYS_CLOUD_CLIENT_SECRET: Redacted.value(clientSecret) })
)

/** What the token and the calls are asked for. */
export const exchange = Effect.gen(function* () {
  const grant = yield* Credentials.use(({ current }) => current)
  return yield* TokenEndpoint.use((endpoint) => endpoint.exchange(grant))
})
export const findUser = Users.use((users) => users.findByEmail("test.user@yourcompany.com"))

export const hosts = ["login.mypurecloud.com", "api.mypurecloud.com"]

export interface Options {
  readonly certificate?: Certificates.Wanted
  readonly tls?: (authority: Certificates.Authority) => ServerOptions
  readonly proxy?: Omit<Proxy.Options, "port">
}

export const make = Effect.fnUntraced(function* ({ certificate, proxy: options, tls }: Options = {}) {
  const { url } = yield* Simulator
  const authority = yield* Certificates.makeAuthority("An authority of the company")
  const own = yield* authority.issue(certificate ?? { hosts })
  const server = yield* Server.make({ routes: { "/": `${url}/` }, tls: { ...own, ...tls?.(authority) } })
  const proxy = yield* Proxy.make({ ...options, port: server.port })
  return {
    authority,
    server,
    proxy,
    /** Without what a test is about: `GENESYS_CLOUD_CA_FILE`. */
    env: { ...(yield* client), HTTPS_PROXY: `http://127.0.0.1:${proxy.port}` },
    ca: { GENESYS_CLOUD_CA_FILE: Certificates.file(authority.cert) }
  }
})
