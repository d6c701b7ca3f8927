/**
 * What every `Sink` must do, as cases for whatever runs your tests, in real time: give them a place for rows, made anew for each of them.
 * `for (const { name, run } of SinkSuite.cases(place)) test(name, () => Effect.runPromise(run))`
 */
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Stream from "effect/Stream"
import { same, says } from "../internal/mistake.ts"
import type { Layout } from "../Layout.ts"
import * as Partition from "../Partition.ts"
import type { Row } from "../Row.ts"
import { Sink } from "../Sink.ts"
import type { Staging } from "../Staging.ts"
import { conversations, day, entry, holds, noon, row, things, users, values, write } from "./internal/sinkFixture.ts"
import * as DeletedCases from "./internal/deletedCases.ts"
import * as GrowingCases from "./internal/growingCases.ts"
import * as RemovedCases from "./internal/removedCases.ts"
import * as StagedCases from "./internal/stagedCases.ts"

export { Mistake } from "../internal/mistake.ts"

/** A place for rows, as a sink fills it and a reader sees it. */
export interface Place {
  readonly layer: Layer.Layer<Sink, unknown>
  /** What a reader finds of a kind: each row as it was sent, by its key. */
  readonly rows: (kind: Layout) => Effect.Effect<ReadonlyMap<string, unknown>>
  /** Since when those of them are gone that are marked, in milliseconds since 1970, by their key. */
  readonly deleted: (kind: Layout) => Effect.Effect<ReadonlyMap<string, number>>
}

/** Of a sink that keeps what it has outside of the process. */
export interface LastingPlace extends Place {
  /** Damages the checkpoint of one that was opened before. */
  readonly corrupt: Effect.Effect<void>
  /** Does what the message of the `CheckpointError` says. */
  readonly mend: Effect.Effect<void>
}

/** Of a sink that takes over what others have put beside it. */
export interface SharedPlace extends Place {
  /** For those others. */
  readonly staging: Layer.Layer<Staging, unknown>
}

/** One thing that a sink must do, and how it is tried. */
export interface Case<R = never> {
  readonly name: string
  /** Fails with a `Mistake` that says what is wrong, if the sink does not do it. */
  readonly run: Effect.Effect<void, unknown, R>
}

/** All cases for a sink. @param place where nothing was written before; asked for once for each case */
export const cases = <E, R>(place: Effect.Effect<Place, E, R>): ReadonlyArray<Case<R>> => [
  ...casesOf(place, ofAll),
  ...casesOf(place, DeletedCases.all),
  ...casesOf(place, GrowingCases.all)
]

/** Of a sink that keeps what it has outside of the process: all of `cases`, and what only such a one has to do. */
export const lastingCases = <E, R>(place: Effect.Effect<LastingPlace, E, R>): ReadonlyArray<Case<R>> => [
  ...cases(place),
  ...casesOf(place, ofLasting)
]

/** Of one with `takeOver`, beside what else it is. */
export const sharedCases = <E, R>(place: Effect.Effect<SharedPlace, E, R>): ReadonlyArray<Case<R>> =>
  casesOf(place, StagedCases.all)

/** Of one with `remove`, beside what else it is. */
export const removingCases = <E, R>(place: Effect.Effect<Place, E, R>): ReadonlyArray<Case<R>> =>
  casesOf(place, RemovedCases.all)

interface Check<P extends Place> {
  readonly name: string
  readonly run: (place: P) => Effect.Effect<void, unknown>
}

const casesOf = <P extends Place, E, R>(place: Effect.Effect<P, E, R>, checks: ReadonlyArray<Check<P>>) =>
  checks.map(({ name, run }): Case<R> => ({ name, run: Effect.flatMap(place, run) }))

const isThere = ({ rows }: Place, kind: Layout, expected: ReadonlyArray<Row>) =>
  Effect.flatMap(rows(kind), (found) => same(`what is there of ${kind.name}`, new Map(found), values(expected)))

/** What is done in one opening of the sink: anew, though a program around it has it open. */
const opened = (place: Place, body: Effect.Effect<void, unknown, Sink>) =>
  Effect.provide(body, Layer.fresh(place.layer))

const ofAll: ReadonlyArray<Check<Place>> = [
  {
    name: "it is empty at first, and keeps rows and checkpoint when it is opened again",
    run: Effect.fnUntraced(function* (place) {
      yield* opened(place, holds({}))
      const odd = row("c", 0, {
        note: 'line\nbreak "quoted" \\ é 😀 \u2028',
        nothing: null,
        deep: [{ a: [1.5, -0.25] }]
      })
      yield* opened(place, write([row("b", 0), odd, row("a", 0)]))
      yield* opened(place, holds({ "conversations/2026-11-01": entry(3) }))
      yield* isThere(place, conversations, [row("b", 0), odd, row("a", 0)])
    })
  },
  {
    name: "a later version replaces an earlier one, never the other way round; rows that do not come stay",
    run: Effect.fnUntraced(function* (place) {
      const all = Effect.gen(function* () {
        yield* write([row("a", 10), row("b", 10), row("c", 10)])
        yield* write([row("a", 20), row("b", 5), row("d", 20)])
        yield* write([row("a", 15), row("b", 7)])
      })
      yield* opened(place, all)
      yield* isThere(place, conversations, [row("a", 20), row("b", 10), row("c", 10), row("d", 20)])
    })
  },
  {
    name: "a row that did not change is of the later moment all the same",
    run: Effect.fnUntraced(function* (place) {
      const later = { ...row("a", 10), asOf: noon + 20 * 60_000 }
      yield* opened(place, Effect.andThen(Effect.andThen(write([row("a", 10)]), write([later])), write([row("a", 15)])))
      yield* isThere(place, conversations, [row("a", 10)])
    })
  },
  {
    name: "versions of one reading collapse: the latest moment, and of one moment the one that came last",
    run: Effect.fnUntraced(function* (place) {
      const rows = [row("a", 10), row("a", 30), row("a", 20), row("b", 10, { read: 1 }), row("b", 10, { read: 2 })]
      yield* opened(place, write(rows))
      yield* opened(place, write([row("b", 10, { read: 3 })]))
      yield* isThere(place, conversations, [row("a", 30), row("b", 10, { read: 3 })])
    })
  },
  {
    name: "rows that fail change nothing, and their error comes out as it is",
    run: Effect.fnUntraced(function* (place) {
      const failing = Sink.use((sink) =>
        sink.write({
          partition: day,
          rows: Stream.concat(Stream.fromArray([row("a", 20), row("b", 20)]), Stream.fail("broken")),
          entry: Effect.succeed(entry(99))
        })
      )
      const body = Effect.gen(function* () {
        yield* write([row("a", 10)])
        yield* same("what comes out", yield* Effect.flip(failing), "broken")
        yield* holds({ "conversations/2026-11-01": entry(1) })
        yield* isThere(place, conversations, [row("a", 10)])
        yield* write([row("c", 10)])
      })
      yield* opened(place, body)
      yield* isThere(place, conversations, [row("a", 10), row("c", 10)])
    })
  },
  {
    name: "an interruption changes nothing",
    run: Effect.fnUntraced(function* (place) {
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
        yield* holds({})
      })
      yield* opened(place, body)
      yield* isThere(place, conversations, [])
    })
  },
  {
    name: "partitions of several kinds at the same time, with more rows than are gathered at once",
    run: Effect.fnUntraced(function* (place) {
      const filler = "x".repeat(2_000)
      const many = Array.from({ length: 9_000 }, (_, index) => row(String((index * 7_919) % 9_000), 0, { filler }))
      const next = [{ ...row("n", 0), value: { conversationId: "n", conversationStart: "2026-11-02T00:00:00.000Z" } }]
      // Known by what a conversation is known by.
      const people = [{ key: "1", asOf: noon, value: { id: "1", name: "Ada", division: { id: "d", name: "Home" } } }]
      const own = [{ key: "1", asOf: noon, value: { thingId: "1", parts: [{ label: "lid" }] } }]
      const body = Effect.gen(function* () {
        yield* Effect.all(
          [
            write(many),
            write(next, Partition.ofDay(conversations, "2026-11-02")),
            write(people, Partition.whole(users)),
            write(own, Partition.whole(things))
          ],
          { concurrency: "unbounded", discard: true }
        )
        yield* holds({
          "conversations/2026-11-01": entry(9_000),
          "conversations/2026-11-02": entry(1),
          users: entry(1),
          suite_things: entry(1)
        })
      })
      yield* opened(place, body)
      yield* isThere(place, conversations, [...many, ...next])
      yield* isThere(place, users, people)
      yield* isThere(place, things, own)
    })
  }
]

const ofLasting: ReadonlyArray<Check<LastingPlace>> = [
  {
    name: "an entry that could not be read again is refused, and nothing changes",
    run: Effect.fnUntraced(function* (place) {
      const body = Effect.gen(function* () {
        yield* write([row("a", 0)])
        for (const asOf of [Date.parse("+012000-01-01T00:00:00Z"), Date.parse("-000001-01-01T00:00:00Z"), 1e300]) {
          const odd = { partition: day, rows: Stream.make(row("b", 0)), entry: Effect.succeed({ ...entry(1), asOf }) }
          const error = yield* Effect.flip(Sink.use((sink) => sink.write(odd)))
          yield* says("an entry of no year", error, "SinkError", /could not be read again/)
          yield* holds({ "conversations/2026-11-01": entry(1) })
        }
      })
      yield* opened(place, body)
      yield* isThere(place, conversations, [row("a", 0)])
    })
  },
  {
    name: "a second exporter is refused with a line that says why, until the first has gone",
    run: Effect.fnUntraced(function* (place) {
      // A layer that is provided within itself would be shared.
      const second = Effect.provide(Effect.void, Layer.fresh(place.layer))
      const error = yield* Effect.provide(Effect.flip(second), place.layer)
      yield* says("a second exporter", error, "LockedError", /\S/)
      yield* second
    })
  },
  {
    name: "a corrupt checkpoint is an error that says what to do, and nothing is overwritten",
    run: Effect.fnUntraced(function* (place) {
      yield* opened(place, write([row("a", 10)]))
      yield* place.corrupt
      const error = yield* Effect.flip(opened(place, Effect.asVoid(Sink.use((sink) => sink.checkpoint))))
      const why = /damaged, and nothing was exported, so that nothing is lost/
      yield* says("a damaged checkpoint", error, "CheckpointError", why)
      yield* isThere(place, conversations, [row("a", 10)])
      yield* place.mend
      yield* opened(place, Effect.asVoid(Sink.use((sink) => sink.checkpoint)))
      yield* opened(place, write([row("a", 5), row("b", 5)]))
      yield* isThere(place, conversations, [row("a", 10), row("b", 5)])
    })
  }
]
