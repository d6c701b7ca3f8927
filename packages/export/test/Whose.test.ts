/** Where it cannot be told any more whose rows are read, they may be another organization's: nothing that is there counts as gone. */
import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import * as Exporter from "../src/Exporter.ts"
import * as Kinds from "../src/Kinds.ts"
import * as Partition from "../src/Partition.ts"
import type { Row } from "../src/Row.ts"
import { Sink } from "../src/Sink.ts"
import type { Source } from "../src/Source.ts"
import * as MemorySink from "./MemorySink.ts"

const kind = Kinds.lists.queues.layout

/** A whole list of these. */
const source = (org: Option.Option<string>, asOf: number, ids: ReadonlyArray<string>): Source => ({
  kind,
  lag: () => 0,
  org: Effect.succeed(org),
  plan: () =>
    Effect.succeed({
      available: asOf,
      units: [
        {
          partition: Partition.whole(kind),
          read: Effect.succeed({
            rows: Stream.fromIterable(ids.map((id) => ({ key: id, asOf, value: { id } }))),
            entry: Effect.succeed({ source: "list", asOf, rows: ids.length, running: 0, whole: true })
          })
        }
      ]
    })
})

it.effect("a list of nobody knows whom marks nothing in a copy of somebody's", () => {
  const rows = new Map<string, Row>()
  const gone = () => [...rows.values()].filter(({ deletedAt }) => deletedAt !== undefined).map(({ key }) => key)
  return Effect.gen(function* () {
    const { checkpoint } = yield* Sink
    yield* Exporter.runOnce(source(Option.some("ours"), 1_000, ["a", "b"]))
    yield* Exporter.runOnce(source(Option.none(), 2_000, ["c"]))
    assert.deepStrictEqual(gone(), [])
    const held = (yield* checkpoint)["queues"]
    assert.strictEqual(held?.org, "ours")
    assert.isUndefined(held?.whole)
    // The guard is still there.
    const error = yield* Effect.flip(Exporter.runOnce(source(Option.some("another"), 3_000, ["c"])))
    assert.strictEqual(error._tag, "OtherOrgError")
    yield* Exporter.runOnce(source(Option.some("ours"), 4_000, ["a", "c"]))
    assert.deepStrictEqual(gone(), ["b"])
  }).pipe(Effect.provide(MemorySink.make(rows)))
})

it.effect("one that never told whose it is marks what is gone", () => {
  const rows = new Map<string, Row>()
  return Effect.gen(function* () {
    yield* Exporter.runOnce(source(Option.none(), 1_000, ["a", "b"]))
    yield* Exporter.runOnce(source(Option.none(), 2_000, ["a"]))
    assert.strictEqual(rows.get("queues/b")?.deletedAt, 2_000)
  }).pipe(Effect.provide(MemorySink.make(rows)))
})
