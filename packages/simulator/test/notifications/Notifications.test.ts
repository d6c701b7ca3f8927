/**
 * Notification channels: their topics and limits in memory, their WebSockets over HTTP.
 */
import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as FetchHttpClient from "effect/http/FetchHttpClient"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import { TestClock } from "effect/testing"
import { UserListing } from "../../src/api/DirectoryApi.ts"
import { Channel, ChannelListing } from "../../src/api/NotificationsApi.ts"
import { Simulator } from "../../src/Simulator.ts"
import { call, login } from "../support/Calls.ts"
import { listen } from "../support/Listener.ts"

const channels = "/api/v2/notifications/channels"
const topics = (ids: ReadonlyArray<string>) => ids.map((id) => ({ id }))

const create = Effect.fnUntraced(function* (token: string) {
  const { body } = yield* call(token, "POST", channels)
  return yield* Schema.decodeUnknownEffect(Channel)(body)
})
const list = Effect.fnUntraced(function* (token: string, query = "") {
  const { body } = yield* call(token, "GET", channels + query)
  return (yield* Schema.decodeUnknownEffect(ChannelListing)(body)).entities.map(({ id }) => id)
})

it.effect("has channels with topics, for 24 hours from the last change", () =>
  Effect.gen(function* () {
    const token = yield* login()
    const { expires, id } = yield* create(token)
    assert.strictEqual(expires, "1970-01-02T00:00:00.000Z")
    const path = `${channels}/${id}/subscriptions`
    yield* TestClock.adjust("1 hour")
    const first = yield* call(token, "POST", path, topics(["v2.a", "v2.b"]))
    assert.nestedInclude(first.body, { "entities[1].id": "v2.b", "entities[1].state": "Permitted" })
    assert.nestedProperty((yield* call(token, "POST", path, topics(["v2.b", "v2.c"]))).body, "entities[2]")
    assert.notNestedProperty((yield* call(token, "PUT", path, topics(["v2.d"]))).body, "entities[1]")
    assert.nestedInclude((yield* call(token, "GET", path)).body, { "entities[0].id": "v2.d" })
    const thousand = topics(Array.from({ length: 1000 }, (_, i) => `v2.topic.${i}`))
    assert.strictEqual((yield* call(token, "POST", path, thousand)).status, 400)
    assert.strictEqual((yield* call(token, "PUT", path, thousand)).status, 200)
    assert.strictEqual((yield* call(token, "PUT", path, [...thousand, { id: "x" }])).status, 400)
    assert.strictEqual((yield* call(token, "DELETE", path)).status, 200)
    assert.deepStrictEqual((yield* call(token, "GET", path)).body, { entities: [] })
    yield* TestClock.adjust("1439 minutes")
    const late = yield* login()
    assert.strictEqual((yield* call(late, "GET", path)).status, 404)
    assert.strictEqual((yield* call(late, "HEAD", `${channels}/none`)).status, 404)
  }).pipe(Effect.provide(Simulator.layerHttpClient()))
)

it.effect("evicts the oldest of 21 channels, and ends channels with their token", () =>
  Effect.gen(function* () {
    const [token, other] = [yield* login(), yield* login()]
    const ids: Array<string> = []
    for (let i = 0; i < 21; i++) {
      yield* TestClock.adjust("1 second")
      ids.push((yield* create(i === 7 ? other : token)).id)
    }
    assert.deepStrictEqual(yield* list(token, "?includechannels=oauthclient"), ids.slice(1))
    assert.deepStrictEqual(yield* list(other), [ids[7]])
    assert.strictEqual((yield* call(token, "HEAD", `${channels}/${ids[0]}`)).status, 404)
    assert.strictEqual((yield* call(token, "HEAD", `${channels}/${ids[1]}`)).status, 200)
    yield* call(token, "DELETE", "/api/v2/tokens/me")
    assert.deepStrictEqual(yield* list(other, "?includechannels=oauthclient"), [ids[7]])
    assert.strictEqual((yield* call(undefined, "GET", `/channels/${ids[7]}`)).status, 426)
    assert.strictEqual((yield* call(undefined, "GET", `/channels/${ids[1]}`)).status, 404)
  }).pipe(Effect.provide(Simulator.layerHttpClient()))
)

const live = Layer.merge(Simulator.layer(), FetchHttpClient.layer)

it.live("beats, answers pings, and tells what happens in the world", () =>
  Effect.gen(function* () {
    const { advanceClock } = yield* Simulator
    const token = yield* login()
    const channel = yield* create(token)
    const users = yield* call(token, "GET", "/api/v2/users?pageSize=1")
    const { entities } = yield* Schema.decodeUnknownEffect(UserListing)(users.body)
    const queues = yield* call(token, "GET", "/api/v2/routing/queues")
    const queueIds = JSON.stringify(queues.body).matchAll(/"\/api\/v2\/routing\/queues\/([0-9a-f-]{36})"/g)
    const presence = `v2.users.${entities[0]!.id}.presence`
    const queueTopics = Array.from(queueIds, ([, id]) => `v2.routing.queues.${id}.conversations`)
    yield* call(token, "PUT", `${channels}/${channel.id}/subscriptions`, topics([presence, ...queueTopics]))

    const socket = yield* listen(channel.connectUri)
    yield* socket.send({ message: "ping" })
    assert.deepStrictEqual(yield* socket.next, { topicName: "channel.metadata", eventBody: { message: "pong" } })
    yield* advanceClock(30)
    const beat = yield* socket.nextOn("channel.metadata")
    assert.deepStrictEqual(beat.eventBody, { message: "WebSocket Heartbeat" })
    // Within half an hour some conversation starts, and within 40 quarters the presence changes.
    yield* advanceClock(1800)
    const event = yield* socket.next.pipe(Effect.repeat({ until: ({ topicName }) => queueTopics.includes(topicName) }))
    assert.nestedProperty(event.eventBody, "participants[0].state")
    yield* Effect.forkScoped(
      Effect.forEach(Array.from({ length: 40 }), () => Effect.delay(advanceClock(900), "30 millis"))
    )
    const change = yield* socket.nextOn(presence)
    assert.nestedProperty(change.eventBody, "presenceDefinition.systemPresence")
  }).pipe(Effect.scoped, Effect.provide(live))
)

it.live("closes the socket of a channel that is evicted, too old, or without a live token", () =>
  Effect.gen(function* () {
    const { advanceClock, revokeTokens } = yield* Simulator
    const token = yield* login()
    const first = yield* listen((yield* create(token)).connectUri)
    for (let i = 0; i < 19; i++) yield* listen((yield* create(token)).connectUri)
    yield* create(token)
    assert.strictEqual((yield* first.next).topicName, "v2.system.socket_closing")
    assert.strictEqual(yield* first.closed, 1001)

    const old = yield* listen((yield* create(token)).connectUri)
    yield* revokeTokens
    assert.strictEqual((yield* old.nextOn("v2.system.socket_closing")).topicName, "v2.system.socket_closing")
    assert.strictEqual(yield* old.closed, 1008)

    const another = yield* listen((yield* create(yield* login())).connectUri)
    yield* advanceClock(86_400)
    assert.strictEqual(yield* another.closed, 1001)
  }).pipe(Effect.scoped, Effect.provide(live))
)

it.live("announces to open WebSockets that they close, and keeps their channels", () =>
  Effect.gen(function* () {
    const { closeSockets } = yield* Simulator
    const token = yield* login()
    const channel = yield* create(token)
    const socket = yield* listen(channel.connectUri)
    yield* call(undefined, "POST", "/_control/sockets/close", { afterSeconds: 0.2 })
    assert.strictEqual((yield* socket.next).topicName, "v2.system.socket_closing")
    const later = yield* listen(channel.connectUri)
    assert.strictEqual(yield* socket.closed, 1001)
    yield* later.send({ message: "ping" })
    assert.deepStrictEqual((yield* later.next).eventBody, { message: "pong" })
    yield* closeSockets(0)
    assert.strictEqual(yield* later.closed, 1001)
    assert.strictEqual((yield* call(token, "HEAD", `${channels}/${channel.id}`)).status, 200)
  }).pipe(Effect.scoped, Effect.provide(live))
)

it.live("stops at once, even while WebSockets are open", () =>
  Effect.gen(function* () {
    const open = Effect.gen(function* () {
      const token = yield* login()
      return yield* listen((yield* create(token)).connectUri)
    })
    const socket = yield* open.pipe(Effect.provide(live))
    assert.oneOf(yield* socket.closed, [1001, 1006])
  }).pipe(Effect.scoped)
)
