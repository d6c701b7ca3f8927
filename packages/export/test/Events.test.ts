/** Events that are followed: what is in the sink after each mishap is what happened, or lies in a gap that says so. */
import { assert, describe, it } from "@effect/vitest"
import { NotificationPolicy, Policy } from "@effect-genesys/client/NotificationPolicy"
import { Users } from "@effect-genesys/client/Users"
import * as NodeServices from "@effect/platform-node/NodeServices"
import { Simulator } from "@effect-genesys/simulator/Simulator"
import type { SimulatorOptions } from "@effect-genesys/simulator/SimulatorOptions"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Ref from "effect/Ref"
import * as TestClock from "effect/testing/TestClock"
import { queueTopics, userTopics } from "../../client/test/Listener.ts"
import * as Live from "../../client/test/Live.ts"
import * as EventExport from "../src/EventExport.ts"
import { SinkError } from "../src/ExportError.ts"
import type { Row } from "../src/Row.ts"
import { Sink, type Write } from "../src/Sink.ts"
import * as EventTruth from "./EventTruth.ts"
import * as MemorySink from "./MemorySink.ts"

const presence = "v2.users.{id}.presence"
const routingStatus = "v2.users.{id}.routingStatus"
const queues = "v2.routing.queues.{id}.conversations"

const world = (options: SimulatorOptions = {}) =>
  Layer.mergeAll(NodeServices.layer, Layer.provideMerge(Users.layer, Live.layer({ users: 30, ...options })))

/** In the background, until it is told to stop, or killed. */
const follow = Effect.fnUntraced(function* (
  rows: Map<string, Row>,
  layer: Layer.Layer<Sink>,
  options: Partial<EventExport.RunEventsOptions> = {}
) {
  const stopping = yield* Ref.make(false)
  const state = EventExport.state()
  const fiber = yield* EventExport.run({
    topics: [presence, queues],
    ...options,
    state,
    isStopping: Ref.get(stopping)
  }).pipe(Effect.provide(layer), Effect.forkChild({ startImmediately: true }))
  return {
    fiber,
    state: state.current,
    stop: Effect.gen(function* () {
      yield* Ref.set(stopping, true)
      yield* Live.pass("6 seconds", "250 millis")
      const exit = fiber.pollUnsafe()
      assert.isTrue(exit !== undefined && Exit.isSuccess(exit), "it has not ended")
    }),
    /** As kill -9 does: nothing more is written. */
    kill: Fiber.interrupt(fiber),
    found: () => EventTruth.read([...rows.values()].map(({ value }) => value))
  }
})

const memory = Effect.sync(() => {
  const rows = new Map<string, Row>()
  return { rows, layer: MemorySink.make(rows) }
})

const held = (layer: Layer.Layer<Sink>) =>
  Effect.provide(
    Sink.use(({ checkpoint }) => checkpoint),
    layer
  )

/** How far what is there goes. */
const until = (layer: Layer.Layer<Sink>) =>
  Effect.map(held(layer), (checkpoint) => Math.max(...Object.values(checkpoint).map(({ asOf }) => asOf)))

const active = Users.use((users) => Effect.map(users.list({ pageSize: 1 }), ({ total = 0 }) => total))

const begin = TestClock.setTime(Date.parse("2026-11-30T08:00:00Z"))

/** What happened is in the rows, or in their gaps; how much of it is told. */
const isWhole = Effect.fnUntraced(function* (
  found: EventTruth.Found,
  from: number,
  to: number,
  patterns = [presence, queues]
) {
  const { events } = yield* Simulator
  const topics = [...(yield* queueTopics), ...(yield* userTopics)].concat(
    (yield* userTopics).map((topic) => topic.replace(/presence$/, "routingStatus"))
  )
  return EventTruth.check(found, events(topics, from, to), patterns)
})

describe("events that are followed", () => {
  it.effect("are rows, each once, with the state of users at the beginning; how far they go is noted", () =>
    Effect.gen(function* () {
      yield* begin
      const { layer, rows } = yield* memory
      const { now } = yield* Simulator
      const run = yield* follow(rows, layer, { topics: [presence, routingStatus, queues] })
      yield* Live.pass("5 seconds")
      const since = (yield* run.state)?.since ?? 0
      yield* Live.pass("30 minutes", "5 seconds")
      const status = yield* run.state
      const users = yield* active
      const all = 2 * users + (yield* queueTopics).length
      assert.deepInclude(status, { topics: all, leftOut: [], gaps: 0, openGaps: 0 })
      const entry = (yield* held(layer))["events/2026-11-30"]
      assert.isAbove(entry?.asOf ?? 0, (yield* now) - 60_000)
      assert.strictEqual(entry?.rows, rows.size)
      yield* run.stop
      const found = run.found()
      assert.deepStrictEqual(found.gaps, [])
      assert.strictEqual(found.read.length, 2 * users)
      assert.deepStrictEqual(
        found.listening.map(({ pattern, topics }) => [pattern, topics]),
        [
          [presence, users],
          [routingStatus, users],
          [queues, (yield* queueTopics).length]
        ]
      )
      const { lost, told } = yield* isWhole(found, since, yield* until(layer), [presence, routingStatus, queues])
      assert.isAbove(told, 50)
      assert.deepStrictEqual(lost, [])
      const one = found.told.find(({ pattern }) => pattern === presence)
      assert.match(String(one?.["topicId"]), /^[0-9a-f-]{36}$/)
      assert.isAtLeast(Date.parse(String(one?.["receivedAt"])), Date.parse(String(one?.["eventTime"])))
      assert.match(String(one?.["correlationId"]), /^[0-9a-f-]{36}$/)
    }).pipe(Effect.provide(world()))
  )

  it.effect("after a stop, and after a kill, the next start writes the gap, and reads the state of users", () =>
    Effect.gen(function* () {
      yield* begin
      const { layer, rows } = yield* memory
      const first = yield* follow(rows, layer)
      yield* Live.pass("5 seconds")
      const since = (yield* first.state)?.since ?? 0
      yield* Live.pass("10 minutes", "5 seconds")
      yield* first.stop
      const stopped = (yield* held(layer))["events/2026-11-30"]?.asOf ?? 0
      yield* Live.pass("3 minutes", "5 seconds")
      const second = yield* follow(rows, layer)
      yield* Live.pass("10 minutes", "5 seconds")
      yield* second.kill
      const killed = (yield* held(layer))["events/2026-11-30"]?.asOf ?? 0
      yield* Live.pass("20 minutes", "5 seconds")
      const third = yield* follow(rows, layer)
      yield* Live.pass("10 minutes", "5 seconds")
      yield* third.stop
      const found = third.found()
      const gaps = found.gaps.filter(({ reason }) => reason === "NotRunning")
      assert.sameMembers(
        gaps.map(({ from, pattern }) => `${pattern} ${from}`),
        [stopped, killed].flatMap((from) => [presence, queues].map((pattern) => `${pattern} ${from}`))
      )
      assert.isTrue(gaps.every(({ from, to }) => to - from < 25 * 60_000))
      // What has no state cannot be filled.
      assert.isTrue(gaps.every(({ filledAt, pattern }) => (filledAt !== undefined) === (pattern === presence)))
      const later = found.read.filter(({ receivedAt }) => Date.parse(String(receivedAt)) > killed)
      assert.lengthOf(later, yield* active)
      const { covered, lost, told } = yield* isWhole(found, since, yield* until(layer))
      assert.deepStrictEqual(lost, [])
      assert.isAbove(told, 20)
      assert.isAbove(covered, 5)
    }).pipe(Effect.provide(world()))
  )

  it.effect("a topic that was taken out and comes back has a gap for the time between; a new one has none", () =>
    Effect.gen(function* () {
      yield* begin
      const { layer, rows } = yield* memory
      const listen = Effect.fnUntraced(function* (topics: ReadonlyArray<string>) {
        const run = yield* follow(rows, layer, { topics })
        yield* Live.pass("5 seconds")
        const since = (yield* run.state)?.since ?? 0
        yield* Live.pass("10 minutes", "5 seconds")
        yield* run.stop
        return { ...run, since, end: yield* until(layer) }
      })
      const first = yield* listen([presence, queues])
      const second = yield* listen([presence])
      const third = yield* listen([presence])
      const fourth = yield* listen([presence, routingStatus, queues])
      const { gaps } = fourth.found()
      const spans = (pattern: string) =>
        gaps.filter((gap) => gap.pattern === pattern && gap.reason === "NotRunning").map(({ from, to }) => [from, to])
      assert.deepStrictEqual(spans(presence), [
        [first.end, second.since],
        [second.end, third.since],
        [third.end, fourth.since]
      ])
      const [[from = 0, to = 0] = [], ...more] = spans(queues)
      // Rather too early: from when queues were last listed.
      assert.deepStrictEqual([from <= first.end && from >= first.since - 60_000, to, more], [true, fourth.since, []])
      assert.deepStrictEqual(spans(routingStatus), [])
      const { covered, lost, told } = yield* isWhole(fourth.found(), first.since, yield* until(layer))
      assert.deepStrictEqual([lost, covered > 5, told > 20], [[], true, true])
      const checkpoint = yield* held(layer)
      assert.hasAllKeys(checkpoint["events/2026-11-30"]?.patterns, [presence, routingStatus, queues])
    }).pipe(Effect.provide(world()))
  )

  it.effect("a lost token is a gap of its own, which is filled and written once", () =>
    Effect.gen(function* () {
      yield* begin
      const { layer, rows } = yield* memory
      const { revokeTokens } = yield* Simulator
      const run = yield* follow(rows, layer)
      yield* Live.pass("5 seconds")
      const since = (yield* run.state)?.since ?? 0
      for (let time = 0; time < 3; time++) {
        yield* Live.pass("5 minutes", "5 seconds")
        yield* revokeTokens
        yield* Live.pass("1 minute", "1 second")
      }
      assert.strictEqual((yield* run.state)?.openGaps, 0)
      yield* run.stop
      const found = run.found()
      assert.sameMembers(
        found.gaps.map(({ filledAt, pattern, reason }) => `${reason} ${pattern} ${filledAt !== undefined}`),
        [presence, queues].flatMap((pattern) => [1, 2, 3].map(() => `TokenEnded ${pattern} ${pattern === presence}`))
      )
      assert.deepStrictEqual((yield* isWhole(found, since, yield* until(layer))).lost, [])
    }).pipe(Effect.provide(world()))
  )

  it.effect("over midnight, each day has its rows and its part of a gap", () =>
    Effect.gen(function* () {
      yield* TestClock.setTime(Date.parse("2026-11-30T23:40:00Z"))
      const { layer, rows } = yield* memory
      const first = yield* follow(rows, layer)
      yield* Live.pass("5 seconds")
      const since = (yield* first.state)?.since ?? 0
      yield* Live.pass("10 minutes", "5 seconds")
      yield* first.kill
      yield* Live.pass("20 minutes", "10 seconds")
      const second = yield* follow(rows, layer)
      yield* Live.pass("10 minutes", "5 seconds")
      yield* second.stop
      const gaps = second.found().gaps.filter(({ pattern, reason }) => reason === "NotRunning" && pattern === queues)
      const midnight = Date.parse("2026-12-01T00:00:00Z")
      assert.deepStrictEqual([gaps[0]?.to, gaps[1]?.from, gaps.length], [midnight, midnight, 2])
      const checkpoint = yield* held(layer)
      assert.deepStrictEqual(Object.keys(checkpoint).toSorted(), ["events/2026-11-30", "events/2026-12-01"])
      assert.strictEqual(checkpoint["events/2026-11-30"]?.asOf, midnight)
      assert.deepStrictEqual((yield* isWhole(second.found(), since, yield* until(layer))).lost, [])
    }).pipe(Effect.provide(world()))
  )

  it.effect("what is not permitted is a gap that names the permission, on each day again; the others go on", () =>
    Effect.gen(function* () {
      yield* TestClock.setTime(Date.parse("2026-11-30T23:50:00Z"))
      const { layer, rows } = yield* memory
      const { clientId, updateClient } = yield* Simulator
      yield* updateClient(clientId, { permissions: ["directory:user:view", "routing:queue:view"] })
      const topics = yield* queueTopics
      yield* updateClient(clientId, { permissions: ["directory:user:view"] })
      const [topic = ""] = topics
      const run = yield* follow(rows, layer, { topics: [presence, topic] })
      yield* Live.pass("5 seconds")
      assert.deepStrictEqual((yield* run.state)?.leftOut, [
        { pattern: topic, reason: "NotPermitted", topics: 1, permissions: ["routing:queue:view"] }
      ])
      yield* Live.pass("20 minutes", "5 seconds")
      yield* run.stop
      const { gaps, told } = run.found()
      assert.isNotEmpty(told)
      assert.deepStrictEqual(
        gaps.map(({ pattern, permissions, reason, to }) => [pattern, reason, permissions, new Date(to).toISOString()]),
        ["2026-12-01T00:00:00.000Z", "2026-12-02T00:00:00.000Z"].map((end) => [
          topic,
          "NotPermitted",
          ["routing:queue:view"],
          end
        ])
      )
    }).pipe(Effect.provide(world()))
  )

  it.effect("a queue that is made joins, without a gap for the others", () =>
    Effect.gen(function* () {
      yield* begin
      const { layer, rows } = yield* memory
      const { changeItem, events, now } = yield* Simulator
      const [topic = ""] = yield* queueTopics
      const id = topic.split(".")[3]!
      yield* changeItem(id, { deleted: true })
      const run = yield* follow(rows, layer, { topics: [queues], listEvery: Duration.minutes(5) })
      yield* Live.pass("6 minutes", "5 seconds")
      yield* changeItem(id, { deleted: false })
      const made = yield* now
      yield* Live.pass("20 minutes", "5 seconds")
      yield* run.stop
      const found = run.found()
      const [gap, ...more] = found.gaps
      assert.deepStrictEqual([gap?.reason, gap?.pattern, gap?.topics, more.length], ["NotListed", queues, 1, 0])
      assert.isBelow(gap?.from ?? 0, made)
      const { lost, told } = EventTruth.check(found, events([topic], gap?.to ?? 0, yield* until(layer)), [queues])
      assert.deepStrictEqual([lost, told > 0], [[], true])
    }).pipe(Effect.provide(world({ conversationsPerHour: 500 })))
  )
})

describe("a sink that is slow or down", () => {
  it.effect("costs a gap that says so, and memory stays bounded", () =>
    Effect.gen(function* () {
      yield* begin
      const { layer: inner, rows } = yield* memory
      const slow = yield* Ref.make(true)
      const layer = Layer.effect(
        Sink,
        Effect.map(Sink, (sink) => ({
          checkpoint: sink.checkpoint,
          write: Effect.fnUntraced(function* <E, R>(write: Write<E, R>) {
            if (yield* Ref.get(slow)) yield* Effect.sleep("40 minutes")
            return yield* sink.write(write)
          })
        }))
      ).pipe(Layer.provide(inner))
      const run = yield* follow(rows, layer, { topics: [queues], commitRows: 5 })
      yield* Live.pass("5 seconds")
      const since = (yield* run.state)?.since ?? 0
      yield* Live.pass("70 minutes", "10 seconds")
      yield* Ref.set(slow, false)
      yield* Live.pass("30 minutes", "10 seconds")
      yield* run.stop
      const found = run.found()
      assert.include(
        found.gaps.map(({ reason }) => reason),
        "Overflow"
      )
      const { covered, lost, told } = yield* isWhole(found, since, yield* until(inner), [queues])
      assert.deepStrictEqual([lost, covered > 20, told > 20], [[], true, true])
    }).pipe(
      Effect.provideService(NotificationPolicy, new Policy({ bufferSize: 20 })),
      Effect.provide(world({ conversationsPerHour: 300 }))
    )
  )

  it.effect("ends a run that it fails for long, and what was told meanwhile is in the gap of the next one", () =>
    Effect.gen(function* () {
      yield* begin
      const { layer: inner, rows } = yield* memory
      const down = yield* Ref.make(false)
      const failing = new SinkError({ sink: "memory", message: "It is down." })
      const layer = Layer.effect(
        Sink,
        Effect.map(Sink, (sink) => ({
          checkpoint: sink.checkpoint,
          write: Effect.fnUntraced(function* <E, R>(write: Write<E, R>) {
            if (yield* Ref.get(down)) return yield* failing
            return yield* sink.write(write)
          })
        }))
      ).pipe(Layer.provide(inner))
      const first = yield* follow(rows, layer)
      yield* Live.pass("5 seconds")
      const since = (yield* first.state)?.since ?? 0
      yield* Live.pass("10 minutes", "5 seconds")
      yield* Ref.set(down, true)
      yield* Live.pass("2 minutes", "5 seconds")
      const exit = first.fiber.pollUnsafe()
      assert.isTrue(exit !== undefined && Exit.isFailure(exit))
      assert.isUndefined(yield* first.state)
      yield* Ref.set(down, false)
      const second = yield* follow(rows, layer)
      yield* Live.pass("10 minutes", "5 seconds")
      yield* second.stop
      const found = second.found()
      assert.sameMembers(
        found.gaps.map(({ reason }) => reason),
        ["NotRunning", "NotRunning", "NotListed", "NotListed"]
      )
      assert.deepStrictEqual((yield* isWhole(found, since, yield* until(inner))).lost, [])
    }).pipe(Effect.provide(world()))
  )
})
