/**
 * Calls of a simulator as a program would make them, with the answer taken apart. They go through whatever `HttpClient` is
 * provided.
 */
import * as Effect from "effect/Effect"
import * as HttpClient from "effect/http/HttpClient"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import type * as HttpMethod from "effect/http/HttpMethod"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import { Simulator } from "../../src/Simulator.ts"

export interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string | undefined>>
  /** Parsed if it is JSON, else the text. */
  readonly body: unknown
}

const parse = Schema.decodeUnknownOption(Schema.fromJsonString(Schema.Json))

export const send = Effect.fnUntraced(function* (request: HttpClientRequest.HttpClientRequest) {
  const response = yield* HttpClient.execute(request)
  const text = yield* response.text
  const json = parse(text)
  const body: unknown = json._tag === "Some" ? json.value : text
  return { status: response.status, headers: response.headers, body } satisfies Answer
})

export interface TokenRequest {
  readonly id?: string
  readonly secret?: string
  readonly form?: Readonly<Record<string, string>>
}

/** `POST /oauth/token`, with the default client unless told otherwise. */
export const requestToken = Effect.fnUntraced(function* (options: TokenRequest = {}) {
  const simulator = yield* Simulator
  const secret = options.secret ?? Redacted.value(simulator.clientSecret)
  return yield* HttpClientRequest.post(`${simulator.url}/oauth/token`).pipe(
    HttpClientRequest.basicAuth(options.id ?? simulator.clientId, secret),
    HttpClientRequest.bodyUrlParams(options.form ?? { grant_type: "client_credentials" }),
    send
  )
})

const Token = Schema.Struct({ access_token: Schema.String, expires_in: Schema.Number })

/** A new token of the default client. */
export const login = Effect.fnUntraced(function* (options?: TokenRequest) {
  const { body } = yield* requestToken(options)
  return (yield* Schema.decodeUnknownEffect(Token)(body)).access_token
})

/** A call of the simulator with a token, or without one. */
export const call = Effect.fnUntraced(function* (
  token: string | undefined,
  method: HttpMethod.HttpMethod,
  path: string,
  body?: unknown
) {
  const { url } = yield* Simulator
  let request = HttpClientRequest.make(method)(url + path)
  if (token !== undefined) request = HttpClientRequest.bearerToken(request, token)
  if (body !== undefined) request = HttpClientRequest.bodyJsonUnsafe(request, body)
  return yield* send(request)
})

export const me = (token: string | undefined) => call(token, "GET", "/api/v2/tokens/me")
