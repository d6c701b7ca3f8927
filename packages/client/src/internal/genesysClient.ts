/**
 * The live side of `GenesysClient`: the loop of attempts of one call. Each attempt takes its token last, so that no wait
 * outlives it.
 */
import { Environment } from "@effect-genesys/auth/Environment"
import * as ResponseText from "@effect-genesys/auth/ResponseText"
import * as RetryAfter from "@effect-genesys/auth/RetryAfter"
import { TokenManager } from "@effect-genesys/auth/TokenManager"
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as HttpClient from "effect/http/HttpClient"
import * as HttpClientError from "effect/http/HttpClientError"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as HttpClientResponse from "effect/http/HttpClientResponse"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import { type GenesysError, InvalidRequestError, UnavailableError } from "../GenesysError.ts"
import { RetryPolicy } from "../RetryPolicy.ts"
import * as ApiError from "./apiError.ts"
import * as Failure from "./failure.ts"

/** Error bodies are short; whatever is longer comes from something else. */
const maxErrorBytes = 64 * 1024
/** The largest answers, pages of 100 conversations, are a few megabytes. */
const maxAnswerBytes = 256 * 1024 * 1024

/** Reads what an answer brings, within the attempt. */
type Use<A, R> = (response: HttpClientResponse.HttpClientResponse) => Effect.Effect<A, Failure.Failure, R>

export const make = Effect.gen(function* () {
  const transport = yield* HttpClient.HttpClient
  const manager = yield* TokenManager
  const { apiUrl } = yield* Environment

  /** One attempt, from the token to the last byte. */
  const attempt = Effect.fnUntraced(function* <A, R>(progress: Failure.Progress, use: Use<A, R>) {
    const { request } = progress
    const token = yield* Effect.mapError(manager.token, Failure.ofToken)
    const value = Redacted.value(token.value)
    const response = yield* transport
      .execute(
        request.pipe(
          HttpClientRequest.prependUrl(apiUrl),
          HttpClientRequest.bearerToken(value),
          HttpClientRequest.acceptJson
        )
      )
      .pipe(Effect.mapError((error) => Failure.ofTransport(error, transportError(request, error))))
    if (response.status !== 401) progress.unauthorizedAt = undefined
    if (response.status >= 200 && response.status < 300) return yield* use(response)
    const body = yield* ResponseText.read(response, maxErrorBytes).pipe(Effect.orElseSucceed(() => ""))
    // The first DELETE may have arrived although its answer did not.
    if (progress.repeated && request.method === "DELETE" && response.status === 404) {
      return yield* use(HttpClientResponse.fromWeb(request, new Response(null, { status: 204 })))
    }
    const retryAfter = yield* RetryAfter.fromHeaders(response.headers)
    const error = ApiError.make({
      request,
      host: apiUrl,
      status: response.status,
      headers: response.headers,
      body,
      retryAfter,
      token: value
    })
    if (response.status === 401 && ApiError.codeOf(body) !== "authentication.required") {
      yield* manager.reject(token)
      return yield* Failure.rejected(error, token)
    }
    return yield* Failure.ofStatus(response.status, error, retryAfter)
  })

  const call = Effect.fnUntraced(function* <A, R>(
    request: HttpClientRequest.HttpClientRequest,
    use: Use<A, R>
  ): Effect.fn.Return<A, GenesysError, R> {
    if (!request.url.startsWith("/")) return yield* notAPath(request)
    const policy = yield* RetryPolicy
    const clock = yield* Clock.Clock
    const end = clock.currentTimeMillisUnsafe() + Duration.toMillis(policy.deadline)
    const progress = Failure.start(request, clock.currentTimeMillisUnsafe())

    const attempts = Effect.gen(function* () {
      while (true) {
        const bounded = Effect.timeoutOrElse(attempt(progress, use), {
          duration: policy.attemptTimeout,
          orElse: () => Effect.fail(Failure.ambiguous(timedOut(request, policy.attemptTimeout)))
        })
        const result = yield* Effect.result(bounded)
        if (Result.isSuccess(result)) return result.success
        const wait = Failure.next(progress, result.failure, policy, clock.currentTimeMillisUnsafe())
        if (wait === undefined || clock.currentTimeMillisUnsafe() + wait > end) return yield* result.failure.error
        yield* Effect.logDebug("call is tried again").pipe(
          Effect.annotateLogs({
            error: result.failure.error._tag,
            reason: result.failure.error.message,
            waitMillis: wait
          })
        )
        if (wait > 0) yield* Effect.sleep(wait)
      }
    })
    return yield* Effect.timeoutOrElse(attempts, {
      duration: policy.deadline,
      orElse: () => Effect.fail(progress.last ?? timedOut(request, policy.deadline))
    })
  })

  const transportError = (request: HttpClientRequest.HttpClientRequest, error: HttpClientError.HttpClientError) => {
    const cause = "cause" in error.reason && error.reason.cause instanceof Error ? error.reason.cause.message : ""
    const readable = error.reason._tag === "TransportError"
    return new UnavailableError({
      reason: readable ? "Connection" : "InvalidResponse",
      host: apiUrl,
      api: ApiError.callOf(request),
      message: readable
        ? `${apiUrl} cannot be reached${cause === "" ? "" : ` (${cause})`}. Check the network and the API URL.`
        : `${apiUrl} gave an answer that cannot be read. Check any proxy between this machine and Genesys Cloud.`
    })
  }

  const timedOut = (request: HttpClientRequest.HttpClientRequest, after: Duration.Duration) =>
    new UnavailableError({
      reason: "Timeout",
      host: apiUrl,
      api: ApiError.callOf(request),
      message: `${request.method} ${ApiError.callOf(request).path} was not answered within ${Duration.format(after)}. Try again later.`
    })

  const http = HttpClient.makeWith<never, never, GenesysError, never>(
    Effect.flatMap((request) => call(request, Effect.succeed)),
    Effect.succeed
  )

  const read = (request: HttpClientRequest.HttpClientRequest, response: HttpClientResponse.HttpClientResponse) =>
    Effect.mapError(ResponseText.read(response, maxAnswerBytes), (error) =>
      Failure.ambiguous(transportError(request, error))
    )

  const text = (request: HttpClientRequest.HttpClientRequest) =>
    call(request, (response) =>
      Effect.map(read(request, response), (body) => ({
        status: response.status,
        headers: response.headers,
        text: body
      }))
    )

  const json = <S extends Schema.Constraint>(request: HttpClientRequest.HttpClientRequest, schema: S) => {
    const parse = Schema.decodeUnknownOption(Schema.fromJsonString(Schema.Unknown))
    const decode = Schema.decodeUnknownEffect(Schema.toCodecJson(schema))
    const unreadable = (response: HttpClientResponse.HttpClientResponse, what: string) =>
      new UnavailableError({
        reason: "InvalidResponse",
        host: apiUrl,
        status: response.status,
        api: { ...ApiError.callOf(request), status: response.status },
        message: `${request.method} ${ApiError.callOf(request).path} was answered with ${what}.`
      })
    return call(
      request,
      Effect.fnUntraced(function* (response): Effect.fn.Return<S["Type"], Failure.Failure, S["DecodingServices"]> {
        const text = yield* read(request, response)
        // An empty answer, such as a 204, is read as null.
        const value = text === "" ? Option.some(null) : parse(text)
        if (Option.isNone(value)) return yield* Failure.ambiguous(unreadable(response, "a body that is not JSON"))
        return yield* Effect.mapError(decode(value.value), (error) =>
          Failure.final(
            unreadable(response, `JSON of an unknown shape: ${error.message.replaceAll(/\s+/g, " ").slice(0, 300)}`)
          )
        )
      })
    )
  }

  return { http, text, json }
})

const notAPath = (request: HttpClientRequest.HttpClientRequest) =>
  new InvalidRequestError({
    api: ApiError.callOf(request),
    details: [],
    message: "The request must name a path of the API such as /api/v2/users: the token is sent to no other host."
  })
