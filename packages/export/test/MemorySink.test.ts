/** A sink that somebody has made passes the cases that are for all, and one with a fault does not. */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Stream from "effect/Stream"
import type { Layout } from "../src/Layout.ts"
import type { Row } from "../src/Row.ts"
import { Sink } from "../src/Sink.ts"
import * as SinkSuite from "../src/testing/SinkSuite.ts"
import * as MemorySink from "./MemorySink.ts"

const place = (make: (rows: Map<string, Row>) => Layer.Layer<Sink>) =>
  Effect.sync((): SinkSuite.Place => {
    const rows = new Map<string, Row>()
    const of = (kind: Layout) =>
      [...rows].flatMap(([name, { key, value }]) => (name === `${kind.name}/${key}` ? [[key, value] as const] : []))
    const gone = (kind: Layout) =>
      [...rows].flatMap(([name, { deletedAt, key }]) =>
        name === `${kind.name}/${key}` && deletedAt !== undefined ? [[key, deletedAt] as const] : []
      )
    return {
      layer: make(rows),
      rows: (kind) => Effect.sync(() => new Map(of(kind))),
      deleted: (kind) => Effect.sync(() => new Map(gone(kind)))
    }
  })

describe("the sink of the README", () => {
  for (const { name, run } of SinkSuite.cases(place(MemorySink.make))) it.live(name, () => run)
})

/** Puts each row there as it comes, whatever is there. */
const careless = (rows: Map<string, Row>) => {
  const held: Record<string, never> = {}
  return Layer.succeed(Sink, {
    checkpoint: Effect.succeed(held),
    write: ({ partition, rows: given }) =>
      Stream.runForEach(given, (row) => Effect.sync(() => rows.set(`${partition.kind.name}/${row.key}`, row)))
  })
}

it.live("a careless sink fails every case, with what is wrong", () =>
  Effect.gen(function* () {
    for (const { name, run } of SinkSuite.cases(place(careless))) {
      const mistake = yield* Effect.flip(run)
      assert.instanceOf(mistake, SinkSuite.Mistake, name)
      assert.match(String(Object(mistake).message), /should be .*, and is /s)
    }
  })
)
