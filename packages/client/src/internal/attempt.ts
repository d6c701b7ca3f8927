/**
 * One attempt of a call: its turn under the rate limit, a token, the request, and what the answer means. The token comes last,
 * so that no wait outlives it.
 */
import { Environment } from "@effect-genesys/auth/Environment"
import * as Redirect from "@effect-genesys/core/Redirect"
import { TokenManager } from "@effect-genesys/auth/TokenManager"
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as HttpClient from "effect/http/HttpClient"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as HttpClientResponse from "effect/http/HttpClientResponse"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import { RateLimit } from "../RateLimit.ts"
import type { RatePass } from "../RatePass.ts"
import type { Policy } from "../RetryPolicy.ts"
import * as Breaker from "./breaker.ts"
import * as Failure from "./failure.ts"
import * as Observe from "./observe.ts"
import * as Refusal from "./refusal.ts"
import * as Turn from "./turn.ts"
import * as Unanswered from "./unanswered.ts"

/** A call that is held back is sent after all, so many milliseconds before its deadline. */
const lastChance = 500
/** Answers of a proxy or a load balancer that found no host behind it. */
const isGateway = (status: number) => status === 502 || status === 503 || status === 504

/** None if it takes longer. What is there at once, as most turns are, needs no timer and nobody who waits for it. */
const within = Effect.fnUntraced(function* <A, E>(effect: Effect.Effect<A, E>, millis: number) {
  const fiber = yield* Effect.forkChild(effect, { startImmediately: true })
  const exit = fiber.pollUnsafe()
  if (exit !== undefined) return Option.some(yield* exit)
  return yield* Effect.ensuring(Effect.timeoutOption(Fiber.join(fiber), millis), Fiber.interrupt(fiber))
})

const outgoing = (request: HttpClientRequest.HttpClientRequest, apiUrl: string, token: string) =>
  request.pipe(
    HttpClientRequest.prependUrl(apiUrl),
    HttpClientRequest.setHeaders({
      // Some operations answer with something else than JSON, and ask for it.
      accept: request.headers["accept"] ?? "application/json",
      authorization: `Bearer ${token}`
    })
  )

/** Reads what an answer brings, within the attempt. */
export type Use<A, R> = (response: HttpClientResponse.HttpClientResponse) => Effect.Effect<A, Failure.Failure, R>

export const make = Effect.gen(function* () {
  const transport = Redirect.unfollowed(yield* HttpClient.HttpClient)
  const manager = yield* TokenManager
  const { apiUrl } = yield* Environment
  const rateLimit = yield* RateLimit
  yield* Observe.start(rateLimit)
  const breaker = yield* Breaker.make
  let hasAnswered = false

  /** Why there is no token yet, as the last exchange said it. */
  const noTokenYet = Effect.map(manager.status, ({ lastOutcome }) => lastOutcome?.message || undefined)

  const turn = Turn.make(manager, rateLimit)
  const refusal = Refusal.make(manager, apiUrl)

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
    const response = yield* transport.execute(outgoing(request, apiUrl, Redacted.value(token.value))).pipe(
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
    return yield* use(yield* refusal(progress, token, pass, response))
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
      const pass = yield* within(turn(progress, clock), left)
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
