/**
 * What a GET costs through `GenesysClient`, `GenesysSdk` and the official SDK's own transport, beside Effect's bare HttpClient and
 * bare undici: CPU time of this process, and requests in a second, over 50 callers. One simulator, in a process of its own,
 * answers all of them. It allows 10,000,000 calls a minute, so pacing is at work and never waits.
 */
import { Credentials } from "@effect-genesys/auth/Credentials"
import { Environment } from "@effect-genesys/auth/Environment"
import { ClientCredentials } from "@effect-genesys/auth/Grant"
import { TokenEndpoint } from "@effect-genesys/auth/TokenEndpoint"
import { TokenManager } from "@effect-genesys/auth/TokenManager"
import { GenesysClient } from "@effect-genesys/client/GenesysClient"
import { RateLimit } from "@effect-genesys/client/RateLimit"
import * as Transport from "@effect-genesys/client/Transport"
import { GenesysSdk } from "@effect-genesys/sdk/GenesysSdk"
import * as NodeCrypto from "@effect/platform-node/NodeCrypto"
import * as Effect from "effect/Effect"
import * as HttpClient from "effect/http/HttpClient"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as References from "effect/References"
import * as Load from "./Load.ts"
import * as Measure from "./Measure.ts"

/** Of each candidate in a round. */
const millis = 1000
const callers = 50
const path = "/api/v2/tokens/me"
const client = { id: "caller", secret: "secret", tokenLifetime: 86_400 }

/** Makes calls for a while, with as many callers, and answers how many it made. */
type Run = Effect.Effect<number>

/** Callers that are fibers. */
const fibers = <E>(call: Effect.Effect<unknown, E>): Run =>
  Effect.gen(function* () {
    const end = performance.now() + millis
    let calls = 0
    const caller = Effect.gen(function* () {
      while (performance.now() < end) {
        yield* call
        calls++
      }
    })
    yield* Effect.all(
      Array.from({ length: callers }, () => caller),
      { concurrency: "unbounded", discard: true }
    )
    return calls
  }).pipe(Effect.orDie)

/** Callers that are promises. */
const promises = (call: () => Promise<unknown>): Run =>
  Effect.promise(async () => {
    const end = performance.now() + millis
    let calls = 0
    const caller = async () => {
      for (; performance.now() < end; calls++) {
        // oxlint-disable-next-line no-await-in-loop -- one call after the other is what is measured
        await call()
      }
    }
    await Promise.all(Array.from({ length: callers }, caller))
    return calls
  })

const perSecond = (run: Run): Effect.Effect<number> =>
  Effect.suspend(() => {
    const began = performance.now()
    return Effect.map(run, (calls) => (calls * 1000) / (performance.now() - began))
  })

/** Microseconds for each call. */
const cpu = (run: Run): Effect.Effect<number> =>
  Effect.suspend(() => {
    const began = process.cpuUsage()
    return Effect.map(run, (calls) => {
      const { system, user } = process.cpuUsage(began)
      return (system + user) / calls
    })
  })

const servicesOf = (origin: string) =>
  GenesysSdk.layer.pipe(
    Layer.provideMerge(GenesysClient.layer),
    Layer.provide(RateLimit.layer),
    Layer.provideMerge(TokenManager.layer),
    Layer.provide(TokenEndpoint.layerHttp),
    Layer.provide(
      Credentials.layer(new ClientCredentials({ clientId: client.id, clientSecret: Redacted.make(client.secret) }))
    ),
    Layer.provideMerge(Environment.layer({ loginUrl: origin, apiUrl: origin })),
    Layer.provideMerge(Transport.layer),
    Layer.provide(NodeCrypto.layerDigest)
  )

const makeRuns = Effect.gen(function* () {
  const options = { clients: [client], conversationsPerHour: 1, callsPerMinute: 10_000_000 }
  const server = yield* Load.start("./SimulatorServer.ts", JSON.stringify(options))
  const { hostname, origin, port } = new URL(server.url)
  const services = yield* Layer.build(servicesOf(origin))
  const ours = Effect.provide(services)
  const { value } = yield* ours(Effect.flatMap(TokenManager, (manager) => manager.token))
  const bearer = Redacted.value(value)

  const http = yield* ours(HttpClient.HttpClient)
  const genesys = yield* ours(GenesysClient)
  const sdk = yield* ours(GenesysSdk)
  const bare = HttpClientRequest.get(origin + path).pipe(HttpClientRequest.bearerToken(bearer))

  const { default: platform } = yield* Effect.promise(() => import("purecloud-platform-client-v2"))
  const official = new platform.ApiClientClass()
  official.config.live_reload_config = false
  official.config.setConfigPath("")
  official.setGateway({
    host: hostname,
    port: Number(port),
    protocol: "http",
    path_params_login: "",
    path_params_api: ""
  })
  official.setAccessToken(bearer)
  const tokens = new platform.TokensApi(official)

  const request: Load.Request = { method: "GET", path, headers: { authorization: `Bearer ${bearer}` } }
  const undici = async () => {
    const { body } = await server.pool.request(request)
    return body.json()
  }
  return {
    "Effect's bare HttpClient": fibers(Effect.flatMap(http.execute(bare), (answer) => answer.json)),
    GenesysClient: fibers(
      Effect.map(genesys.text(HttpClientRequest.get(path)), ({ text }): unknown => JSON.parse(text))
    ),
    GenesysSdk: fibers(sdk.TokensApi.getTokensMe()),
    "official SDK, axios": promises(() => tokens.getTokensMe()),
    "bare undici": promises(undici)
  }
})

export const clientLoad = Effect.scoped(
  Effect.gen(function* () {
    const runs = yield* makeRuns
    const candidates = (measure: (run: Run) => Effect.Effect<number>, most?: number): Measure.Candidates => {
      const [first, ...others] = Object.entries(runs).map(([name, run]): Measure.Candidate =>
        name === "GenesysClient" && most !== undefined
          ? { name, run: measure(run), target: { ratio: most } }
          : { name, run: measure(run) }
      )
      return [first!, ...others]
    }
    const pace = { warmUp: 2, rounds: 5 }
    const costs = yield* Measure.rounds(candidates(cpu, 1.3), pace)
    yield* Measure.print("client: CPU time of a GET, 50 callers", costs, "µs", [
      "Where it misses its aim: a call has a turn under the rate limit and a limit in time for it and for its answer, each a fiber of",
      "its own, a span by its route, two metrics, and a look at the token and at whether the host is down. Nothing of it stands out: most",
      "is Effect's run loop. In memory it costs half as much, in part since an answer that is there at once needs no timer for its limit."
    ])
    const speeds = yield* Measure.rounds(candidates(perSecond), pace)
    yield* Measure.print("client: GETs in a second, 50 callers; more is better", speeds, "req/s", [
      "Aim: GenesysClient at least twice the official SDK."
    ])
  })
).pipe(Effect.provideService(References.MinimumLogLevel, "None"), Effect.orDie)
