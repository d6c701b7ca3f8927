/** What Genesys never gives, even where a run ends because of it, keeps nothing else waiting for ever. */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as TestClock from "effect/testing/TestClock"
import * as Day from "../src/Day.ts"
import * as Exporter from "../src/Exporter.ts"
import * as Kinds from "../src/Kinds.ts"
import * as Partition from "../src/Partition.ts"
import { Sink } from "../src/Sink.ts"
import * as Turns from "../src/Turns.ts"
import * as Down from "./Down.ts"
import * as MemorySink from "./MemorySink.ts"
import * as World from "./World.ts"

const since = World.first
const until = Day.of(Day.start(since) + 8 * 86_400_000)
const days = Day.range(since, until)
const unit = (day: string) => ({ partition: Partition.ofDay(Kinds.conversations.layout, day) })
const order = (turns: Turns.Turns, units: ReadonlyArray<string>) =>
  turns.inOrder(units.map(unit)).map(({ partition }) => partition.day)

describe("turns", () => {
  it("what has failed comes last, and first of that what failed longest ago; what was done since, in its place", () => {
    const turns = Turns.make()
    assert.deepStrictEqual(order(turns, ["1", "2", "3"]), ["1", "2", "3"])
    turns.ended(unit("2").partition, true)
    turns.ended(unit("1").partition, true)
    assert.deepStrictEqual(order(turns, ["1", "2", "3", "4"]), ["3", "4", "2", "1"])
    turns.ended(unit("2").partition, true)
    assert.deepStrictEqual(order(turns, ["1", "2", "3"]), ["3", "1", "2"])
    turns.ended(unit("1").partition, false)
    // What is not due now keeps its place.
    assert.deepStrictEqual(order(turns, ["1", "3"]), ["1", "3"])
    assert.deepStrictEqual(order(turns, ["1", "2", "3"]), ["1", "3", "2"])
  })

  it.effect("four days that always fail do not keep the four after them from being read", () =>
    Effect.gen(function* () {
      const turns = Turns.make()
      yield* World.start
      yield* TestClock.adjust("9 days")
      yield* Effect.gen(function* () {
        for (let runs = 0; runs < 3; runs++) {
          const { failed } = yield* World.running(Exporter.conversations({ since, until, turns }), "5 seconds")
          assert.isAbove(failed.length, 0)
          assert.isTrue(failed.every(({ error }) => error._tag === "UnavailableError"))
          yield* TestClock.adjust("15 minutes")
        }
        const held = yield* Sink.use(({ checkpoint }) => checkpoint)
        assert.sameMembers(
          Object.keys(held),
          days.slice(4).map((day) => `conversations/${day}`)
        )
      }).pipe(Effect.provide(MemorySink.make(new Map())))
    }).pipe(Effect.provide(Down.layer(days.slice(0, 4), 500, { conversationsPerHour: 3 })))
  )
})
