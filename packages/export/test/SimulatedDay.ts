/** All conversations of the day that it is in a simulator over HTTP, as they are thirty hours later. */
import { Simulator } from "@effect-genesys/simulator/Simulator"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import * as Day from "../src/Day.ts"
import type { Row } from "../src/Row.ts"

export const read = Effect.fnUntraced(function* (asOf: number) {
  const simulator = yield* Simulator
  const day = Day.of(yield* simulator.now)
  yield* simulator.advanceClock(30 * 3600)
  const values = yield* Stream.runCollect(simulator.truth(day))
  const rows = values.map((value): Row => ({
    key: value.conversationId,
    asOf,
    value: Object.fromEntries(Object.entries(value))
  }))
  return { day, rows }
})
