/** What is kept for some time only is not taken away by a clock that is wrong, nor while nobody can say whose it is. */
import { assert, it } from "@effect/vitest"
import { Users } from "@effect-genesys/client/Users"
import * as NodeServices from "@effect/platform-node/NodeServices"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Result from "effect/Result"
import * as TestClock from "effect/testing/TestClock"
import * as Live from "../../client/test/Live.ts"
import type { Checkpoint } from "../src/Checkpoint.ts"
import * as EventExport from "../src/EventExport.ts"
import * as Exporter from "../src/Exporter.ts"
import * as Kinds from "../src/Kinds.ts"
import { Sink } from "../src/Sink.ts"
import type { Source } from "../src/Source.ts"

const day = 86_400_000

/** A sink that holds this, and notes from which days on it was told to keep. */
const noting = (checkpoint: Checkpoint) => {
  const asked: Array<string> = []
  const sink = Sink.of({
    checkpoint: Effect.succeed(checkpoint),
    write: () => Effect.void,
    remove: ({ before }) => Effect.sync(() => (asked.push(before), []))
  })
  return { asked, sink }
}

const world = Layer.mergeAll(NodeServices.layer, Layer.provideMerge(Users.layer, Live.layer({ users: 5 })))

it.effect("events go by Genesys' clock, wherever the machine's is set to meanwhile", () =>
  Effect.gen(function* () {
    yield* TestClock.setTime(Date.parse("2026-11-30T08:00:00Z"))
    const { asked, sink } = noting({})
    const clock = yield* Clock.Clock
    let ahead = 0
    const wrong: Clock.Clock = Object.assign(Object.create(clock), {
      currentTimeMillisUnsafe: () => clock.currentTimeMillisUnsafe() + ahead,
      currentTimeMillis: Effect.suspend(() => Effect.map(clock.currentTimeMillis, (now) => now + ahead))
    })
    const fiber = yield* EventExport.run({ topics: ["v2.users.{id}.presence"], keep: "30 days" }).pipe(
      Effect.provideService(Sink, sink),
      Effect.provideService(Clock.Clock, wrong),
      Effect.forkChild({ startImmediately: true })
    )
    yield* Live.pass("20 seconds", "250 millis")
    ahead = 9 * 365 * day
    yield* Live.pass("30 seconds", "250 millis")
    yield* Fiber.interrupt(fiber)
    assert.isAtLeast(asked.length, 2)
    assert.deepStrictEqual([...new Set(asked)], ["2026-10-31"])
  }).pipe(Effect.provide(world))
)

it.effect("nothing is taken away that may be another organization's", () =>
  Effect.gen(function* () {
    const now = Date.parse("2026-11-10T12:00:00Z")
    yield* TestClock.setTime(now)
    const run = Effect.fnUntraced(function* (org: Option.Option<string>) {
      const { asked, sink } = noting({
        "conversations/2026-01-01": { source: "job", asOf: 0, rows: 1, running: 0, org: "a" }
      })
      const source: Source = {
        kind: Kinds.conversations.layout,
        lag: () => 0,
        org: Effect.succeed(org),
        plan: () => Effect.succeed({ units: [], available: now })
      }
      const ended = yield* Effect.result(
        Exporter.runOnce(source, { keep: "7 days" }).pipe(Effect.provideService(Sink, sink))
      )
      return [Result.isSuccess(ended), asked]
    })
    assert.deepStrictEqual(yield* run(Option.some("a")), [true, ["2026-11-03"]])
    assert.deepStrictEqual(yield* run(Option.none()), [true, []])
    assert.deepStrictEqual(yield* run(Option.some("b")), [false, []])
  })
)
