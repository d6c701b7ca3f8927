/** What a sink must do with what a listing lacks. */
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Stream from "effect/Stream"
import { same } from "../../internal/mistake.ts"
import type { Layout } from "../../Layout.ts"
import type { Row } from "../../Row.ts"
import { Sink } from "../../Sink.ts"
import { listEntry, listed, noon, thing, things, users, values, write } from "./sinkFixture.ts"
import * as Partition from "../../Partition.ts"

export interface Place {
  readonly layer: Layer.Layer<Sink, unknown>
  readonly rows: (kind: Layout) => Effect.Effect<ReadonlyMap<string, unknown>>
  readonly deleted: (kind: Layout) => Effect.Effect<ReadonlyMap<string, number>>
}

const list = (...given: Parameters<typeof listed>) => Sink.use((sink) => sink.write(listed(...given)))
const put = (minutes: number, rows: ReadonlyArray<Row>, isWhole: boolean) =>
  Sink.use((sink) =>
    sink.write({
      ...listed(minutes, []),
      rows: Stream.fromArray(rows),
      entry: Effect.succeed(listEntry(minutes, rows.length, isWhole))
    })
  )
const opened = (place: Place, body: Effect.Effect<void, unknown, Sink>) =>
  Effect.provide(body, Layer.fresh(place.layer))

/** All that is there, the marked ones with the minute at which they were missed. */
export const isThere = (
  place: Pick<Place, "rows" | "deleted">,
  keys: ReadonlyArray<string>,
  gone: Readonly<Record<string, number>>
) =>
  Effect.gen(function* () {
    const rows = values(keys.map((key) => thing(key, 0)))
    yield* same("what is there of things", new Map(yield* place.rows(things)), rows)
    const marks = new Map(Object.entries(gone).map(([key, minutes]) => [key, noon + minutes * 60_000]))
    yield* same("what is marked as gone", new Map(yield* place.deleted(things)), marks)
  })

const person = (key: string): Row => ({
  key,
  asOf: noon,
  value: { id: key, _deletedAt: "2026-11-01T00:00:00.000Z" }
})

export const all = [
  {
    name: "what a whole listing lacks is marked from then on, and stays what it was",
    run: Effect.fnUntraced(function* (place: Place) {
      yield* opened(place, Effect.andThen(list(0, ["a", "b", "c"]), list(10, ["a", "c"])))
      yield* isThere(place, ["a", "b", "c"], { b: 10 })
      yield* opened(place, Effect.andThen(list(20, ["c", "d"]), list(30, ["c", "d"])))
      yield* isThere(place, ["a", "b", "c", "d"], { a: 20, b: 10 })
      yield* opened(place, list(40, []))
      yield* isThere(place, ["a", "b", "c", "d"], { a: 20, b: 10, c: 40, d: 40 })
    })
  },
  {
    name: "one that may not be whole marks nothing",
    run: Effect.fnUntraced(function* (place: Place) {
      const body = Effect.gen(function* () {
        yield* list(0, ["a", "b"])
        yield* list(10, ["b"], false)
        yield* list(20, [], false)
        yield* isThere(place, ["a", "b"], {})
        yield* list(30, ["a"])
        // Nor does it take a mark away of what it lacks.
        yield* list(40, [], false)
      })
      yield* opened(place, body)
      yield* isThere(place, ["a", "b"], { b: 30 })
    })
  },
  {
    name: "a row that comes back has no mark, whether or not it has changed",
    run: Effect.fnUntraced(function* (place: Place) {
      const body = Effect.gen(function* () {
        yield* list(0, ["a", "b", "c"])
        yield* list(10, ["c"])
        yield* list(20, ["a", "c"], false)
        yield* isThere(place, ["a", "b", "c"], { b: 10 })
        yield* list(30, ["b"])
        yield* isThere(place, ["a", "b", "c"], { a: 30, c: 30 })
        // Of the very moment at which it was missed, and read later.
        yield* list(30, ["a"], false)
        yield* isThere(place, ["a", "b", "c"], { c: 30 })
        yield* put(40, [thing("c", 40, "new")], false)
        yield* same("what has come back", (yield* place.rows(things)).get("c"), thing("c", 40, "new").value)
        yield* put(50, [thing("c", 50)], true)
      })
      yield* opened(place, body)
      yield* isThere(place, ["a", "b", "c"], { a: 50, b: 50 })
    })
  },
  {
    name: "an older listing, which took longer, neither marks what a newer one has nor brings back what it lacks",
    run: Effect.fnUntraced(function* (place: Place) {
      const body = Effect.gen(function* () {
        yield* list(20, ["a", "b"])
        yield* list(10, ["b", "c"])
        yield* isThere(place, ["a", "b", "c"], {})
        yield* list(30, ["a"])
        yield* list(25, ["a", "b", "c"])
        yield* isThere(place, ["a", "b", "c"], { b: 30, c: 30 })
        // Missed again, and again brought by one that is older than that.
        yield* list(40, ["a"])
        yield* list(35, ["b"])
      })
      yield* opened(place, body)
      yield* isThere(place, ["a", "b", "c"], { b: 30, c: 30 })
    })
  },
  {
    name: "a listing that breaks off, or is interrupted, marks nothing",
    run: Effect.fnUntraced(function* (place: Place) {
      const body = Effect.gen(function* () {
        yield* list(0, ["a", "b"])
        const sink = yield* Sink
        const broken = Stream.concat(Stream.make(thing("a", 10)), Stream.fail("broken"))
        yield* Effect.flip(sink.write({ ...listed(10, []), rows: broken }))
        const came = yield* Deferred.make<void>()
        const hanging = Stream.concat(
          Stream.make(thing("a", 10)),
          Stream.fromEffectDrain(Effect.andThen(Deferred.succeed(came, undefined), Effect.never))
        )
        const fiber = yield* Effect.forkChild(sink.write({ ...listed(10, []), rows: hanging }))
        yield* Deferred.await(came)
        yield* Fiber.interrupt(fiber)
        yield* isThere(place, ["a", "b"], {})
        yield* list(20, ["a"])
      })
      yield* opened(place, body)
      yield* isThere(place, ["a", "b"], { b: 20 })
    })
  },
  {
    name: "what a kind that marks nothing lacks stays as it was, and a field that Genesys calls _deletedAt is no mark",
    run: Effect.fnUntraced(function* (place: Place) {
      const odd = { ...thing("a", 0), value: { ...thing("a", 0).value, _deletedAt: "2026-11-01T00:00:00.000Z" } }
      const body = Effect.gen(function* () {
        yield* write([person("1"), person("2")], Partition.whole(users))
        const sink = yield* Sink
        const again = { ...listed(10, []), partition: Partition.whole(users), rows: Stream.make(person("1")) }
        yield* sink.write({ ...again, entry: Effect.succeed(listEntry(10, 1)) })
        yield* put(0, [odd], true)
        yield* same("what is marked", new Map(yield* place.deleted(things)), new Map<string, number>())
        yield* list(10, [])
      })
      yield* opened(place, body)
      yield* same("who is there", [...(yield* place.rows(users)).keys()].toSorted(), ["1", "2"])
      yield* same("what is marked", new Map(yield* place.deleted(things)), new Map([["a", noon + 10 * 60_000]]))
    })
  }
]
