/**
 * The live side of `GenesysClient`: the attempts of a call, one after the other, until one succeeds, none can help, or the
 * deadline has come.
 */
import * as ResponseText from "@effect-genesys/core/ResponseText"
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as HttpClient from "effect/http/HttpClient"
import type * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as Metric from "effect/Metric"
import * as Result from "effect/Result"
import type * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import * as ApiPath from "../ApiPath.ts"
import type { GenesysError } from "../GenesysError.ts"
import * as Metrics from "../Metrics.ts"
import { RetryPolicy } from "../RetryPolicy.ts"
import * as Waiting from "../Waiting.ts"
import * as ApiError from "./apiError.ts"
import * as Attempt from "./attempt.ts"
import * as Body from "./body.ts"
import * as Failure from "./failure.ts"
import * as GivenUp from "./givenUp.ts"
import * as Observe from "./observe.ts"
import * as Reading from "./reading.ts"
import * as Unanswered from "./unanswered.ts"

type Request = HttpClientRequest.HttpClientRequest

export const make = Effect.gen(function* () {
  const attempt = yield* Attempt.make
  const { apiUrl, budgets } = attempt
  const observe = Observe.make()
  const reading = Reading.make(apiUrl)

  const call = Effect.fnUntraced(function* <A, R>(
    request: Request,
    use: Attempt.Use<A, R>
  ): Effect.fn.Return<A, GenesysError, R> {
    const wrong = ApiPath.check(request.url)
    if (wrong !== undefined) return yield* Unanswered.notAPath(request, wrong)
    const clock = yield* Clock.Clock
    const progress = Failure.start(request, clock.currentTimeMillisUnsafe())
    return yield* observe(request, apiUrl, (observer) =>
      Effect.tapError(attempts(attempt, progress, use, observer), failed)
    )
  })

  /** A call whose answer is left open, and what is left for the rest of it. */
  const open = Effect.fnUntraced(function* (request: Request) {
    const clock = yield* Clock.Clock
    const { deadline } = yield* RetryPolicy
    const end = clock.currentTimeMillisUnsafe() + Duration.toMillis(deadline)
    const response = yield* call(request, Effect.succeed)
    const limit: Body.Limit = {
      left: end - clock.currentTimeMillisUnsafe(),
      late: () => Unanswered.incomplete(request, apiUrl, deadline)
    }
    return { response, limit }
  })

  const http = HttpClient.makeWith<never, never, GenesysError, never>(
    Effect.flatMap((request) => Effect.flatMap(open(request), ({ limit, response }) => Body.bounded(response, limit))),
    Effect.succeed
  )

  const stream = (request: Request) =>
    Effect.map(open(request), ({ limit, response }) => {
      const { headers, status } = response
      const bytes = response.stream.pipe(
        Stream.catchReason("HttpClientError", "EmptyBodyError", () => Stream.empty),
        Stream.mapError((error) => Unanswered.brokenOff(request, apiUrl, error))
      )
      const text = ResponseText.read(response, Body.maxBytes).pipe(
        Effect.mapError((error) =>
          ResponseText.isTooLong(error)
            ? Unanswered.broken(request, apiUrl, error)
            : Unanswered.brokenOff(request, apiUrl, error)
        ),
        Effect.filterOrFail(
          (said) => said !== "" || !ApiError.isNothing(request, status, headers),
          () => Unanswered.unreadable(request, apiUrl, response, "an empty body")
        )
      )
      return { status, headers, stream: Body.limited(bytes, limit), text: Body.whole(text, limit) }
    })

  const bytes = (request: Request) =>
    call(request, (response) =>
      Effect.map(reading.bytes(request, response), (body) => ({
        status: response.status,
        headers: response.headers,
        bytes: body
      }))
    )

  const text = (request: Request) =>
    Effect.map(bytes(request), ({ bytes: body, headers, status }) => ({ status, headers, text: Reading.textOf(body) }))

  const json = <S extends Schema.Constraint>(request: Request, schema: S) => {
    const decode = reading.json(schema)
    return call(request, (response) => decode(request, response))
  }

  return { http, stream, text, bytes, json, budgets }
})

/** One after the other, until one succeeds or none can help. */
const attempts = Effect.fnUntraced(function* <A, R>(
  attempt: Effect.Success<typeof Attempt.make>,
  progress: Failure.Progress,
  use: Attempt.Use<A, R>,
  observer: Observe.Observer
) {
  const policy = yield* RetryPolicy
  const clock = yield* Clock.Clock
  const end = progress.startedAt + Duration.toMillis(policy.deadline)
  while (true) {
    const result = yield* Effect.result(attempt.run(progress, policy, use, observer))
    if (Result.isSuccess(result)) return result.success
    const { error, isUnreachable, kind } = result.failure
    const wait = Failure.next(progress, result.failure, policy, clock.currentTimeMillisUnsafe())
    if (wait === undefined || clock.currentTimeMillisUnsafe() + wait > end) {
      if (isUnreachable && policy.unreachable !== undefined) GivenUp.mark(error)
      return yield* error
    }
    if (kind !== "Held") yield* again(error, wait)
    if (wait >= Waiting.shortest) (yield* Waiting.OnWait)?.({ reason: "Again", millis: wait, cause: error.message })
    if (wait > 0) yield* Effect.sleep(wait)
  }
})

/** What a line of the log says of an error. */
const annotations = (error: GenesysError) => {
  const api = "api" in error ? error.api : undefined
  return {
    error: error._tag,
    reason: error.message,
    ...(api?.correlationId === undefined ? {} : { correlationId: api.correlationId })
  }
}

const again = (error: GenesysError, waitMillis: number) =>
  Effect.logDebug("call is tried again").pipe(
    Effect.annotateLogs({ ...annotations(error), waitMillis }),
    Effect.andThen(Metric.update(Metric.withAttributes(Metrics.apiRetries, { reason: error._tag }), 1))
  )

const failed = (error: GenesysError) => Effect.logDebug("call has failed").pipe(Effect.annotateLogs(annotations(error)))
