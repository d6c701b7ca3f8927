/**
 * The HTTP client of the exporter of telemetry. The exporter reads an answer's body to its end, without a limit: here every request
 * has a time limit, and it gets an answer without the body, of which no more was read than a collector needs.
 */
import * as ResponseText from "@effect-genesys/core/ResponseText"
import * as RetryAfter from "@effect-genesys/core/RetryAfter"
import * as Transport from "@effect-genesys/client/Transport"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as HttpClient from "effect/http/HttpClient"
import * as HttpClientError from "effect/http/HttpClientError"
import type * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as HttpClientResponse from "effect/http/HttpClientResponse"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"

const limit = "10 seconds"
/** A collector says which records it did not take, and why. */
const maxBytes = 64 * 1024
/** What waits to be sent again waits in memory. The exporter has a delay of its own for an answer that names none. */
const longestWait = Duration.minutes(1)

/** Read so that the connection can be used again. One whose body has no end, or breaks off, is closed. */
const withoutBody = Effect.fnUntraced(function* (response: HttpClientResponse.HttpClientResponse) {
  const { request, status } = response
  yield* Effect.ignore(ResponseText.bytes(response, maxBytes))
  if (status < 200 || status > 599) {
    return yield* new HttpClientError.HttpClientError({
      reason: new HttpClientError.StatusCodeError({ request, response, description: "no status that HTTP has" })
    })
  }
  const after = Option.filter(
    yield* RetryAfter.fromHeaders(response.headers),
    Duration.isLessThanOrEqualTo(longestWait)
  )
  const headers = Option.match(after, {
    onNone: () => ({}),
    onSome: (wait) => ({ "retry-after": String(Math.ceil(Duration.toSeconds(wait))) })
  })
  return HttpClientResponse.fromWeb(request, new Response(null, { status, headers }))
})

const bounded = (
  answer: Effect.Effect<HttpClientResponse.HttpClientResponse, HttpClientError.HttpClientError>,
  request: HttpClientRequest.HttpClientRequest
) =>
  Effect.timeoutOrElse(Effect.flatMap(answer, withoutBody), {
    duration: limit,
    orElse: () =>
      Effect.fail(
        new HttpClientError.HttpClientError({
          reason: new HttpClientError.TransportError({ request, description: `no answer within ${limit}` })
        })
      )
  })

export const layer: Layer.Layer<HttpClient.HttpClient> = Layer.effect(
  HttpClient.HttpClient,
  Effect.map(HttpClient.HttpClient, HttpClient.transform(bounded))
).pipe(Layer.provide(Transport.layerHttp))
