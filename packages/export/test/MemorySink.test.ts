/** A sink that somebody has made passes the cases that are for all, and one with a fault does not. */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Stream from "effect/Stream"
import type { Row } from "../src/Row.ts"
import { Sink } from "../src/Sink.ts"
import * as SinkSuite from "../src/testing/SinkSuite.ts"
import * as MemoryPlace from "./MemoryPlace.ts"
import * as MemorySink from "./MemorySink.ts"

describe("the sink of the README", () => {
  for (const { name, run } of SinkSuite.cases(MemoryPlace.make(MemorySink.make))) it.live(name, () => run)
})

/** Puts each row there as it comes, whatever is there. */
const careless = (rows: Map<string, Row>) => {
  const held: Record<string, never> = {}
  return Layer.succeed(Sink, {
    checkpoint: Effect.succeed(held),
    write: ({ partition, rows: given }) =>
      Stream.runForEach(given, (row) => Effect.sync(() => rows.set(`${partition.kind.name}/${row.key}`, row))),
    remove: () => Effect.succeed([])
  })
}

it.live("a careless sink fails every case, with what is wrong", () =>
  Effect.gen(function* () {
    const place = MemoryPlace.make(careless)
    for (const { name, run } of [...SinkSuite.cases(place), ...SinkSuite.removingCases(place)]) {
      const mistake = yield* Effect.flip(run)
      assert.instanceOf(mistake, SinkSuite.Mistake, name)
      assert.match(String(Object(mistake).message), /should be .*, and is /s)
    }
  })
)
