/**
 * The body of an answer that is read outside of the attempts: as a stream, or as a whole by whoever has an `HttpClient`. It has to
 * end by the deadline of its call, too: a host that sends a byte a second must not hold a program for ever.
 */
import * as JsonText from "@effect-genesys/core/JsonText"
import * as ResponseText from "@effect-genesys/core/ResponseText"
import * as Effect from "effect/Effect"
import * as HttpClientError from "effect/http/HttpClientError"
import type * as HttpClientResponse from "effect/http/HttpClientResponse"
import type * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import * as UrlParams from "effect/http/UrlParams"
import type { UnavailableError } from "../GenesysError.ts"
import * as ApiError from "./apiError.ts"

/** The largest answers, pages of 100 conversations, are a few megabytes. */
export const maxBytes = 256 * 1024 * 1024

type Response = HttpClientResponse.HttpClientResponse

export interface Limit {
  /** Milliseconds that are left until the deadline. */
  readonly left: number
  readonly late: () => UnavailableError
}

/** The bytes as they come. What counts is the time in which they are waited for, not what the consumer does in between. */
export const limited = <E, R>(
  stream: Stream.Stream<Uint8Array, E, R>,
  { late, left }: Limit
): Stream.Stream<Uint8Array, E | UnavailableError, R> =>
  Stream.transformPull(stream, (pull) =>
    Effect.sync(() => {
      let rest = left
      return Effect.clockWith((clock) => {
        const begun = clock.currentTimeMillisUnsafe()
        return pull.pipe(
          Effect.timeoutOrElse({ duration: Math.max(0, rest), orElse: () => Effect.fail(late()) }),
          Effect.onExit(() => Effect.sync(() => void (rest -= clock.currentTimeMillisUnsafe() - begun)))
        )
      })
    })
  )

/** What reads the body as a whole. */
export const whole = <A, E>(read: Effect.Effect<A, E>, { late, left }: Limit): Effect.Effect<A, E | UnavailableError> =>
  Effect.timeoutOrElse(read, { duration: Math.max(0, left), orElse: () => Effect.fail(late()) })

/** The response with all that reads its body as a whole bounded, in time and in bytes. Its `stream` is left to the caller. */
export const bounded = (response: Response, limit: Limit): Effect.Effect<Response> =>
  reading(
    response,
    whole(ResponseText.bytes(response, maxBytes), limit).pipe(
      Effect.catchTag("UnavailableError", (error) => Effect.fail(unread(response, error.message, error)))
    )
  )

/** An answer of which nothing can be made. */
export const unread = (response: Response, description: string, cause?: unknown) =>
  new HttpClientError.HttpClientError({
    reason: new HttpClientError.DecodeError({ request: response.request, response, description, cause })
  })

/** The response with the bytes of its body from elsewhere. They are read once, however often they are asked for. */
export const reading = Effect.fnUntraced(function* (
  response: Response,
  read: Effect.Effect<Uint8Array<ArrayBuffer>, HttpClientError.HttpClientError>
) {
  const failed = (description: string, cause?: unknown) => unread(response, description, cause)
  const bytes = yield* Effect.cached(read)
  const text = Effect.map(bytes, (all) => new TextDecoder().decode(all))
  const json = Effect.flatMap(text, (said) => {
    if (said === "") {
      const isNothing = ApiError.isNothing(response.request, response.status, response.headers)
      return isNothing ? Effect.fail(failed("an empty body")) : Effect.succeed(null)
    }
    if (JsonText.isTooDeep(said)) return Effect.fail(failed(JsonText.tooDeep))
    return Effect.try({
      try: (): Schema.Json => JSON.parse(said),
      catch: (error) => failed("a body that is not JSON", error)
    })
  })
  const made: Response = Object.create(response, {
    text: { get: () => text },
    json: { get: () => json },
    arrayBuffer: { get: () => Effect.map(bytes, (all) => all.slice().buffer) },
    urlParamsBody: { get: () => Effect.map(text, (said) => UrlParams.fromInput(new URLSearchParams(said))) },
    formData: {
      get: () =>
        Effect.flatMap(bytes, (all) =>
          Effect.tryPromise({
            try: () => new globalThis.Response(all, { headers: { ...response.headers } }).formData(),
            catch: (error) => failed("a body that is no form", error)
          })
        )
    }
  })
  return made
})
