/**
 * A WebSocket of a notification channel, as a program would open it, and what came through it.
 */
import * as Effect from "effect/Effect"
import * as Queue from "effect/Queue"
import * as Schema from "effect/Schema"

const Message = Schema.fromJsonString(
  Schema.Struct({ topicName: Schema.String, eventBody: Schema.Record(Schema.String, Schema.Json) })
)

export type Message = typeof Message.Type

/** Open until the scope ends. */
export const listen = Effect.fnUntraced(function* (uri: string) {
  const messages = yield* Queue.unbounded<Message>()
  const closed = yield* Queue.unbounded<number>()
  const socket = yield* Effect.acquireRelease(
    Effect.callback<WebSocket>((resume) => {
      const opening = new WebSocket(uri)
      opening.addEventListener("open", () => resume(Effect.succeed(opening)))
      opening.addEventListener("error", () => resume(Effect.die(new Error("The WebSocket was not opened"))))
      opening.addEventListener("message", ({ data }) =>
        Queue.offerUnsafe(messages, Schema.decodeUnknownSync(Message)(data))
      )
      opening.addEventListener("close", ({ code }) => Queue.offerUnsafe(closed, code))
    }),
    (opened) => Effect.sync(() => opened.close())
  )
  const within = <A>(take: Effect.Effect<A>) => Effect.orDie(Effect.timeout(take, "5 seconds"))
  return {
    send: (message: unknown) => Effect.sync(() => socket.send(JSON.stringify(message))),
    /** The next message. */
    next: within(Queue.take(messages)),
    /** The next message on a topic; what comes before it is dropped. */
    nextOn: (topic: string) =>
      within(Queue.take(messages).pipe(Effect.repeat({ until: ({ topicName }) => topicName === topic }))),
    /** The code that it was closed with. */
    closed: within(Queue.take(closed))
  }
})
