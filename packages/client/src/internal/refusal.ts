/** Reads an answer that is no success, and tells the token manager and the rate limit what it means for them. */
import type { AccessToken } from "@effect-genesys/auth/AccessToken"
import * as ResponseText from "@effect-genesys/core/ResponseText"
import * as RetryAfter from "@effect-genesys/core/RetryAfter"
import type { TokenManager } from "@effect-genesys/auth/TokenManager"
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as HttpClientResponse from "effect/http/HttpClientResponse"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import type { RatePass } from "../RatePass.ts"
import * as ApiError from "./apiError.ts"
import * as Failure from "./failure.ts"

/** Rate limits of a window ask for no longer wait, in milliseconds. */
const longestWindow = 180_000

/** Error bodies are short; whatever is longer comes from something else. */
const maxErrorBytes = 64 * 1024

/** One that takes longer to come says less than its status. */
const errorPatience = Duration.seconds(5)

/** As much of an error body as anybody reads in a log. */
const maxLoggedBody = 4096

/** What an answer that is no success means; one after all, if it says that the call has done its work before. */
export const make = (manager: TokenManager["Service"], apiUrl: string) =>
  Effect.fnUntraced(function* (
    progress: Failure.Progress,
    token: AccessToken,
    pass: RatePass,
    response: HttpClientResponse.HttpClientResponse
  ) {
    const { request } = progress
    const read = yield* ResponseText.read(response, maxErrorBytes).pipe(Effect.timeout(errorPatience), Effect.option)
    const [body, isRead] = [Option.getOrElse(read, () => ""), Option.isSome(read)]
    yield* Effect.logDebug("the API refused a request").pipe(
      Effect.annotateLogs({
        status: response.status,
        correlationId: response.headers["inin-correlation-id"] ?? response.headers["genesys-correlation-id"],
        body: body.replaceAll(Redacted.value(token.value), "<redacted>").slice(0, maxLoggedBody)
      })
    )
    const retryAfter = yield* RetryAfter.fromHeaders(response.headers)
    const { headers, status } = response
    const isGenesys = ApiError.isGenesys({ status, headers, body, isRead })
    // The first DELETE may have arrived although its answer did not.
    if (progress.repeated && request.method === "DELETE" && status === 404 && isGenesys) {
      return HttpClientResponse.fromWeb(request, new Response(null, { status: 204 }))
    }
    const error = ApiError.make({
      request,
      host: apiUrl,
      status,
      headers,
      body,
      isRead,
      retryAfter,
      token: Redacted.value(token.value)
    })
    if (status === 401 && isGenesys && ApiError.codeOf(body) !== "authentication.required") {
      yield* manager.reject(token)
      return yield* Failure.rejected(error, token)
    }
    const failure = Failure.ofStatus(status, error, retryAfter)
    // A limit of a day is one of this call, not one of the minute.
    if (status === 429 && (failure.wait ?? 0) <= longestWindow) {
      const now = yield* Clock.currentTimeMillis
      yield* pass.refused(now + (failure.wait ?? 1000))
    }
    return yield* failure
  })
