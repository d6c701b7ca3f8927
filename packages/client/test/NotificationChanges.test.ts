/** `Notifications.follow`: topics that change, that Genesys refuses, and until when everything is known. */
import { assert, describe, it } from "@effect/vitest"
import { Simulator } from "@effect-genesys/simulator/Simulator"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Queue from "effect/Queue"
import * as Stream from "effect/Stream"
import type { Event, FollowedEvent, Gap, Joined, Known, Refused } from "../src/NotificationEvent.ts"
import { NotificationPolicy, Policy } from "../src/NotificationPolicy.ts"
import { Notifications } from "../src/Notifications.ts"
import { channels, count, created, fault, queueTopics, startsOf, truth, userTopics } from "./Listener.ts"
import * as Live from "./Live.ts"

/** Follows in the background what is given one after the other. */
const follow = Effect.fnUntraced(function* (first: Iterable<string>) {
  const all: Array<FollowedEvent> = []
  const changes = yield* Queue.unbounded<Iterable<string>>()
  yield* Queue.offer(changes, first)
  const { follow: following } = yield* Notifications
  const fiber = yield* Effect.forkChild(
    Stream.runForEach(following(Stream.fromQueue(changes)), (element) => Effect.sync(() => void all.push(element))),
    { startImmediately: true }
  )
  const of = <Tag extends FollowedEvent["_tag"]>(tag: Tag) =>
    all.filter((element): element is Extract<FollowedEvent, { _tag: Tag }> => element._tag === tag)
  return {
    all,
    fiber,
    change: (topics: Iterable<string>) => Queue.offer(changes, topics),
    events: (): ReadonlyArray<Event> => of("Event"),
    gaps: (): ReadonlyArray<Gap> => of("Gap"),
    joined: (): ReadonlyArray<Joined> => of("Joined"),
    refused: (): ReadonlyArray<Refused> => of("Refused"),
    known: (): ReadonlyArray<Known> => of("Known"),
    until: () => of("Known").at(-1)?.until.epochMilliseconds ?? 0
  }
})

const filler = (length: number, from = 0) => Array.from({ length }, (_, place) => `v2.topic.${from + place}`)

describe("topics that change", () => {
  it.effect("join the channel that has room, without a gap, and are told from then on", () =>
    Effect.gen(function* () {
      const [first = "", ...others] = yield* queueTopics
      const listener = yield* follow([first])
      yield* Live.pass("5 seconds")
      yield* Live.pass("10 minutes", "5 seconds")
      assert.isTrue(listener.events().every(({ topic }) => topic === first))
      yield* listener.change([first, ...others])
      yield* Live.pass("5 seconds")
      assert.deepStrictEqual(
        listener.joined().map(({ topics }) => topics),
        [others]
      )
      const { now } = yield* Simulator
      const since = yield* now
      yield* Live.pass("30 minutes", "5 seconds")
      assert.strictEqual(yield* created, 1)
      assert.deepStrictEqual(listener.gaps(), [])
      const told = new Set(startsOf(listener.events()))
      const started = yield* truth(since, yield* now)
      assert.isAbove(started.length, 20)
      assert.isEmpty(started.filter(({ id }) => !told.has(id)))
    }).pipe(Effect.provide(Live.layer()))
  )

  it.effect("get another channel where there is no room, and survive one that is replaced", () =>
    Effect.gen(function* () {
      const queues = yield* queueTopics
      const listener = yield* follow(filler(1000))
      yield* Live.pass("5 seconds")
      yield* listener.change([...filler(1000), ...queues])
      yield* Live.pass("5 seconds")
      assert.strictEqual(yield* created, 2)
      assert.deepStrictEqual(
        listener.joined().flatMap(({ topics }) => topics),
        queues
      )
      yield* Simulator.use(({ revokeTokens }) => revokeTokens)
      yield* Live.pass("1 minute", "2 seconds")
      const before = listener.events().length
      yield* Live.pass("10 minutes", "5 seconds")
      assert.isAbove(listener.events().length, before)
      // Of what joined, too.
      assert.includeMembers(
        listener.gaps().flatMap(({ topics, to }) => (to === undefined ? [] : topics)),
        queues
      )
      // What is there again was told once that it is.
      assert.lengthOf(listener.joined(), 1)
    }).pipe(Effect.provide(Live.layer()))
  )

  it.effect("are asked for again while Genesys fails; what is not wanted any more goes when the channel does", () =>
    Effect.gen(function* () {
      const [first = "", second = ""] = yield* queueTopics
      const listener = yield* follow([first])
      yield* Live.pass("5 seconds")
      yield* fault({ path: `${channels}/`, method: "POST", status: 500, forSeconds: 30 })
      yield* listener.change([second])
      yield* Live.pass("20 seconds", "1 second")
      assert.deepStrictEqual(listener.joined(), [])
      yield* Live.pass("3 minutes", "1 second")
      assert.deepStrictEqual(
        listener.joined().map(({ topics }) => topics),
        [[second]]
      )
      yield* Simulator.use(({ revokeTokens }) => revokeTokens)
      yield* Live.pass("30 seconds", "1 second")
      const before = listener.all.length
      yield* Live.pass("1 hour", "10 seconds")
      const later = listener.all.slice(before).flatMap((element) => (element._tag === "Event" ? [element.topic] : []))
      assert.deepStrictEqual([...new Set(later)], [second])
    }).pipe(Effect.provide(Live.layer()))
  )
})

describe("topics that are refused", () => {
  it.effect("are told with their permissions, the others go on; once permitted, they join with the next channel", () =>
    Effect.gen(function* () {
      const { clientId, revokeTokens, updateClient } = yield* Simulator
      const [queues, users] = [yield* queueTopics, yield* userTopics]
      yield* updateClient(clientId, { permissions: ["directory:user:view"] })
      const listener = yield* follow([...queues, ...users])
      yield* Live.pass("5 seconds")
      yield* Live.pass("3 hours", "30 seconds")
      const [refused, ...more] = listener.refused()
      assert.deepStrictEqual([refused?.topics, refused?.permissions, more], [queues, ["routing:queue:view"], []])
      assert.isNotEmpty(listener.events())
      assert.isTrue(listener.events().every(({ topic }) => users.includes(topic)))
      yield* updateClient(clientId, { permissions: ["directory:user:view", "routing:queue:view"] })
      yield* revokeTokens
      yield* Live.pass("30 seconds", "2 seconds")
      assert.deepStrictEqual(
        listener.joined().map(({ topics }) => topics),
        [queues]
      )
      // In what they never were, nothing is missing.
      for (const { topics } of listener.gaps().filter(({ to }) => to === undefined))
        assert.sameMembers([...topics], users)
    }).pipe(Effect.provide(Live.layer()))
  )
})

describe("until when all is known", () => {
  it.effect("is a little while ago, and no later than any gap that is found out later", () =>
    Effect.gen(function* () {
      const { now } = yield* Simulator
      const wire = yield* Live.Wire
      const listener = yield* follow(yield* queueTopics)
      yield* Live.pass("5 seconds")
      yield* Live.pass("5 minutes", "5 seconds")
      // A heartbeat comes every 30 seconds, and nothing proves the channel but an event.
      assert.isAbove(listener.until(), (yield* now) - 180_000)
      assert.isBelow(listener.until(), yield* now)
      const all = () => listener.known().map(({ until }) => until.epochMilliseconds)
      yield* wire.hush
      const silent = yield* now
      yield* Live.pass("1 minute", "5 seconds")
      // Nobody knows yet that nothing arrives.
      assert.deepStrictEqual(listener.gaps(), [])
      assert.isAtMost(Math.max(...all()), silent)
      yield* Live.pass("1 minute", "5 seconds")
      const [gap] = listener.gaps()
      assert.strictEqual(gap?.reason, "ConnectionLost")
      const before = listener.all.slice(0, listener.all.indexOf(gap!))
      for (const element of before)
        if (element._tag === "Known") assert.isAtMost(element.until.epochMilliseconds, gap!.from.epochMilliseconds)
      // The gap has been told: it holds nothing up.
      assert.isAbove(listener.until(), silent + 60_000)
    }).pipe(
      Effect.provideService(NotificationPolicy, new Policy({ verifyEvery: Duration.minutes(10) })),
      Effect.provide(Live.layer())
    )
  )

  it.effect("is no later than what a consumer that is too slow has lost", () =>
    Effect.gen(function* () {
      const { follow: following } = yield* Notifications
      const all: Array<FollowedEvent> = []
      const topics = yield* queueTopics
      yield* Effect.forkChild(
        Stream.runForEach(Stream.rechunk(following(Stream.concat(Stream.make(topics), Stream.never)), 1), (element) =>
          Effect.andThen(
            Effect.sync(() => void all.push(element)),
            element._tag === "Event" ? Effect.sleep("10 minutes") : Effect.void
          )
        ),
        { startImmediately: true }
      )
      yield* Live.pass("5 seconds")
      yield* Live.pass("2 hours", "10 seconds")
      const overflow = all.findIndex((element) => element._tag === "Gap" && element.reason === "Overflow")
      assert.isAbove(overflow, 0)
      const gap = all[overflow]
      if (gap?._tag !== "Gap") return
      for (const element of all.slice(0, overflow))
        if (element._tag === "Known") assert.isBelow(element.until.epochMilliseconds, gap.to!.epochMilliseconds)
    }).pipe(
      Effect.provideService(NotificationPolicy, new Policy({ bufferSize: 5 })),
      Effect.provide(Live.layer({ conversationsPerHour: 200 }))
    )
  )
})

it.effect("no topic to begin with is a mistake", () =>
  Effect.gen(function* () {
    const { follow: following } = yield* Notifications
    const error = yield* Effect.flip(Stream.runDrain(following(Stream.make([]))))
    assert.match(error.message, /There is no topic to listen to/)
    assert.strictEqual(yield* count("POST", /channels/), 0)
  }).pipe(Effect.provide(Live.layer()))
)
