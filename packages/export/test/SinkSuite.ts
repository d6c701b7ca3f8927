/** What every sink does, whatever it is made of. */
import { assert } from "@effect/vitest"
import type { ConfigurationError } from "@effect-genesys/auth/ConfigurationError"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Stream from "effect/Stream"
import type { Entry } from "../src/Checkpoint.ts"
import type { SinkFailure } from "../src/ExportError.ts"
import * as Kinds from "../src/Kinds.ts"
import * as Partition from "../src/Partition.ts"
import type { Row } from "../src/Row.ts"
import { Sink } from "../src/Sink.ts"

export interface Place {
  readonly layer: Layer.Layer<Sink, SinkFailure | ConfigurationError>
  /** What a reader finds of the conversations, by their id. */
  readonly conversations: Effect.Effect<ReadonlyMap<string, unknown>>
  readonly users: Effect.Effect<ReadonlyMap<string, unknown>>
  /** Breaks the checkpoint of one that was opened before. */
  readonly corrupt: Effect.Effect<void>
  /** Does what the message of the CheckpointError says. */
  readonly mend: Effect.Effect<void>
}

const day = Partition.ofDay(Kinds.conversations.layout, "2026-11-01")
const noon = Date.parse("2026-11-01T12:00:00Z")

const row = (key: string, minutes: number, more: Record<string, unknown> = {}): Row => ({
  key,
  asOf: noon + minutes * 60_000,
  value: { conversationId: key, conversationStart: "2026-11-01T10:00:00.000Z", minutes, ...more }
})
const entry = (rows: number): Entry => ({ source: "job", asOf: noon, rows, running: 0 })

const write = (rows: ReadonlyArray<Row>, partition: Partition.Partition = day) =>
  Sink.use((sink) => sink.write({ partition, rows: Stream.fromArray(rows), entry: Effect.succeed(entry(rows.length)) }))
const checkpoint = Sink.use((sink) => sink.checkpoint)

/** Makes a test of a body that gets a place of its own. */
export type Test = (name: string, body: (place: Place) => Effect.Effect<void, unknown>) => void

export const suite = (test: Test) => {
  const values = (rows: ReadonlyArray<Row>) => new Map(rows.map(({ key, value }) => [key, value]))

  test("it is empty at first, and keeps rows and checkpoint when it is opened again", ({ conversations, layer }) =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* Effect.provide(checkpoint, layer), {})
      const odd = row("c", 0, {
        note: 'line\nbreak "quoted" \\ é 😀 \u2028',
        nothing: null,
        deep: [{ a: [1.5, -0.25] }]
      })
      yield* Effect.provide(write([row("b", 0), odd, row("a", 0)]), layer)
      assert.deepStrictEqual(yield* Effect.provide(checkpoint, layer), { "conversations/2026-11-01": entry(3) })
      assert.deepStrictEqual(yield* conversations, values([row("a", 0), row("b", 0), odd]))
    }))

  test("a later version replaces an earlier one, never the other way round; rows that do not come stay", (place) =>
    Effect.gen(function* () {
      const all = Effect.gen(function* () {
        yield* write([row("a", 10), row("b", 10), row("c", 10)])
        yield* write([row("a", 20), row("b", 5), row("d", 20)])
        yield* write([row("a", 15), row("b", 7)])
      })
      yield* Effect.provide(all, place.layer)
      const kept = [row("a", 20), row("b", 10), row("c", 10), row("d", 20)]
      assert.deepStrictEqual(yield* place.conversations, values(kept))
    }))

  test("a row that did not change is of the later moment all the same", ({ conversations, layer }) =>
    Effect.gen(function* () {
      const same = { ...row("a", 10), asOf: noon + 20 * 60_000 }
      yield* Effect.provide(
        Effect.andThen(write([row("a", 10)]), Effect.andThen(write([same]), write([row("a", 15)]))),
        layer
      )
      assert.deepStrictEqual(yield* conversations, values([row("a", 10)]))
    }))

  test("versions of one reading collapse: the latest moment, and of one moment the one that came last", (place) =>
    Effect.gen(function* () {
      const rows = [row("a", 10), row("a", 30), row("a", 20), row("b", 10, { read: 1 }), row("b", 10, { read: 2 })]
      yield* Effect.provide(write(rows), place.layer)
      yield* Effect.provide(write([row("b", 10, { read: 3 })]), place.layer)
      assert.deepStrictEqual(yield* place.conversations, values([row("a", 30), row("b", 10, { read: 3 })]))
    }))

  test("an entry that could not be read again is refused, and nothing changes", ({ conversations, layer }) =>
    Effect.gen(function* () {
      yield* Effect.provide(
        Effect.gen(function* () {
          yield* write([row("a", 0)])
          for (const asOf of [Date.parse("+012000-01-01T00:00:00Z"), Date.parse("-000001-01-01T00:00:00Z"), 1e300]) {
            const odd = { partition: day, rows: Stream.make(row("b", 0)), entry: Effect.succeed({ ...entry(1), asOf }) }
            const error = yield* Effect.flip(Sink.use((sink) => sink.write(odd)))
            assert.strictEqual(error._tag, "SinkError")
            assert.match(error.message, /could not be read again/)
            assert.deepStrictEqual(yield* checkpoint, { "conversations/2026-11-01": entry(1) })
          }
        }),
        layer
      )
      assert.deepStrictEqual(yield* conversations, values([row("a", 0)]))
    }))

  test("rows that fail change nothing, and their error comes out as it is", ({ conversations, layer }) =>
    Effect.gen(function* () {
      const failing = Sink.use((sink) =>
        sink.write({
          partition: day,
          rows: Stream.concat(Stream.fromArray([row("a", 20), row("b", 20)]), Stream.fail("broken")),
          entry: Effect.succeed(entry(99))
        })
      )
      const body = Effect.gen(function* () {
        yield* write([row("a", 10)])
        assert.strictEqual(yield* Effect.flip(failing), "broken")
        assert.deepStrictEqual(yield* checkpoint, { "conversations/2026-11-01": entry(1) })
        assert.deepStrictEqual(yield* conversations, values([row("a", 10)]))
        yield* write([row("c", 10)])
      })
      yield* Effect.provide(body, layer)
      assert.deepStrictEqual(yield* conversations, values([row("a", 10), row("c", 10)]))
    }))

  test("an interruption changes nothing", ({ conversations, layer }) =>
    Effect.gen(function* () {
      const body = Effect.gen(function* () {
        const came = yield* Deferred.make<void>()
        const rows = Stream.concat(
          Stream.fromArray([row("a", 20)]),
          Stream.fromEffect(Effect.andThen(Deferred.succeed(came, undefined), Effect.never))
        )
        const sink = yield* Sink
        const fiber = yield* Effect.forkChild(sink.write({ partition: day, rows, entry: Effect.succeed(entry(1)) }))
        yield* Deferred.await(came)
        yield* Fiber.interrupt(fiber)
        assert.deepStrictEqual(yield* sink.checkpoint, {})
      })
      yield* Effect.provide(body, layer)
      assert.strictEqual((yield* conversations).size, 0)
    }))

  test("partitions of both kinds at the same time, with more rows than are gathered at once", (place) =>
    Effect.gen(function* () {
      const filler = "x".repeat(2_000)
      const many = Array.from({ length: 9_000 }, (_, index) => row(String((index * 7_919) % 9_000), 0, { filler }))
      const next = [{ ...row("n", 0), value: { conversationId: "n", conversationStart: "2026-11-02T00:00:00.000Z" } }]
      const people = [{ key: "u", asOf: noon, value: { id: "u", name: "Ada", division: { id: "d", name: "Home" } } }]
      const body = Effect.gen(function* () {
        yield* Effect.all(
          [
            write(many),
            write(next, Partition.ofDay(Kinds.conversations.layout, "2026-11-02")),
            write(people, Partition.whole(Kinds.users.layout))
          ],
          { concurrency: "unbounded" }
        )
        assert.sameMembers(Object.keys(yield* checkpoint), [
          "conversations/2026-11-01",
          "conversations/2026-11-02",
          "users"
        ])
      })
      yield* Effect.provide(body, place.layer)
      assert.deepStrictEqual(yield* place.conversations, values([...many, ...next]))
      assert.deepStrictEqual(yield* place.users, values(people))
    }))

  test("a second exporter is refused with a line that says why, until the first has gone", ({ layer }) =>
    Effect.gen(function* () {
      // A layer that is provided within itself would be shared.
      const second = Effect.provide(Effect.void, Layer.fresh(layer))
      const error = yield* Effect.provide(Effect.flip(second), layer)
      assert.strictEqual(error._tag, "LockedError")
      assert.match(error.message, /^Another exporter .*is at work on .*\. Stop it, or give this one another/)
      yield* second
    }))

  test("a corrupt checkpoint is an error that says what to do, and nothing is overwritten", (place) =>
    Effect.gen(function* () {
      yield* Effect.provide(write([row("a", 10)]), place.layer)
      yield* place.corrupt
      const error = yield* Effect.flip(Effect.provide(checkpoint, place.layer))
      assert.strictEqual(error._tag, "CheckpointError")
      assert.match(error.message, /damaged, and nothing was exported, so that nothing is lost/)
      assert.deepStrictEqual(yield* place.conversations, values([row("a", 10)]))
      yield* place.mend
      yield* Effect.provide(checkpoint, place.layer)
      yield* Effect.provide(write([row("a", 5), row("b", 5)]), place.layer)
      assert.deepStrictEqual(yield* place.conversations, values([row("a", 10), row("b", 5)]))
    }))
}
