/** `GET /status/events`: how the worker is, again and again, as Server-Sent Events. Loaded when somebody looks. */
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Sse from "effect/encoding/Sse"
import * as HttpServerResponse from "effect/http/HttpServerResponse"
import * as Schedule from "effect/Schedule"
import * as Stream from "effect/Stream"
import { headers } from "./pageHeaders.ts"
import { WorkerView } from "./WorkerView.ts"

/** How often it tells how the worker is. */
const interval = Duration.seconds(2)

/** More people than look at a worker; each has a connection as long as its page is open. */
const viewers = 32

const encoded = (status: unknown) =>
  Sse.encoder.write({ _tag: "Event", event: "status", id: undefined, data: JSON.stringify(status) })

/** What answers whoever asks. */
export const make = Effect.gen(function* () {
  const view = yield* WorkerView
  // Of a fleet, its database tells it: once for all who look.
  const status = yield* Effect.cachedWithTTL(view.status, Duration.seconds(1))
  let open = 0
  const told = Stream.fromEffectSchedule(status, Schedule.spaced(interval)).pipe(
    Stream.map(encoded),
    Stream.prepend([Sse.encoder.write(new Sse.Retry({ duration: interval, lastEventId: undefined }))]),
    Stream.encodeText
  )
  const counted = Stream.unwrap(
    Effect.gen(function* () {
      yield* Effect.acquireRelease(
        Effect.sync(() => open++),
        () => Effect.sync(() => open--)
      )
      return told
    })
  )
  return Effect.sync(() =>
    open < viewers
      ? HttpServerResponse.stream(counted, { contentType: "text/event-stream", headers })
      : HttpServerResponse.text(`${viewers} pages of this worker are open already. Close one of them.\n`, {
          status: 503
        })
  )
})
