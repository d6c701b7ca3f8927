/** Units of a run that other processes read: what is asked of them, what is taken over, and what is read here all the same. */
import { ConflictError, PermissionError } from "@effect-genesys/client/GenesysError"
import { assert, describe, it } from "@effect/vitest"
import * as Clock from "effect/Clock"
import * as Deferred from "effect/Deferred"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import * as TestClock from "effect/testing/TestClock"
import type { Entry } from "../src/Checkpoint.ts"
import * as Elsewhere from "../src/Elsewhere.ts"
import { SinkError, type SourceError } from "../src/ExportError.ts"
import * as Exporter from "../src/Exporter.ts"
import * as Kinds from "../src/Kinds.ts"
import * as Partition from "../src/Partition.ts"
import * as Progress from "../src/Progress.ts"
import { Sink } from "../src/Sink.ts"
import type { Source, Unit } from "../src/Source.ts"
import { Staging } from "../src/Staging.ts"

const kind = Kinds.conversations.layout
const dayOf = (number: number) => `2026-11-${String(number).padStart(2, "0")}`
const entryOf = (rows: number): Entry => ({ source: "job", asOf: 1, rows, running: 0 })
const numberOf = (name: string) => Number(name.slice(-2))
const named = (numbers: ReadonlyArray<number>) => numbers.map((one) => `conversations/${dayOf(one)}`)

interface Told extends Partial<Unit> {
  readonly failing?: SourceError
}

/** Days, each with as many rows as its number says. Whoever reads one, here or elsewhere, takes a minute. */
const makeWorld = (days: ReadonlyArray<Told>, takesOver: (day: number) => Effect.Effect<boolean, SinkError>) => {
  const seen = { here: new Array<number>(), most: 0, taken: new Array<number>(), asked: new Array<number>() }
  let now = 0
  const unit = ({ failing, ...more }: Told, index: number): Unit => ({
    portable: true,
    ...more,
    partition: Partition.ofDay(kind, dayOf(index + 1)),
    read: Effect.gen(function* () {
      seen.here.push(index + 1)
      seen.most = Math.max(seen.most, ++now)
      yield* Effect.ensuring(
        Effect.sleep("1 minute"),
        Effect.sync(() => now--)
      )
      if (failing !== undefined) return yield* failing
      return {
        rows: Stream.fromIterable(
          Array.from({ length: index + 1 }, (_, key) => ({ key: `${key}`, asOf: 1, value: {} }))
        ),
        entry: Effect.succeed(entryOf(index + 1))
      }
    })
  })
  const source: Source = {
    kind,
    lag: () => 0,
    org: Effect.succeedSome("ours"),
    plan: () => Effect.succeed({ units: days.map(unit), available: 1 })
  }
  const held: Record<string, Entry> = {}
  const { takeOver, ...withoutTakeOver } = Sink.of({
    checkpoint: Effect.sync(() => ({ ...held })),
    write: Effect.fnUntraced(function* ({ entry, partition, rows }) {
      yield* Stream.runDrain(rows)
      held[Partition.nameOf(partition)] = yield* entry
    }),
    takeOver: ({ attempt, org, partition }) =>
      Effect.map(takesOver(Number(attempt)), (isDone) => {
        if (!isDone) return Option.none()
        seen.taken.push(Number(attempt))
        const entry = { ...entryOf(Number(attempt)), org: Option.getOrThrow(org) }
        held[Partition.nameOf(partition)] = entry
        return Option.some(entry)
      })
  })
  return { source, seen, held, sink: { ...withoutTakeOver, takeOver }, withoutTakeOver }
}

const sorted = (days: ReadonlyArray<number>) => days.toSorted((one, other) => one - other)
const there = () => Effect.succeed(true)

/** Others, who read as they are told to. */
const others = (
  asked: Array<number>,
  readers: number,
  answer: (day: number) => Effect.Effect<boolean, SourceError> = () => Effect.as(Effect.sleep("1 minute"), true)
): Elsewhere.Elsewhere => ({
  readers: Effect.succeed(readers),
  read: ({ came, org, partition }) =>
    Effect.gen(function* () {
      const day = numberOf(partition)
      asked.push(day)
      assert.deepStrictEqual(org, Option.some("ours"))
      came(1)
      const isRead = yield* answer(day)
      return isRead ? Option.some({ attempt: String(day) }) : Option.none()
    })
})

const run = (source: Source, sink: Sink["Service"], options: Exporter.RunOptions) =>
  Effect.gen(function* () {
    const from = yield* Clock.currentTimeMillis
    const fiber = yield* Effect.forkChild(Exporter.runOnce(source, options), { startImmediately: true })
    while (fiber.pollUnsafe() === undefined) yield* TestClock.adjust("1 second")
    const minutes = Math.round(Duration.toMinutes(Duration.millis((yield* Clock.currentTimeMillis) - from)))
    return { ...(yield* Fiber.join(fiber)), minutes }
  }).pipe(Effect.provide(Layer.succeed(Sink, sink)))

const all = (count: number) => Array.from({ length: count }, () => ({}))

describe("a run whose units others read, too", () => {
  it.effect("has each process read its part at the same time, and ends as one that is alone", () =>
    Effect.gen(function* () {
      const { held, seen, sink, source } = makeWorld(all(12), there)
      const alone = makeWorld(all(12), there)
      const one = yield* run(alone.source, alone.sink, { concurrency: 2 })
      const summary = yield* run(source, sink, { concurrency: 2, elsewhere: others(seen.asked, 3) })
      assert.deepStrictEqual([one.minutes, summary.minutes], [6, 2])
      assert.deepStrictEqual({ ...summary, minutes: 6 }, one)
      assert.deepStrictEqual(held, alone.held)
      assert.strictEqual(held["conversations/2026-11-12"]?.org, "ours")
      assert.deepStrictEqual([seen.here, seen.asked.length, seen.taken.length], [[], 12, 12])
    })
  )

  it.effect("reads here what nobody else has read, or what is lost, and no more at a time than alone", () =>
    Effect.gen(function* () {
      const forbidden = new PermissionError({
        api: { method: "GET", path: "/", status: 403 },
        details: [],
        permissions: [],
        message: "the others may not"
      })
      const { held, seen, sink, source } = makeWorld(all(9), (day) => Effect.succeed(day > 3))
      const elsewhere = others(seen.asked, 3, (day) =>
        day === 4 ? Effect.succeed(false) : day === 5 ? Effect.fail(forbidden) : Effect.succeed(true)
      )
      const { done, failed, rows } = yield* run(source, sink, { concurrency: 2, elsewhere })
      assert.deepStrictEqual([failed, rows, done.length], [[], 45, 9])
      assert.deepStrictEqual(sorted(seen.here), [1, 2, 3, 4, 5])
      assert.strictEqual(seen.most, 2)
      assert.sameMembers(Object.keys(held), named([1, 2, 3, 4, 5, 6, 7, 8, 9]))
    })
  )

  it.effect("does not read again what Genesys refuses of a unit", () =>
    Effect.gen(function* () {
      const api = { method: "GET", path: "/", status: 409 }
      const refused = new ConflictError({ api, details: [], message: "this one is refused" })
      const { seen, sink, source } = makeWorld(all(4), there)
      const elsewhere = others(seen.asked, 2, (day) => (day === 2 ? Effect.fail(refused) : Effect.succeed(true)))
      const { done, failed } = yield* run(source, sink, { elsewhere })
      assert.deepStrictEqual([seen.here, done.length], [[], 3])
      assert.deepStrictEqual(
        failed.map(({ error }) => error),
        [refused]
      )
    })
  )

  it.effect("tries again to take over what waits while the sink fails for a moment", () =>
    Effect.gen(function* () {
      let failures = 2
      const { seen, sink, source } = makeWorld(all(2), () =>
        Effect.suspend(() =>
          failures-- > 0 ? Effect.fail(new SinkError({ sink: "here", message: "it is down" })) : Effect.succeed(true)
        )
      )
      const { done } = yield* run(source, sink, { elsewhere: others(seen.asked, 2) })
      assert.deepStrictEqual([done.length, seen.here, seen.asked], [2, [], [1, 2]])
    })
  )

  it.effect("tells of their rows as they come", () =>
    Effect.gen(function* () {
      const progress = Progress.make()
      const { seen, sink, source } = makeWorld(all(2), there)
      const fiber = yield* Effect.forkChild(
        Exporter.runOnce(source, { progress, elsewhere: others(seen.asked, 2) }).pipe(
          Effect.provide(Layer.succeed(Sink, sink))
        ),
        { startImmediately: true }
      )
      yield* TestClock.adjust("30 seconds")
      assert.deepInclude(yield* progress.current, { ended: 0, due: 2, rows: 2 })
      yield* TestClock.adjust("1 minute")
      yield* Fiber.join(fiber)
    })
  )

  it.effect("takes nothing with it that was asked for when it is broken off", () =>
    Effect.gen(function* () {
      const { seen, sink, source } = makeWorld(all(2), there)
      const [began, ended] = [yield* Deferred.make<void>(), yield* Deferred.make<void>()]
      const never = Deferred.succeed(began, undefined).pipe(
        Effect.andThen(Effect.never),
        Effect.onInterrupt(() => Deferred.succeed(ended, undefined))
      )
      const fiber = yield* Effect.forkChild(
        Effect.provide(
          Exporter.runOnce(source, { elsewhere: others(seen.asked, 2, () => never) }),
          Layer.succeed(Sink, sink)
        )
      )
      yield* Deferred.await(began)
      yield* Fiber.interrupt(fiber)
      yield* Deferred.await(ended)
    })
  )

  it.effect(
    "asks nobody for what is read in a moment, or wanted soon, nor where it is alone, or cannot take over",
    () =>
      Effect.gen(function* () {
        const { seen, sink, source } = makeWorld([{}, {}, { portable: false }, { apart: true, portable: false }], there)
        yield* run(source, sink, { elsewhere: others(seen.asked, 2) })
        assert.deepStrictEqual(
          [seen.asked, sorted(seen.here)],
          [
            [1, 2],
            [3, 4]
          ]
        )
        const files = makeWorld(all(3), there)
        yield* run(files.source, files.withoutTakeOver, { elsewhere: others(files.seen.asked, 2) })
        const alone = makeWorld(all(3), there)
        yield* run(alone.source, alone.sink, { elsewhere: others(alone.seen.asked, 1) })
        const single = makeWorld(all(1), there)
        yield* run(single.source, single.sink, { elsewhere: others(single.seen.asked, 2) })
        assert.deepStrictEqual(
          [files, alone, single].map((one) => [one.seen.asked.length, one.seen.here.length]),
          [
            [0, 3],
            [0, 3],
            [0, 1]
          ]
        )
      })
  )
})

describe("a unit that is read for another process", () => {
  const world = makeWorld(all(2), there)
  const filled: Array<readonly [name: string, entry: Entry]> = []
  const staging = Staging.of({
    checkpoint: Effect.succeed({}),
    put: Effect.fnUntraced(function* ({ entry, partition, rows }) {
      yield* Stream.runDrain(rows)
      filled.push([Partition.nameOf(partition), yield* entry])
      return { attempt: "one" }
    })
  })
  const read = (partition: string, org: Option.Option<string>) =>
    Effect.gen(function* () {
      const counts: Array<number> = []
      const fiber = yield* Effect.forkChild(
        Effect.provideService(
          Elsewhere.read(world.source, { partition, org, came: (rows) => void counts.push(rows) }),
          Staging,
          staging
        )
      )
      yield* TestClock.adjust("2 minutes")
      return { found: Option.getOrUndefined(yield* Fiber.join(fiber)), counts }
    })

  it.effect("waits beside the sink, and its rows are told of as they come", () =>
    Effect.gen(function* () {
      const { counts, found } = yield* read("conversations/2026-11-02", Option.some("ours"))
      assert.deepStrictEqual(found, { attempt: "one" })
      assert.deepStrictEqual(filled, [["conversations/2026-11-02", { ...entryOf(2), org: "ours" }]])
      assert.strictEqual(counts.at(-1), 2)
    })
  )

  it.effect("is not read where it is not due, nor for another organization", () =>
    Effect.gen(function* () {
      filled.length = 0
      for (const [partition, org] of [
        ["conversations/2026-11-03", Option.some("ours")],
        ["conversations/2026-11-01", Option.some("theirs")],
        ["conversations/2026-11-01", Option.none()]
      ] as const) {
        assert.isUndefined((yield* read(partition, org)).found)
      }
      assert.isEmpty(filled)
    })
  )
})
