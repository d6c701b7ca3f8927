/**
 * Keeps what Genesys Cloud itself said when it refused a call. `GenesysClient` makes typed errors of refusals, and the caller
 * of a proxy is to have the original.
 */
import * as ResponseText from "@effect-genesys/core/ResponseText"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Headers from "effect/http/Headers"
import * as HttpClient from "effect/http/HttpClient"
import type * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as HttpClientResponse from "effect/http/HttpClientResponse"

export interface Refusal {
  readonly status: number
  readonly headers: Headers.Headers
  readonly text: string
}

/** Where the last refusal of a call is kept, for calls that are made with it. */
export const Heard = Context.Reference<{ last: Refusal | undefined } | undefined>("@effect-genesys/cli/proxy/Heard", {
  defaultValue: () => undefined
})

/** Error bodies are short; whatever is longer comes from something else. */
const maxBytes = 64 * 1024

/** The transport, with an ear at it. */
export const listen = (client: HttpClient.HttpClient): HttpClient.HttpClient =>
  HttpClient.transform(client, (exchange, request) =>
    Effect.flatMap(Heard, (heard) =>
      heard === undefined
        ? exchange
        : Effect.flatMap(exchange, (response) =>
            (response.status >= 200 && response.status < 300) || response.status > 599
              ? Effect.succeed(response)
              : Effect.map(read(request, response), (refusal) => {
                  heard.last = refusal
                  return again(request, refusal)
                })
          )
    )
  )

const read = (request: HttpClientRequest.HttpClientRequest, response: HttpClientResponse.HttpClientResponse) =>
  ResponseText.read(response, maxBytes).pipe(
    Effect.orElseSucceed(() => ""),
    Effect.map((text): Refusal => {
      const token = (request.headers["authorization"] ?? "").replace(/^Bearer /, "")
      return {
        status: response.status,
        headers: Headers.removeMany(response.headers, ["content-encoding", "content-length"]),
        text: token === "" ? text : text.replaceAll(token, "<redacted>")
      }
    })
  )

/** The body was read, so the answer is made anew for whoever reads it next. */
const again = (request: HttpClientRequest.HttpClientRequest, { headers, status, text }: Refusal) =>
  HttpClientResponse.fromWeb(request, new Response(text === "" ? null : text, { status, headers: { ...headers } }))
