/**
 * The body of a request on its way through a local proxy. A short one is read first, so that the call can be sent again; a long
 * one flows through as fast as the other side takes it, and is sent once. Neither may stop on its way.
 */
import * as Data from "effect/Data"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as HttpBody from "effect/http/HttpBody"
import type * as HttpServerError from "effect/http/HttpServerError"
import type * as HttpServerRequest from "effect/http/HttpServerRequest"
import type * as Scope from "effect/Scope"
import * as Pull from "effect/Pull"
import * as Stream from "effect/Stream"
import { Limits } from "./limits.ts"

/** Bodies up to this are held in memory while their call runs. */
export const maxHeld = 1024 * 1024

/** The caller keeps the connection, and sends nothing more. */
export class Stopped extends Data.TaggedError("Stopped")<{ readonly message: string }> {}

export interface Read {
  readonly body: HttpBody.HttpBody
  /** Why a body that flows did not arrive, if it is its caller's fault. */
  readonly stopped: () => Stopped | undefined
}

const within = (what: string, duration: Duration.Duration) =>
  new Stopped({ message: `${what} within ${Duration.format(duration)}. Send it again.` })

export const read = Effect.fnUntraced(function* (
  request: HttpServerRequest.HttpServerRequest
): Effect.fn.Return<Read, HttpServerError.HttpServerError | Stopped, Scope.Scope> {
  const { held: patience, pause } = yield* Limits
  const { headers } = request
  const type = headers["content-type"]
  const told = headers["content-length"]
  let stopped: Stopped | undefined
  const made = (body: HttpBody.HttpBody): Read => ({ body, stopped: () => stopped })
  if (told === undefined && headers["transfer-encoding"] === undefined) return made(HttpBody.empty)
  const length = told === undefined ? undefined : Number(told)
  if (length === 0) return made(HttpBody.empty)

  const bytes = Stream.timeoutOrElse(request.stream, {
    duration: pause,
    orElse: () => {
      stopped = within("Nothing more of the body came", pause)
      return Stream.fail(stopped)
    }
  })
  if (length !== undefined && length > maxHeld) return made(HttpBody.stream(bytes, type, length))

  const pull = yield* Stream.toPull(bytes)
  const held: Array<Uint8Array> = []
  let isWhole = false
  const hold = Effect.gen(function* () {
    let size = 0
    while (size <= maxHeld && !isWhole) {
      const part = yield* Pull.catchDone(pull, () => Effect.succeed(undefined))
      if (part === undefined) isWhole = true
      for (const some of part ?? []) {
        held.push(some)
        size += some.length
      }
    }
  })
  yield* Effect.timeoutOrElse(hold, {
    duration: patience,
    orElse: () => Effect.fail(within("The body did not come", patience))
  })
  if (isWhole) return made(HttpBody.uint8Array(Buffer.concat(held), type))
  // It did not say how long it is.
  const rest = Stream.fromPull(Effect.succeed(pull))
  return made(HttpBody.stream(Stream.concat(Stream.fromIterable(held), rest), type))
})
