/** Helpers of the tests of notifications: a listener in the background, and what the simulator knows of the truth. */
import type { Fault } from "@effect-genesys/simulator/Fault"
import { Simulator } from "@effect-genesys/simulator/Simulator"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import { GenesysClient } from "../src/GenesysClient.ts"
import type { GenesysError } from "../src/GenesysError.ts"
import type { Event, Gap, NotificationEvent } from "../src/NotificationEvent.ts"
import { Notifications } from "../src/Notifications.ts"

export const channels = "/api/v2/notifications/channels"
export const quietTopics = ["v2.users.nobody.presence"]
export const fault = (options: Fault) => Simulator.use((simulator) => simulator.addFault(options))

/** How often a request was made. */
export const count = (method: string, path: RegExp) =>
  Effect.map(
    Simulator.use((simulator) => simulator.journal),
    ({ requests }) => requests.filter((request) => request.method === method && path.test(request.path)).length
  )
export const created = count("POST", /channels$/)

/** Listens in the background. */
export const listen = Effect.fnUntraced(function* (topics: Iterable<string> = quietTopics) {
  const all: Array<NotificationEvent> = []
  const notifications = yield* Notifications
  const fiber: Fiber.Fiber<void, GenesysError> = yield* Effect.forkChild(
    Stream.runForEach(notifications.listen(topics), (element) => Effect.sync(() => void all.push(element))),
    { startImmediately: true }
  )
  const gaps = () => all.filter((element): element is Gap => element._tag === "Gap")
  return {
    all,
    fiber,
    events: () => all.filter((element): element is Event => element._tag === "Event"),
    gaps,
    /** `reason`, and for a gap that is over its length in seconds. */
    told: () =>
      gaps().map(({ from, reason, to }) =>
        to === undefined ? reason : `${reason} ${Math.round((to.epochMilliseconds - from.epochMilliseconds) / 1000)}`
      )
  }
})

const Queues = Schema.Struct({ entities: Schema.Array(Schema.Struct({ id: Schema.String })) })

/** The conversations of all queues. */
export const queueTopics = Effect.gen(function* () {
  const client = yield* GenesysClient
  const { entities } = yield* client.json(HttpClientRequest.get("/api/v2/routing/queues?pageSize=100"), Queues)
  return entities.map(({ id }) => `v2.routing.queues.${id}.conversations`)
})
export const userTopics = Effect.gen(function* () {
  const client = yield* GenesysClient
  const { entities } = yield* client.json(HttpClientRequest.get("/api/v2/users?pageSize=20"), Queues)
  return entities.map(({ id }) => `v2.users.${id}.presence`)
})

export const isBody = Schema.is(
  Schema.Struct({ id: Schema.String, participants: Schema.Array(Schema.Struct({ state: Schema.String })) })
)

/** The conversations whose start was told, each as often as it was. */
export const startsOf = (events: ReadonlyArray<Event>) =>
  events.flatMap(({ eventBody }) =>
    isBody(eventBody) && eventBody.participants[0]?.state === "connected" ? [eventBody.id] : []
  )

/** The conversations that came to a queue in a span, in milliseconds since 1970, with a second left out at both ends. */
export const truth = (from: number, to: number) =>
  Simulator.use((simulator) => Stream.runCollect(simulator.truth(new Date(from).toISOString().slice(0, 10)))).pipe(
    Effect.map((conversations) =>
      conversations
        .flatMap(({ conversationId, participants }) => {
          const queue = participants.find(({ purpose }) => purpose === "acd")
          const offered = queue?.sessions[0]?.segments[0]?.segmentStart
          return offered === undefined ? [] : [{ id: conversationId, at: Date.parse(offered) }]
        })
        .filter(({ at }) => at > from + 1000 && at < to - 1000)
    )
  )

/** WebSockets of other channels of the same client, which stay open. */
export const others = Effect.fnUntraced(function* (howMany: number) {
  const client = yield* GenesysClient
  for (let i = 0; i < howMany; i++) {
    const channel = Schema.Struct({ connectUri: Schema.String })
    const { connectUri } = yield* client.json(HttpClientRequest.post(channels), channel)
    yield* Effect.acquireRelease(
      Effect.callback<WebSocket>((resume) => {
        const socket = new WebSocket(connectUri)
        socket.addEventListener("open", () => resume(Effect.succeed(socket)))
        // Evicted before it was open.
        socket.addEventListener("error", () => resume(Effect.succeed(socket)))
      }),
      (socket) => Effect.sync(() => socket.close())
    )
  }
})
