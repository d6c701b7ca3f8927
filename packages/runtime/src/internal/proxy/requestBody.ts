/**
 * The body of a request on its way through a local proxy. A short one is read first, so that the call can be sent again; a long
 * one flows through as fast as the other side takes it, and is sent once.
 */
import * as Effect from "effect/Effect"
import * as HttpBody from "effect/http/HttpBody"
import type * as HttpServerError from "effect/http/HttpServerError"
import type * as HttpServerRequest from "effect/http/HttpServerRequest"
import type * as Scope from "effect/Scope"
import * as Pull from "effect/Pull"
import * as Stream from "effect/Stream"

/** Bodies up to this are held in memory while their call runs. */
export const maxHeld = 1024 * 1024

export const read = Effect.fnUntraced(function* (
  request: HttpServerRequest.HttpServerRequest
): Effect.fn.Return<HttpBody.HttpBody, HttpServerError.HttpServerError, Scope.Scope> {
  const { headers } = request
  const type = headers["content-type"]
  const told = headers["content-length"]
  if (told === undefined && headers["transfer-encoding"] === undefined) return HttpBody.empty
  const length = told === undefined ? undefined : Number(told)
  if (length === 0) return HttpBody.empty
  if (length !== undefined && length > maxHeld) return HttpBody.stream(request.stream, type, length)

  const pull = yield* Stream.toPull(request.stream)
  const held: Array<Uint8Array> = []
  let size = 0
  while (size <= maxHeld) {
    const part = yield* Pull.catchDone(pull, () => Effect.succeed(undefined))
    if (part === undefined) return HttpBody.uint8Array(Buffer.concat(held), type)
    for (const bytes of part) {
      held.push(bytes)
      size += bytes.length
    }
  }
  // It did not say how long it is.
  const rest = Stream.fromPull(Effect.succeed(pull))
  return HttpBody.stream(Stream.concat(Stream.fromIterable(held), rest), type)
})
