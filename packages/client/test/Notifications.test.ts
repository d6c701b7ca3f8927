import { assert, describe, it } from "@effect/vitest"
import { Policy as RefreshPolicies, RefreshPolicy } from "@effect-genesys/auth/RefreshPolicy"
import type { Fault } from "@effect-genesys/simulator/Fault"
import { Simulator } from "@effect-genesys/simulator/Simulator"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as Redacted from "effect/Redacted"
import * as References from "effect/References"
import * as Stream from "effect/Stream"
import * as TestClock from "effect/testing/TestClock"
import * as Tracer from "effect/Tracer"
import type { Gap, NotificationEvent } from "../src/NotificationEvent.ts"
import { NotificationPolicy, Policy } from "../src/NotificationPolicy.ts"
import { Notifications } from "../src/Notifications.ts"
import {
  channels,
  count,
  created,
  fault,
  isBody,
  listen,
  others,
  queueTopics,
  startsOf,
  truth,
  userTopics
} from "./Listener.ts"
import * as Live from "./Live.ts"

const isProof = process.env["PROVE"] !== undefined
/** The steps of a time that is long for what happens in it. `PROVE=1`: as short as those of any other. */
const fine = isProof ? "1 second" : "3 seconds"
/** Of the 24 hours of a channel: with its own steps a connection is not silent for too long, as it is heard each half minute. */
const [silence, coarse] = isProof ? (["75 seconds", "70 seconds"] as const) : (["2 days", "30 minutes"] as const)

describe("events", () => {
  it.effect("of users and queues arrive, after word that all is subscribed", () =>
    Effect.gen(function* () {
      // When those of the first shift go to their breaks.
      yield* TestClock.adjust("2 hours")
      const listener = yield* listen([...(yield* queueTopics), ...(yield* userTopics)])
      // In small steps, until it listens: the first connection takes real time, too.
      yield* Live.pass("5 seconds")
      yield* Live.pass("20 minutes", "5 seconds")
      assert.strictEqual(listener.all[0]?._tag, "Listening")
      assert.deepStrictEqual(listener.gaps(), [])
      const event = listener.events().find(({ topic }) => topic.startsWith("v2.routing.queues."))
      assert.isTrue(isBody(event?.eventBody))
      assert.match(event?.correlationId ?? "", /^[0-9a-f-]{36}$/)
      assert.strictEqual(event?.metadata["CorrelationId"], event?.correlationId)
      const presence = listener.events().find(({ topic }) => topic.endsWith(".presence"))
      assert.nestedProperty(presence?.eventBody, "presenceDefinition.systemPresence")
    }).pipe(Effect.provide(Live.layer()))
  )

  it.effect("of more than 1,000 topics come by several channels", () =>
    Effect.gen(function* () {
      const fill = Array.from({ length: 2500 }, (_, i) => `v2.topic.${i}`)
      const topics = [...fill, ...(yield* queueTopics)]
      const listener = yield* listen(topics.concat(topics))
      yield* Live.pass("5 seconds")
      yield* Live.pass("5 minutes", "5 seconds")
      assert.strictEqual(yield* created, 3)
      assert.strictEqual(listener.all.filter(({ _tag }) => _tag === "Listening").length, 1)
      assert.isNotEmpty(listener.events())
    }).pipe(Effect.provide(Live.layer()))
  )
})

describe("no gap", () => {
  it.effect("at the renewal of the token: every conversation is told once", () =>
    Effect.gen(function* () {
      yield* TestClock.adjust("10 hours")
      const listener = yield* listen(yield* queueTopics)
      yield* Live.pass("5 seconds")
      const { now } = yield* Simulator
      const from = yield* now
      yield* Live.pass("30 minutes", fine)
      assert.deepStrictEqual(listener.gaps(), [])
      assert.isAtLeast(yield* created, 7)
      const started = yield* truth(from, yield* now)
      assert.isAbove(started.length, 20)
      const told = startsOf(listener.events())
      assert.strictEqual(new Set(told).size, told.length)
      assert.isEmpty(started.filter(({ id }) => !told.includes(id)))
    }).pipe(
      // Long enough for events that both channels tell.
      Effect.provideService(NotificationPolicy, new Policy({ overlap: Duration.seconds(30) })),
      Effect.provide(Live.layer({ tokenLifetime: 300 }))
    )
  )

  it.effect("at the end of a channel's 24 hours", () =>
    Effect.gen(function* () {
      const listener = yield* listen()
      yield* Live.pass("5 seconds")
      yield* Live.pass("1436 minutes", coarse)
      assert.strictEqual(yield* created, 1)
      yield* Live.pass("5 minutes", fine)
      assert.strictEqual(yield* created, 2)
      assert.deepStrictEqual(listener.gaps(), [])
    }).pipe(
      Effect.provideService(
        NotificationPolicy,
        new Policy({
          replaceBefore: Duration.minutes(1),
          verifyEvery: Duration.infinity,
          silence: Duration.fromInputUnsafe(silence)
        })
      ),
      Effect.provide(Live.layer({ tokenLifetime: 172_800 }))
    )
  )

  it.effect("at a close that Genesys announces", () =>
    Effect.gen(function* () {
      const listener = yield* listen()
      yield* Live.pass("2 minutes", "5 seconds")
      yield* Simulator.use(({ closeSockets }) => closeSockets(60))
      yield* Live.pass("30 seconds")
      assert.strictEqual(yield* created, 2)
      yield* Live.pass("2 minutes", "5 seconds")
      assert.deepStrictEqual(listener.gaps(), [])
      assert.strictEqual((yield* Live.Wire).open(), 1)
    }).pipe(Effect.provide(Live.layer()))
  )
})

describe("a gap", () => {
  it.effect("TokenEnded, where a token is revoked; then events come again", () =>
    Effect.gen(function* () {
      const listener = yield* listen(yield* queueTopics)
      yield* Live.pass("2 minutes", "5 seconds")
      yield* Simulator.use(({ revokeTokens }) => revokeTokens)
      const before = listener.events().length
      yield* Live.pass("5 seconds")
      assert.match(listener.told().join(), /^TokenEnded,TokenEnded \d+$/)
      assert.deepStrictEqual(listener.gaps()[0]?.from, listener.gaps()[1]?.from)
      yield* Live.pass("5 minutes", "5 seconds")
      assert.isAbove(listener.events().length, before)
      assert.lengthOf(listener.gaps(), 2)
    }).pipe(Effect.provide(Live.layer()))
  )

  it.effect("TokenEnded, from the last thing heard, even if the channel was proven later", () =>
    Effect.gen(function* () {
      const listener = yield* listen()
      yield* Live.pass("4 minutes", "5 seconds")
      const { now, revokeTokens } = yield* Simulator
      const deaf = yield* now
      yield* Effect.flatMap(Live.Wire, ({ hush }) => hush)
      yield* Live.pass("35 seconds", "5 seconds")
      assert.strictEqual(yield* count("HEAD", /channels/), 1)
      yield* revokeTokens
      // Whoever calls the API finds that the token is dead.
      yield* Effect.forkChild(userTopics, { startImmediately: true })
      yield* Live.pass("5 seconds")
      assert.match(listener.told().join(), /^TokenEnded,TokenEnded \d+$/)
      assert.isAtMost(listener.gaps()[0]?.from.epochMilliseconds ?? 0, deaf)
    }).pipe(
      Effect.provideService(NotificationPolicy, new Policy({ verifyEvery: Duration.seconds(255) })),
      Effect.provide(Live.layer())
    )
  )

  it.effect("Evicted, where others make too many channels; its new ones are paced", () =>
    Effect.gen(function* () {
      const listener = yield* listen()
      yield* Live.pass("5 seconds")
      yield* others(20)
      yield* Live.pass("10 seconds")
      assert.deepStrictEqual(listener.told(), ["Evicted"])
      yield* Live.pass("30 seconds")
      assert.match(listener.told().join(), /^Evicted,Evicted \d+$/)
      // Whoever evicts it every ten seconds is not answered in kind. `PROVE=1`: for five minutes; else for 200 seconds.
      const before = yield* created
      const rounds = isProof ? 30 : 20
      for (let i = 0; i < rounds; i++) {
        yield* others(20)
        yield* Live.pass("10 seconds", "2 seconds")
      }
      const ours = (yield* created) - rounds * 20 - before
      assert.isAtLeast(ours, 2)
      assert.isAtMost(ours, isProof ? 8 : 4)
    }).pipe(Effect.scoped, Effect.provide(Live.layer({ rateLimit: "off" })))
  )

  it.effect("ConnectionLost, where the connection breaks; the channel is used again", () =>
    Effect.gen(function* () {
      const listener = yield* listen()
      yield* Live.pass("100 seconds", "5 seconds")
      assert.strictEqual(yield* Effect.flatMap(Live.Wire, ({ cut }) => cut), 1)
      yield* Live.pass("10 seconds")
      assert.match(listener.told().join(), /^ConnectionLost,ConnectionLost \d+$/)
      assert.strictEqual(yield* created, 1)
      assert.strictEqual((yield* Live.Wire).open(), 1)
    }).pipe(Effect.provide(Live.layer()))
  )

  it.effect("ConnectionLost, where nothing comes any more although the connection is open", () =>
    Effect.gen(function* () {
      const listener = yield* listen()
      yield* Live.pass("100 seconds", "5 seconds")
      yield* Effect.flatMap(Live.Wire, ({ hush }) => hush)
      yield* Live.pass("60 seconds", "5 seconds")
      assert.deepStrictEqual(listener.told(), [])
      yield* Live.pass("20 seconds")
      assert.match(listener.told().join(), /^ConnectionLost,ConnectionLost [78]\d$/)
    }).pipe(Effect.provide(Live.layer()))
  )

  it.effect("Evicted, where Genesys forgot the channel without a word", () =>
    Effect.gen(function* () {
      const listener = yield* listen()
      yield* Live.pass("6 minutes", "5 seconds")
      yield* fault({ path: channels, method: "HEAD", status: 404, times: 1 })
      yield* Live.pass("6 minutes", "5 seconds")
      assert.strictEqual(listener.told().length, 2)
      assert.match(listener.told().join(), /^Evicted,Evicted 3\d\d$/)
      assert.strictEqual(yield* created, 2)
    }).pipe(Effect.provide(Live.layer()))
  )

  it.effect("ServerClosing, where Genesys closes before another channel is open", () =>
    Effect.gen(function* () {
      const listener = yield* listen()
      yield* Live.pass("2 minutes", "5 seconds")
      yield* fault({ path: channels, method: "POST", status: 503, times: 1, headers: { "retry-after": "20" } })
      yield* Simulator.use(({ closeSockets }) => closeSockets(10))
      yield* Live.pass("1 minute")
      assert.match(listener.told().join(), /^ServerClosing,ServerClosing \d+$/)
    }).pipe(Effect.provide(Live.layer()))
  )

  it.effect("Overflow, where the consumer is too slow: no more is kept than the policy says", () =>
    Effect.gen(function* () {
      const notifications = yield* Notifications
      const all: Array<NotificationEvent> = []
      const slow = notifications.listen(yield* queueTopics).pipe(
        Stream.tap((element) =>
          Effect.sync(() => void all.push(element)).pipe(
            Effect.andThen(element._tag === "Event" ? Effect.sleep("2 minutes") : Effect.void)
          )
        ),
        Stream.runDrain
      )
      yield* Effect.forkChild(slow, { startImmediately: true })
      yield* Live.pass("30 minutes", "5 seconds")
      const gap = all.find((element): element is Gap => element._tag === "Gap")
      assert.strictEqual(gap?.reason, "Overflow")
      assert.isAbove(gap?.to?.epochMilliseconds ?? 0, gap?.from.epochMilliseconds ?? 0)
      assert.isAtMost(all.filter(({ _tag }) => _tag === "Event").length, 16)
    }).pipe(Effect.provideService(NotificationPolicy, new Policy({ bufferSize: 3 })), Effect.provide(Live.layer()))
  )
})

describe("at the start", () => {
  it.effect("a rate limit is waited for", () =>
    Effect.gen(function* () {
      yield* fault({ path: channels, method: "POST", status: 429, times: 1, headers: { "retry-after": "42" } })
      const listener = yield* listen()
      yield* Live.pass("41 seconds")
      assert.deepStrictEqual(listener.all, [])
      yield* Live.pass("3 seconds")
      assert.deepStrictEqual(
        listener.all.map(({ _tag }) => _tag),
        ["Listening"]
      )
    }).pipe(Effect.provide(Live.layer()))
  )

  it.effect("so is one of hours, and an outage; what was before the first channel is no gap", () =>
    Effect.gen(function* () {
      yield* fault({ path: channels, method: "POST", status: 429, times: 1, headers: { "retry-after": "7200" } })
      yield* fault({ path: "/channels/", status: 503, times: 2 })
      const listener = yield* listen()
      yield* Live.pass("5 seconds")
      yield* Live.pass("7180 seconds", isProof ? "10 seconds" : "1 minute")
      assert.lengthOf(listener.all, 0)
      yield* Live.pass("1 minute")
      assert.deepStrictEqual(
        listener.all.map(({ _tag }) => _tag),
        ["Listening"]
      )
    }).pipe(Effect.provide(Live.layer()))
  )

  const refused = (options: Fault) =>
    Effect.gen(function* () {
      yield* fault(options)
      const { fiber } = yield* listen()
      yield* Live.pass("5 seconds")
      const error = yield* Effect.flip(Fiber.join(fiber))
      const { requests } = yield* Simulator.use((simulator) => simulator.journal)
      const id = requests.flatMap(({ path }) => /^\/channels\/(.+)/.exec(path)?.[1] ?? [])[0] ?? "none"
      assert.notInclude(JSON.stringify(error) + error.message, id)
      assert.strictEqual(yield* created, 1)
      return error
    })

  it.effect("a topic that Genesys does not know is an InvalidRequestError", () =>
    Effect.gen(function* () {
      const error = yield* refused({ path: channels, method: "PUT", status: 400 })
      assert.strictEqual(error._tag, "InvalidRequestError")
      assert.include(error.message, "/api/v2/notifications/channels/{channelId}/subscriptions")
    }).pipe(Effect.provide(Live.layer()))
  )

  it.effect("a topic without the permission for it is a PermissionError, however Genesys says so", () =>
    Effect.gen(function* () {
      assert.strictEqual((yield* refused({ path: channels, method: "PUT", status: 403 }))._tag, "PermissionError")
      yield* Simulator.use(({ clearFaults, clearJournal }) => Effect.andThen(clearFaults, clearJournal))
      const rejected = { id: "v2.x", state: "Rejected", missingPermissions: ["directory:user:view"] }
      const error = yield* refused({
        path: channels,
        method: "PUT",
        status: 200,
        body: { entities: [{ ...rejected }] }
      })
      assert.deepInclude(error, { _tag: "PermissionError", permissions: ["directory:user:view"] })
    }).pipe(Effect.provide(Live.layer()))
  )

  it.effect("no topics and too many of them are an InvalidRequestError, before anything is sent", () =>
    Effect.gen(function* () {
      for (const topics of [[], Array.from({ length: 19_001 }, (_, i) => `v2.topic.${i}`)]) {
        const { fiber } = yield* listen(topics)
        assert.strictEqual((yield* Effect.flip(Fiber.join(fiber)))._tag, "InvalidRequestError")
      }
      assert.strictEqual((yield* Simulator.use((simulator) => simulator.journal)).tokenRequests, 0)
    }).pipe(Effect.provide(Live.layer()))
  )
})

it.effect("refused credentials are an error at the start; later they are waited for", () =>
  Effect.gen(function* () {
    const { clientId, updateClient } = yield* Simulator
    const listener = yield* listen()
    yield* Live.pass("2 minutes", "5 seconds")
    yield* updateClient(clientId, { state: "disabled" })
    yield* Live.pass("20 minutes", "5 seconds")
    assert.deepStrictEqual(listener.told(), ["TokenEnded"])

    const { fiber } = yield* listen()
    yield* Live.pass("5 seconds")
    assert.strictEqual((yield* Effect.flip(Fiber.join(fiber)))._tag, "AuthenticationError")

    yield* updateClient(clientId, { state: "active" })
    yield* Live.pass("7 minutes", "5 seconds")
    assert.match(listener.told().join(), /^TokenEnded,TokenEnded \d+$/)
  }).pipe(Effect.provide(Live.layer()))
)

it.effect("a manager that renews nothing in the background is asked in time", () =>
  Effect.gen(function* () {
    const listener = yield* listen()
    yield* Live.pass("16 minutes", fine)
    assert.strictEqual(yield* created, 4)
    assert.deepStrictEqual(listener.gaps(), [])
  }).pipe(
    Effect.provide(Live.layer({ tokenLifetime: 300 })),
    Effect.provideService(RefreshPolicy, new RefreshPolicies({ background: false }))
  )
)

it.effect("several channels are replaced one after the other", () =>
  Effect.gen(function* () {
    yield* listen(Array.from({ length: 3000 }, (_, i) => `v2.topic.${i}`))
    yield* Live.pass("5 minutes", fine)
    const { requests } = yield* Simulator.use((simulator) => simulator.journal)
    const steps = requests
      .filter(({ method, path }) => method === "DELETE" || (method === "POST" && path === channels))
      .map(({ method }) => method)
    assert.strictEqual(steps.join(), "POST,POST,POST,POST,DELETE,POST,DELETE,POST,DELETE")
  }).pipe(Effect.provide(Live.layer({ tokenLifetime: 300 })))
)

it.effect("the id of a channel is in no log line and in no span", () => {
  const lines: Array<string> = []
  const log = Logger.make((options) => void lines.push(Logger.formatLogFmt.log(options)))
  const tracer = Tracer.make({
    span: (options) => {
      const span = new Tracer.NativeSpan(options)
      // Those of the simulator are none of the program's.
      if (options.kind === "server") return span
      lines.push(span.name)
      span.attribute = (key, value) => void lines.push(`${key}=${JSON.stringify(value)}`)
      return span
    }
  })
  return Effect.gen(function* () {
    yield* listen()
    yield* Live.pass("2 minutes", "5 seconds")
    yield* fault({ path: channels, method: "PUT", status: 503, times: 3 })
    yield* fault({ path: channels, method: "HEAD", status: 404, times: 1 })
    yield* Effect.flatMap(Live.Wire, ({ cut }) => cut)
    yield* Live.pass("2 minutes", "1 second")
    yield* Notifications.use((notifications) => notifications.channels)
    const { requests } = yield* Simulator.use((simulator) => simulator.journal)
    const ids = requests.flatMap(({ path }) => /^\/channels\/(.+)/.exec(path)?.[1] ?? [])
    assert.isAtLeast(ids.length, 2)
    assert.isTrue(lines.some((line) => line.includes("tried again")))
    assert.isTrue(lines.some((line) => line.startsWith("url.full")))
    for (const id of ids) assert.isEmpty(lines.filter((line) => line.includes(id)))
  }).pipe(
    Effect.provide(Live.layer().pipe(Layer.provideMerge(Logger.layer([log])))),
    Effect.provideService(References.MinimumLogLevel, "Trace"),
    Effect.withTracer(tracer)
  )
})

it.effect("lists what there is to subscribe to, and the channels that exist", () =>
  Effect.gen(function* () {
    const notifications = yield* Notifications
    const topics = yield* notifications.availableTopics
    const presence = topics.find(({ id }) => id === "v2.users.{id}.presence")
    assert.isString(presence?.description)
    assert.deepStrictEqual(presence?.transports, ["All"])
    yield* listen()
    yield* Live.pass("5 seconds")
    const [channel] = yield* notifications.channels
    assert.approximately(channel?.expires?.epochMilliseconds ?? 0, 86_400_000, 10_000)
    assert.isTrue(Redacted.isRedacted(channel?.id))
  }).pipe(Effect.provide(Live.layer()))
)

describe("the end of a stream", () => {
  it.effect("closes the WebSocket and deletes the subscriptions", () =>
    Effect.gen(function* () {
      const { fiber } = yield* listen()
      yield* Live.pass("5 seconds")
      assert.strictEqual((yield* Live.Wire).open(), 1)
      yield* Fiber.interrupt(fiber)
      assert.strictEqual(yield* count("DELETE", /subscriptions$/), 1)
      yield* Live.pass("1 second")
      assert.strictEqual((yield* Live.Wire).open(), 0)
    }).pipe(Effect.provide(Live.layer()))
  )

  it.effect("takes five seconds at most", () =>
    Effect.gen(function* () {
      const { fiber } = yield* listen()
      yield* Live.pass("5 seconds")
      yield* fault({ path: "/api/", hang: true })
      const ending = yield* Effect.forkChild(Fiber.interrupt(fiber), { startImmediately: true })
      yield* Live.pass("4 seconds")
      assert.isUndefined(ending.pollUnsafe())
      yield* Live.pass("2 seconds")
      assert.isDefined(ending.pollUnsafe())
    }).pipe(Effect.provide(Live.layer()))
  )
})
