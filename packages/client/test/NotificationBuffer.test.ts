import { assert, it } from "@effect/vitest"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Buffer from "../src/internal/notificationBuffer.ts"
import { Event } from "../src/NotificationEvent.ts"

const event = (at: number) =>
  new Event({ topic: "v2.x", eventBody: {}, metadata: {}, receivedAt: DateTime.makeUnsafe(at) })
const mega = 1024 * 1024

it.effect("long events wait within a bound of characters, and what is more is one gap", () =>
  Effect.gen(function* () {
    const buffer = Buffer.make({ size: 10_000, delay: 0, topics: () => ["v2.x"] })
    for (let at = 1; at <= 100; at++) buffer.offer(event(at), mega)
    const taken = yield* buffer.take
    assert.lengthOf(taken, 33)
    const last = taken.at(-1)
    assert.deepInclude(last, {
      _tag: "Gap",
      reason: "Overflow",
      from: DateTime.makeUnsafe(33),
      to: DateTime.makeUnsafe(100)
    })
    // There is room again, also for one that is longer than the bound.
    buffer.offer(event(101), 64 * mega)
    buffer.offer(event(102), 1)
    assert.deepStrictEqual(
      (yield* buffer.take).map(({ _tag }) => _tag),
      ["Event", "Gap"]
    )
  })
)

it.effect("short events wait by their number", () =>
  Effect.gen(function* () {
    const buffer = Buffer.make({ size: 10_000, delay: 0, topics: () => ["v2.x"] })
    for (let at = 0; at < 10_000; at++) buffer.offer(event(at), 1_000)
    assert.lengthOf(yield* buffer.take, 10_000)
  })
)
