/** The whole way of an SDK call to the simulator, over HTTP or in memory; and the same to a transport that only records. */
import { AccessToken } from "@effect-genesys/auth/AccessToken"
import { Credentials } from "@effect-genesys/auth/Credentials"
import { Environment } from "@effect-genesys/auth/Environment"
import { ClientCredentials } from "@effect-genesys/auth/Grant"
import { TokenEndpoint } from "@effect-genesys/auth/TokenEndpoint"
import { TokenManager } from "@effect-genesys/auth/TokenManager"
import { GenesysClient } from "@effect-genesys/client/GenesysClient"
import { RateLimit } from "@effect-genesys/client/RateLimit"
import { Simulator } from "@effect-genesys/simulator/Simulator"
import type { SimulatorOptions } from "@effect-genesys/simulator/SimulatorOptions"
import * as NodeCrypto from "@effect/platform-node/NodeCrypto"
import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as HttpClient from "effect/http/HttpClient"
import type * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as HttpClientResponse from "effect/http/HttpClientResponse"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as Stream from "effect/Stream"
import { GenesysSdk } from "../src/GenesysSdk.ts"

const credentials = Layer.unwrap(
  Simulator.use(({ clientId, clientSecret }) =>
    Effect.succeed(Credentials.layer(new ClientCredentials({ clientId, clientSecret })))
  )
)

/** In memory, on the test's clock. */
export const layer = (options: SimulatorOptions = {}) =>
  GenesysSdk.layer.pipe(
    Layer.provideMerge(GenesysClient.layer),
    Layer.provide(RateLimit.layer),
    Layer.provideMerge(TokenManager.layer),
    Layer.provide(TokenEndpoint.layerHttp),
    Layer.provide(NodeCrypto.layerDigest),
    Layer.provide(credentials),
    Layer.provide(Environment.layer()),
    Layer.provideMerge(Simulator.layerHttpClient(options))
  )

const token = new AccessToken({
  value: Redacted.make("fixed-token"),
  fingerprint: "fixed",
  issuedAt: DateTime.makeUnsafe(0),
  expiresIn: Duration.hours(24)
})

/** An answer by which so many calls are allowed that none has to wait. */
export const unpaced = (response: Response): Response => {
  response.headers.set("inin-ratelimit-allowed", "10000000")
  response.headers.set("inin-ratelimit-count", "1")
  response.headers.set("inin-ratelimit-reset", "60")
  return response
}

/** A token that is always the same. */
export const layerToken = Layer.sync(TokenManager, () =>
  TokenManager.of({
    token: Effect.succeed(token),
    reject: () => Effect.void,
    renew: Effect.succeed(token),
    status: Effect.never,
    changes: Stream.empty
  })
)

/** The whole SDK over any transport, with a fixed token. */
export const layerOver = (client: HttpClient.HttpClient, apiUrl = "https://api.mypurecloud.com") =>
  GenesysSdk.layer.pipe(
    Layer.provideMerge(GenesysClient.layer),
    Layer.provide(RateLimit.layer),
    Layer.provide(layerToken),
    Layer.provide(Environment.layer({ apiUrl })),
    Layer.provide(Layer.succeed(HttpClient.HttpClient, client))
  )

/** Keeps every request, and answers each with what `answer` makes of it. */
export const recorder = (
  answer: (request: HttpClientRequest.HttpClientRequest) => Response = () => Response.json({})
) => {
  const requests: Array<HttpClientRequest.HttpClientRequest> = []
  const client = HttpClient.make((request) =>
    Effect.sync(() => {
      requests.push(request)
      return HttpClientResponse.fromWeb(request, unpaced(answer(request)))
    })
  )
  return { requests, client }
}
