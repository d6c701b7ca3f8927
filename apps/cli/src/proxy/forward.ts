/** One call on its way through a local proxy, and what clients get that want to log in first. */
import { GenesysClient } from "@effect-genesys/client/GenesysClient"
import { Policy, RetryPolicy } from "@effect-genesys/client/RetryPolicy"
import * as Clock from "effect/Clock"
import * as Data from "effect/Data"
import * as Effect from "effect/Effect"
import * as Headers from "effect/http/Headers"
import * as HttpBody from "effect/http/HttpBody"
import * as HttpClientError from "effect/http/HttpClientError"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import type * as HttpClientResponse from "effect/http/HttpClientResponse"
import type { HttpMethod } from "effect/http/HttpMethod"
import type * as HttpServerRequest from "effect/http/HttpServerRequest"
import * as HttpServerResponse from "effect/http/HttpServerResponse"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import * as Result from "effect/Result"
import * as Stream from "effect/Stream"
import * as ErrorAnswer from "./errorAnswer.ts"
import * as ForwardedHeaders from "./headers.ts"
import { Heard, type Refusal } from "./heard.ts"
import { Limits } from "./limits.ts"
import * as RequestBody from "./requestBody.ts"

export interface Call {
  readonly method: HttpMethod
  /** With its query, and without what is the proxy's own. */
  readonly path: string
}

/** A client that logs in gets something that it can show: the secret, if that is how it is known; the proxy drops it from every call. */
export const loggedIn = (token: Option.Option<Redacted.Redacted>) =>
  HttpServerResponse.jsonUnsafe(
    {
      access_token: Option.match(token, { onNone: () => "the-local-proxy-adds-the-token", onSome: Redacted.value }),
      token_type: "bearer",
      expires_in: 86_400
    },
    { headers: { "cache-control": "no-store" } }
  )

export const make = Effect.gen(function* () {
  const { http } = yield* GenesysClient
  const policy = yield* RetryPolicy
  const { upload } = yield* Limits
  const patient = new Policy({
    maxRetries: policy.maxRetries,
    maxRetryAfter: policy.maxRetryAfter,
    attemptTimeout: upload,
    deadline: upload
  })

  return Effect.fnUntraced(function* (request: HttpServerRequest.HttpServerRequest, { method, path }: Call) {
    const startedAt = yield* Clock.currentTimeMillis
    const found = yield* Effect.result(RequestBody.read(request))
    if (Result.isFailure(found)) {
      return found.failure._tag === "Stopped"
        ? ErrorAnswer.ofStopped(found.failure)
        : ErrorAnswer.make({ status: 400, code: "proxy.bad.request", message: "The body of the request broke off." })
    }
    const { body, stopped } = found.success
    const isLong = body._tag === "Stream"
    const heard: { last: Refusal | undefined } = { last: undefined }
    const result = yield* http
      .execute(outgoing(request, method, path, body))
      .pipe(
        Effect.provideService(Heard, heard),
        Effect.provideService(RetryPolicy, isLong ? patient : policy),
        Effect.result
      )
    const late = stopped()
    const answer = Result.isSuccess(result)
      ? fromGenesys(result.success, method)
      : late === undefined
        ? ErrorAnswer.ofFailure(result.failure, heard.last, method, isLong)
        : ErrorAnswer.ofStopped(late)
    yield* Effect.logInfo("call").pipe(
      Effect.annotateLogs({
        event: "proxy.call",
        method,
        // The query may hold names of people.
        path: path.split("?", 1)[0],
        status: answer.status,
        tookMillis: (yield* Clock.currentTimeMillis) - startedAt,
        ...(Result.isFailure(result) ? { reason: (late ?? result.failure).message } : {})
      })
    )
    return answer
  })
})

const outgoing = (
  request: HttpServerRequest.HttpServerRequest,
  method: HttpMethod,
  path: string,
  body: HttpBody.HttpBody
) => {
  const made = HttpClientRequest.setBody(HttpClientRequest.make(method)(path), body)
  // A body without a type stays without one.
  const own = Headers.remove(made.headers, "content-type")
  return HttpClientRequest.setHeaders(
    HttpClientRequest.modify(made, { headers: own }),
    ForwardedHeaders.onward(request.headers)
  )
}

/** The answer broke off on its way from Genesys Cloud; what the caller has of it is not whole. */
class BrokenOff extends Data.TaggedError("BrokenOff") {}

const fromGenesys = (response: HttpClientResponse.HttpClientResponse, method: string) => {
  const headers = ForwardedHeaders.back(response.headers)
  const type = headers["content-type"]
  const length = headers["content-length"]
  const empty = HttpServerResponse.empty({ status: response.status, headers })
  if (method === "HEAD") return empty
  const bytes = response.stream.pipe(
    Stream.catchIf(isEmpty, () => Stream.empty),
    Stream.mapError(() => new BrokenOff())
  )
  const full = HttpServerResponse.setBody(
    empty,
    HttpBody.stream(bytes, type, length === undefined ? undefined : Number(length))
  )
  return type === undefined ? HttpServerResponse.removeHeader(full, "content-type") : full
}

const isEmpty = (error: HttpClientError.HttpClientError) => error.reason._tag === "EmptyBodyError"
