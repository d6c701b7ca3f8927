/**
 * One attempt of a call: its turn under the rate limit, a token, the request, and what the answer means. The token comes last,
 * so that no wait outlives it.
 */
import type { AccessToken } from "@effect-genesys/auth/AccessToken"
import { Environment } from "@effect-genesys/auth/Environment"
import * as Redirect from "@effect-genesys/core/Redirect"
import * as ResponseText from "@effect-genesys/core/ResponseText"
import * as RetryAfter from "@effect-genesys/core/RetryAfter"
import { TokenManager } from "@effect-genesys/auth/TokenManager"
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as HttpClient from "effect/http/HttpClient"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as HttpClientResponse from "effect/http/HttpClientResponse"
import * as Metric from "effect/Metric"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import * as Metrics from "../Metrics.ts"
import { RateLimit } from "../RateLimit.ts"
import type { RatePass } from "../RatePass.ts"
import type { Policy } from "../RetryPolicy.ts"
import * as Waiting from "../Waiting.ts"
import * as ApiError from "./apiError.ts"
import * as Breaker from "./breaker.ts"
import * as Failure from "./failure.ts"
import * as Observe from "./observe.ts"
import * as Unanswered from "./unanswered.ts"

/** A call that is held back is sent after all, so many milliseconds before its deadline. */
const lastChance = 500
/** Rate limits of a window ask for no longer wait, in milliseconds. */
const longestWindow = 180_000

/** Answers of a proxy or a load balancer that found no host behind it. */
const isGateway = (status: number) => status === 502 || status === 503 || status === 504

/** Error bodies are short; whatever is longer comes from something else. */
const maxErrorBytes = 64 * 1024

/** One that takes longer to come says less than its status. */
const errorPatience = Duration.seconds(5)

/** As much of an error body as anybody reads in a log. */
const maxLoggedBody = 4096

/** Some operations answer with something else than JSON, and ask for it. */
const withAccept = (request: HttpClientRequest.HttpClientRequest) =>
  request.headers["accept"] === undefined ? HttpClientRequest.acceptJson(request) : request

/** Reads what an answer brings, within the attempt. */
export type Use<A, R> = (response: HttpClientResponse.HttpClientResponse) => Effect.Effect<A, Failure.Failure, R>

export const make = Effect.gen(function* () {
  const transport = Redirect.unfollowed(yield* HttpClient.HttpClient)
  const manager = yield* TokenManager
  const { apiUrl } = yield* Environment
  const rateLimit = yield* RateLimit
  yield* Observe.budgets(rateLimit)
  const breaker = yield* Breaker.make
  let hasAnswered = false

  /** Why there is no token yet, as the last exchange said it. */
  const noTokenYet = Effect.map(manager.status, ({ lastOutcome }) => lastOutcome?.message || undefined)

  /** Waits until the call may go. */
  const turn = Effect.fnUntraced(function* (progress: Failure.Progress, clock: Clock.Clock) {
    const told = yield* Waiting.OnWait
    // Whoever waits for a token must not hold a place that others could use.
    const token = yield* Effect.mapError(
      told === undefined ? manager.token : Waiting.forToken(manager, manager.token, told),
      Failure.ofToken
    )
    const now = clock.currentTimeMillisUnsafe()
    const pass = yield* rateLimit.acquire({
      path: progress.request.url,
      token,
      onWait: (turnAt) => {
        progress.turnAt = turnAt
        const millis = turnAt - clock.currentTimeMillisUnsafe()
        if (millis >= Waiting.shortest) told?.({ reason: "Turn", millis, cause: undefined })
      }
    })
    if (progress.turnAt !== undefined) {
      progress.turnAt = undefined
      yield* Metric.update(Metrics.apiPacingTime, Duration.millis(clock.currentTimeMillisUnsafe() - now))
    }
    return pass
  })

  /** What an answer that is no success means; one after all, if it says that the call has done its work before. */
  const refusal = (progress: Failure.Progress, token: AccessToken, pass: RatePass) =>
    Effect.fnUntraced(function* (response: HttpClientResponse.HttpClientResponse) {
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

  const exchange = Effect.fnUntraced(function* <A, R>(
    progress: Failure.Progress,
    pass: RatePass,
    use: Use<A, R>,
    clock: Clock.Clock,
    answered: Observe.Observer["answered"]
  ) {
    const { request } = progress
    const token = yield* Effect.mapError(manager.token, Failure.ofToken)
    const sentAt = clock.currentTimeMillisUnsafe()
    const took = () => clock.currentTimeMillisUnsafe() - sentAt
    const response = yield* transport
      .execute(
        request.pipe(
          HttpClientRequest.prependUrl(apiUrl),
          HttpClientRequest.bearerToken(Redacted.value(token.value)),
          withAccept
        )
      )
      .pipe(
        Observe.withoutTransportSpan,
        Effect.catch((cause) => {
          const error = Unanswered.broken(request, apiUrl, cause)
          return Effect.andThen(
            answered(error.reason, took()),
            Effect.fail(Failure.ofTransport(cause, error, hasAnswered))
          )
        })
      )
    hasAnswered = true
    yield* pass.answered(response.headers)
    yield* answered(String(response.status), took())
    if (!isGateway(response.status)) yield* breaker.answered(clock.currentTimeMillisUnsafe())
    if (response.status !== 401) progress.unauthorizedAt = undefined
    if (response.status >= 200 && response.status < 300) return yield* use(response)
    return yield* use(yield* refusal(progress, token, pass)(response))
  })

  /** What is said of a call at its deadline, before it was sent. */
  const unsent = Effect.fnUntraced(function* (progress: Failure.Progress, policy: Policy, now: number) {
    const { last, request, turnAt } = progress
    if (turnAt !== undefined) return yield* Failure.late(Unanswered.noTurn(request, turnAt - now))
    return yield* Failure.late(last ?? Unanswered.noToken(request, apiUrl, policy.deadline, yield* noTokenYet))
  })

  return {
    apiUrl,
    budgets: Effect.map(Clock.currentTimeMillis, rateLimit.describe),
    run: Effect.fnUntraced(function* <A, R>(
      progress: Failure.Progress,
      policy: Policy,
      use: Use<A, R>,
      observer: Observe.Observer
    ) {
      const { request } = progress
      const clock = yield* Clock.Clock
      const held = (millis: number) => Failure.held(progress.last ?? Unanswered.down(request, apiUrl), millis)
      const end = progress.startedAt + Duration.toMillis(policy.deadline)
      const hold = yield* breaker.hold
      const left = Math.max(1, end - clock.currentTimeMillisUnsafe())
      const isLastChance = hold + lastChance >= left
      if (hold > 0 && !isLastChance) return yield* held(hold)
      const pass = yield* Effect.timeoutOption(turn(progress, clock), left)
      const sentAt = clock.currentTimeMillisUnsafe()
      if (Option.isNone(pass)) return yield* unsent(progress, policy, sentAt)

      const limit = Duration.toMillis(policy.attemptTimeout)
      const isLate = sentAt + limit >= end
      const timedOut = Effect.suspend(() => {
        const failure = isLate
          ? Failure.late(progress.last ?? Unanswered.timeout(request, apiUrl, policy.deadline))
          : Failure.timedOut(Unanswered.timeout(request, apiUrl, policy.attemptTimeout))
        const took = clock.currentTimeMillisUnsafe() - sentAt
        return Effect.andThen(observer.answered("Timeout", took), Effect.fail(failure))
      })
      const sent = Effect.timeoutOrElse(exchange(progress, pass.value, use, clock, observer.answered), {
        duration: isLate ? Math.max(1, end - sentAt) : limit,
        orElse: () => timedOut
      })
      return yield* breaker.send(sent, { sentAt, isLastChance, held })
    })
  }
})
