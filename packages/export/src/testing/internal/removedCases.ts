/** The cases for sinks that take days away (`Sink.remove`). */
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { removeFrom } from "../../Retention.ts"
import { same } from "../../internal/mistake.ts"
import * as Partition from "../../Partition.ts"
import type { Row } from "../../Row.ts"
import { Sink } from "../../Sink.ts"
import type { Place } from "./deletedCases.ts"
import { conversations, listed, noon, things, users, values, write } from "./sinkFixture.ts"

const days = ["2026-11-01", "2026-11-02", "2026-11-03"] as const

const of = (day: string): Row => ({
  key: `of ${day}`,
  asOf: noon,
  value: {
    conversationId: `of ${day}`,
    conversationStart: `${day}T10:00:00.000Z`,
    participants: [{ purpose: "agent" }]
  }
})
const person: Row = { key: "1", asOf: noon, value: { id: "1", name: "Ada" } }

const filled = Effect.gen(function* () {
  for (const day of days) yield* write([of(day)], Partition.ofDay(conversations, day))
  yield* write([person], Partition.whole(users))
  yield* Sink.use((sink) => sink.write(listed(0, ["a"])))
})

const removed = (before: string) => Sink.use((sink) => removeFrom(sink, { kind: conversations, before }))

const rest = Effect.gen(function* () {
  const { checkpoint } = yield* Sink
  return Object.keys(yield* checkpoint).toSorted()
})

export const all = [
  {
    name: "days that are taken away are gone with what the checkpoint said of them, and nothing else is; they may come again",
    run: Effect.fnUntraced(function* (place: Place) {
      const isThere = Effect.fnUntraced(function* (expected: ReadonlyArray<string>) {
        yield* same("what is there", new Map(yield* place.rows(conversations)), values(expected.map(of)))
        yield* same("other kinds", new Map(yield* place.rows(users)), values([person]))
        yield* same("things", [...(yield* place.rows(things)).keys()], ["a"])
      })
      const body = Effect.gen(function* () {
        yield* filled
        yield* same("days of before the first", yield* removed(days[0]), [])
        yield* isThere(days)
        yield* same("what was taken away", yield* removed(days[2]), days.slice(0, 2))
        yield* same("what the checkpoint names", yield* rest, [`conversations/${days[2]}`, "suite_things", "users"])
        yield* same("what is taken away again", yield* removed(days[2]), [])
        yield* isThere([days[2]])
        yield* write([of(days[1])], Partition.ofDay(conversations, days[1]))
      })
      yield* Effect.provide(body, Layer.fresh(place.layer))
      yield* isThere([days[1], days[2]])
      yield* Effect.provide(Effect.asVoid(removed("2026-12-01")), Layer.fresh(place.layer))
      yield* isThere([])
    })
  }
]
