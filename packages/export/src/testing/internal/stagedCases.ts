/** What a sink must do that takes over what others have put beside it. */
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import type { Entry } from "../../Checkpoint.ts"
import { same } from "../../internal/mistake.ts"
import type { Layout } from "../../Layout.ts"
import type { Row } from "../../Row.ts"
import { Sink } from "../../Sink.ts"
import { Staging } from "../../Staging.ts"
import * as DeletedCases from "./deletedCases.ts"
import { conversations, day, entry, holds, listed, row, values, write } from "./sinkFixture.ts"

interface Place {
  readonly layer: Layer.Layer<Sink, unknown>
  readonly staging: Layer.Layer<Staging, unknown>
  readonly rows: (kind: Layout) => Effect.Effect<ReadonlyMap<string, unknown>>
  readonly deleted: (kind: Layout) => Effect.Effect<ReadonlyMap<string, number>>
}

/** Others are there when the sink is, and not before. */
const opened = (place: Place, body: Effect.Effect<void, unknown, Sink | Staging>) =>
  body.pipe(Effect.provide(Layer.fresh(place.staging)), Effect.provide(Layer.fresh(place.layer)))

const fill = (rows: ReadonlyArray<Row>) =>
  Staging.use((staging) =>
    staging.put({
      partition: day,
      rows: Stream.fromArray(rows),
      entry: Effect.succeed({ ...entry(rows.length), org: "ours" })
    })
  )

type Waiting = Effect.Success<ReturnType<typeof fill>>

/** Whether it was done. */
const takeOver = (waiting: Waiting, org = Option.some("ours")) =>
  Effect.gen(function* () {
    const sink = yield* Sink
    if (sink.takeOver === undefined) return yield* Effect.die("it has no takeOver")
    return Option.isSome(yield* sink.takeOver({ partition: day, ...waiting, org }))
  })

const isDone = (waiting: Waiting, expected: boolean, org?: Option.Option<string>) =>
  Effect.flatMap(takeOver(waiting, org), (actual) => same("whether it was taken over", actual, expected))

const isThere = ({ rows }: Place, expected: ReadonlyArray<Row>) =>
  Effect.flatMap(rows(conversations), (found) => same("what is there", new Map(found), values(expected)))

const checkpointOf = (rows: number, more: Partial<Entry> = { org: "ours" }) => ({
  "conversations/2026-11-01": { ...entry(rows), ...more }
})

export const all = [
  {
    name: "what others have put beside it is taken over with its entry, as if it had been written",
    run: (place: Place) =>
      opened(
        place,
        Effect.gen(function* () {
          yield* write([row("a", 20), row("b", 10)])
          const waiting = yield* fill([row("a", 10), row("b", 20), row("c", 10), row("c", 20)])
          yield* holds(checkpointOf(2, {}))
          yield* isThere(place, [row("a", 20), row("b", 10)])
          yield* isDone(waiting, true)
          yield* holds(checkpointOf(4))
          yield* isThere(place, [row("a", 20), row("b", 20), row("c", 20)])
          const found = yield* Staging.use(({ checkpoint }) => checkpoint)
          yield* same("what others find in the checkpoint", found, checkpointOf(4))
        })
      )
  },
  {
    name: "of a whole listing that others have put beside it, what it lacks is marked",
    run: (place: Place) =>
      opened(
        place,
        Effect.gen(function* () {
          const sink = yield* Sink
          yield* sink.write(listed(0, ["a", "b", "c"]))
          for (const [minutes, keys, isWhole] of [
            [10, ["a", "c"], true],
            [20, ["a"], false],
            [30, ["b"], true]
          ] as const) {
            const listing = listed(minutes, keys, isWhole)
            const waiting = yield* Staging.use((staging) => staging.put(listing))
            if (sink.takeOver === undefined) return yield* Effect.die("it has no takeOver")
            const taken = yield* sink.takeOver({ partition: listing.partition, ...waiting, org: Option.none() })
            yield* same("whether it was taken over", Option.isSome(taken), true)
          }
          yield* DeletedCases.isThere(place, ["a", "b", "c"], { a: 30, c: 30 })
        })
      )
  },
  {
    name: "nothing is taken over that is not there, or is another organization's",
    run: (place: Place) =>
      opened(
        place,
        Effect.gen(function* () {
          yield* write([row("a", 10)])
          const waiting = yield* fill([row("b", 10), row("c", 10)])
          yield* isDone({ attempt: "of nobody" }, false)
          yield* isDone(waiting, false, Option.some("theirs"))
          yield* isDone(waiting, false, Option.none())
          yield* holds(checkpointOf(1, {}))
          yield* isThere(place, [row("a", 10)])
          yield* isDone(waiting, true)
          // Once.
          yield* isDone(waiting, false)
          yield* isThere(place, [row("a", 10), row("b", 10), row("c", 10)])
        })
      )
  },
  {
    name: "of several readings one is taken over, and the others are nobody's then",
    run: (place: Place) =>
      opened(
        place,
        Effect.gen(function* () {
          const old = yield* fill([row("a", 30), row("b", 10)])
          const right = yield* fill([row("a", 20)])
          yield* isDone(right, true)
          yield* isThere(place, [row("a", 20)])
          yield* isDone(old, false)
          yield* isThere(place, [row("a", 20)])
          yield* holds(checkpointOf(1))
          const later = yield* fill([row("d", 10)])
          yield* write([row("c", 10)])
          yield* isDone(later, false)
          yield* isThere(place, [row("a", 20), row("c", 10)])
        })
      )
  },
  {
    name: "what waits when it is opened anew is nobody's",
    run: (place: Place) =>
      Effect.gen(function* () {
        let waiting: Waiting | undefined
        yield* opened(
          place,
          Effect.map(fill([row("a", 10)]), (found) => void (waiting = found))
        )
        yield* opened(
          place,
          Effect.suspend(() => (waiting === undefined ? Effect.die("nothing waits") : isDone(waiting, false)))
        )
        yield* isThere(place, [])
      })
  }
]
