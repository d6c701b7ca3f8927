/**
 * Genesys Cloud's notifications as a stream that outlives everything a channel dies of: the renewal of the token, 24 hours,
 * an eviction, a lost connection. What may have been missed is announced in the stream; it is not fetched.
 */
import type { Environment } from "@effect-genesys/auth/Environment"
import { TokenManager } from "@effect-genesys/auth/TokenManager"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as Layer from "effect/Layer"
import * as Pull from "effect/Pull"
import * as Schema from "effect/Schema"
import * as Semaphore from "effect/Semaphore"
import * as Socket from "effect/socket/Socket"
import * as Stream from "effect/Stream"
import { GenesysClient } from "./GenesysClient.ts"
import { type GenesysError, InvalidRequestError } from "./GenesysError.ts"
import * as Listed from "./internal/listed.ts"
import * as Channels from "./internal/notificationChannels.ts"
import * as NotificationStream from "./internal/notificationStream.ts"
import { mostTopics, mostTopicsOfChannel } from "./internal/notificationStream.ts"
import { type FollowedEvent, isNotification, type NotificationEvent } from "./NotificationEvent.ts"

export { mostTopics, mostTopicsOfChannel }

/** A topic that can be subscribed to, or a pattern of such topics; fields that are not named here are dropped. */
export class AvailableTopic extends Schema.Class<AvailableTopic>("@effect-genesys/client/AvailableTopic")({
  /** With ids left open, such as `v2.users.{id}.presence`. */
  id: Schema.String,
  description: Schema.optionalKey(Schema.String),
  /** Of which one, or all, must be held to subscribe. */
  requiresPermissions: Schema.optionalKey(Schema.Array(Schema.String)),
  /** `All`, `Websocket`, `EventBridge` and the like: not every topic comes by WebSocket. */
  transports: Schema.optionalKey(Schema.Array(Schema.String))
}) {}

/** A channel that exists. Its id opens its WebSocket without a token. */
export class OpenChannel extends Schema.Class<OpenChannel>("@effect-genesys/client/OpenChannel")({
  /** Absent for channels of other tokens. */
  id: Schema.optionalKey(Schema.RedactedFromValue(Schema.String)),
  expires: Schema.optionalKey(Schema.DateTimeUtcFromString)
}) {}

/**
 * Genesys Cloud's events as streams that outlive tokens, channels and connections. What may have been missed is told
 * as a `Gap`.
 */
export class Notifications extends Context.Service<
  Notifications,
  {
    /**
     * The events of these topics, such as `v2.users.{id}.presence`, for as long as the stream is run. First comes `Listening`;
     * then each event once, unless its channel was replaced and two bodies of it differ, and in the order of its channel;
     * and a `Gap` for each span in which events may be missing. More than 1,000 topics are spread over several channels.
     *
     * A renewed token, the 24 hours of a channel and an announced close make no gap: another channel is open before the
     * old one ends. A token that is revoked, an eviction and a broken or silent connection do.
     *
     * It fails at once with `InvalidRequestError` (a topic that Genesys does not know, none, or more than 19,000; or a channel
     * whose WebSocket is neither on Genesys Cloud's domain nor on the host of the API, or has no TLS) and `PermissionError`. `AuthenticationError` and `UnauthorizedError` end it only if it never listened; later it waits until
     * the credentials are mended. Everything else is tried again for ever.
     *
     * Memory is bounded: for a consumer that is too slow, an `Overflow` gap takes the place of events. When the stream ends, the
     * WebSockets are closed and the subscriptions deleted; that takes at most the policy's `cleanupTimeout`.
     */
    readonly listen: (topics: Iterable<string>) => Stream.Stream<NotificationEvent, GenesysError>
    /**
     * The same of topics that change: each element is all that are wanted from then on, the first one those to begin with. What comes
     * later is put on the channels that have room, without a gap for the others, and is told (`Joined`); what goes is not told any more when
     * its channel is replaced, within 24 hours. Topics that Genesys refuses are told (`Refused`), and the others go on. Every second comes
     * `Known`: whoever keeps the events can say until when he has all of them. What is too many is left out, with a warning.
     */
    readonly follow: (
      topics: Stream.Stream<Iterable<string>, GenesysError>
    ) => Stream.Stream<FollowedEvent, GenesysError>
    /** `GET /api/v2/notifications/availabletopics`: what there is to subscribe to. */
    readonly availableTopics: Effect.Effect<ReadonlyArray<AvailableTopic>, GenesysError>
    /** `GET /api/v2/notifications/channels`: the channels of all tokens of this user and OAuth client, of which 20 may be. */
    readonly channels: Effect.Effect<ReadonlyArray<OpenChannel>, GenesysError>
  }
>()("@effect-genesys/client/Notifications") {
  /** Over the WebSockets of the context, which `Transport` provides: with its proxies, authorities and certificates. */
  static readonly layer: Layer.Layer<
    Notifications,
    never,
    GenesysClient | TokenManager | Environment | Socket.WebSocketConstructor
  > = Layer.effect(
    Notifications,
    Effect.suspend(() => make)
  )
}

const entitiesOf = <S extends Schema.Constraint>(entity: S) =>
  Schema.Struct({ entities: Schema.optionalKey(Schema.Array(entity)) })

const make = Effect.gen(function* () {
  const client = yield* GenesysClient
  const manager = yield* TokenManager
  const makeWebSocket = yield* Socket.WebSocketConstructor
  const channels = yield* Channels.make
  const replacing = yield* Semaphore.make(1)

  const listen = Effect.fnUntraced(function* (wanted: Iterable<string>) {
    const topics = [...new Set(wanted)]
    if (topics.length === 0 || topics.length > mostTopics) return yield* wrongNumber(topics.length)
    const { buffer } = yield* NotificationStream.open({ channels, manager, makeWebSocket, replacing }, topics, false)
    return Stream.fromPull(Effect.succeed(buffer.take)).pipe(Stream.filter(isNotification))
  })

  const follow = Effect.fnUntraced(function* (changes: Stream.Stream<Iterable<string>, GenesysError>) {
    const pull = yield* Stream.toPull(Stream.map(changes, (wanted) => [...new Set(wanted)]))
    const [first = [], ...more] = yield* Pull.catchDone(pull, () => Effect.succeed([]))
    if (first.length === 0 || first.length > mostTopics) return yield* wrongNumber(first.length)
    const opened = yield* NotificationStream.open({ channels, manager, makeWebSocket, replacing }, first, true)
    const { buffer, change, watched } = opened
    const next = Effect.fnUntraced(function* (wanted: ReadonlyArray<string>) {
      const left = yield* change(wanted)
      if (left > 0)
        yield* Effect.logWarning(
          `notifications: ${left} topics are not listened to. ${wrongNumber(wanted.length).message}`
        )
    })
    yield* watched
    yield* Effect.forEach(more, next, { discard: true }).pipe(
      Effect.andThen(Effect.forever(Effect.flatMap(pull, (all) => Effect.forEach(all, next, { discard: true })))),
      (running) => Pull.catchDone(running, () => Effect.void),
      Effect.catchCause((cause) => Effect.sync(() => buffer.end(cause))),
      (running) => Effect.forkScoped(running, { startImmediately: true })
    )
    return Stream.fromPull(Effect.succeed(buffer.take))
  })

  return Notifications.of({
    listen: (topics) => Stream.unwrap(listen(topics)),
    follow: (topics) => Stream.unwrap(follow(topics)),
    availableTopics: client
      .json(
        HttpClientRequest.get("/api/v2/notifications/availabletopics").pipe(
          HttpClientRequest.setUrlParams([
            ["expand", "description"],
            ["expand", "requiresPermissions"],
            ["expand", "transports"]
          ])
        ),
        Listed.page(entitiesOf(AvailableTopic), "entities")
      )
      .pipe(
        Effect.map(({ entities = [] }) => entities),
        Effect.withSpan("Notifications.availableTopics")
      ),
    channels: client
      .json(
        HttpClientRequest.get(`${Channels.path}?includechannels=oauthclient`),
        Listed.page(entitiesOf(OpenChannel), "entities")
      )
      .pipe(
        Effect.map(({ entities = [] }) => entities),
        Effect.withSpan("Notifications.channels")
      )
  })
})

const wrongNumber = (count: number) =>
  new InvalidRequestError({
    api: { method: "PUT", path: Channels.subscriptions },
    details: [],
    message:
      count === 0
        ? "There is no topic to listen to. Name at least one, such as v2.users.{id}.presence with the id of a user."
        : `A program can listen to ${mostTopics} topics, 1,000 on each of 19 channels, and not to ${count}.`
  })
