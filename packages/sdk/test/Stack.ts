/** The whole way of an SDK call to the simulator, over HTTP or in memory; and the same to a transport that only records. */
import { AccessToken } from "@effect-genesys/auth/AccessToken"
import { Environment } from "@effect-genesys/auth/Environment"
import { TokenManager } from "@effect-genesys/auth/TokenManager"
import { GenesysClient } from "@effect-genesys/client/GenesysClient"
import { RateLimit } from "@effect-genesys/client/RateLimit"
import type { SimulatorOptions } from "@effect-genesys/simulator/SimulatorOptions"
import * as Testing from "@effect-genesys/simulator/testing"
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

/** In memory, on the test's clock. */
export const layer = (options: SimulatorOptions = {}) => Layer.provideMerge(GenesysSdk.layer, Testing.layer(options))

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
