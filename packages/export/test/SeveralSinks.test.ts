/** Several sinks that are written as one: what is read once is in all of them, and none is ever taken to have what it has not. */
import { assert, describe, it } from "@effect/vitest"
import { Simulator } from "@effect-genesys/simulator/Simulator"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Stream from "effect/Stream"
import * as TestClock from "effect/testing/TestClock"
import type { Checkpoint } from "../src/Checkpoint.ts"
import { SinkError } from "../src/ExportError.ts"
import * as Exporter from "../src/Exporter.ts"
import * as Kinds from "../src/Kinds.ts"
import * as Partition from "../src/Partition.ts"
import type { Row } from "../src/Row.ts"
import * as SeveralSinks from "../src/SeveralSinks.ts"
import { Sink } from "../src/Sink.ts"
import * as SinkSuite from "../src/testing/SinkSuite.ts"
import * as MemoryPlace from "./MemoryPlace.ts"
import * as MemorySink from "./MemorySink.ts"
import * as World from "./World.ts"

interface Memory {
  readonly rows: Map<string, Row>
  readonly sink: Sink["Service"]
}

const opened = (layer: Layer.Layer<Sink>) =>
  Effect.map(Effect.scoped(Layer.build(layer)), (context) => Context.get(context, Sink))

const memory = Effect.suspend(() => {
  const rows = new Map<string, Row>()
  return Effect.map(opened(MemorySink.make(rows)), (sink): Memory => ({ rows, sink }))
})

const into = (...sinks: ReadonlyArray<Sink["Service"]>) => Effect.provideService(Sink, SeveralSinks.make(sinks))

const holding = (checkpoint: Checkpoint) =>
  Sink.of({ checkpoint: Effect.succeed(checkpoint), write: () => Effect.void })

const commonOf = (...held: ReadonlyArray<Checkpoint>) => SeveralSinks.make(held.map(holding)).checkpoint

describe("two sinks as one", () => {
  const layerOf = (rows: Map<string, Row>) => {
    const besides = new Map<string, Row>()
    const layers = [MemorySink.make(rows), MemorySink.make(besides)]
    return Layer.effect(
      Sink,
      Effect.gen(function* () {
        const both = SeveralSinks.make(yield* Effect.forEach(layers, opened))
        return Sink.of({
          ...both,
          write: (write) =>
            Effect.tap(both.write(write), () => Effect.sync(() => assert.deepStrictEqual(besides, rows)))
        })
      })
    )
  }
  for (const { name, run } of SinkSuite.cases(MemoryPlace.make(layerOf))) it.live(name, () => run)
})

const [first, second] = [World.first, "1970-03-02"] as const
const partitions = [first, second].map((day) => Partition.nameOf(Partition.ofDay(Kinds.conversations.layout, day)))
const [firstDay = "", secondDay = ""] = partitions

const keys = ({ rows }: Memory) => [...rows.keys()].toSorted()

const submitted = Effect.map(
  Simulator.use(({ journal }) => journal),
  ({ requests }) => requests.filter(({ method, path }) => method === "POST" && path.endsWith("/details/jobs")).length
)

/** One run over two days that are over, and how many jobs it took. */
const exported = Effect.gen(function* () {
  const before = yield* submitted
  const summary = yield* World.running(
    Exporter.conversations({ since: first, until: "1970-03-03", concurrency: 1 }),
    "1 minute"
  )
  return { ...summary, jobs: (yield* submitted) - before }
})

/** Both days are settled. */
const later = Effect.andThen(World.start, TestClock.adjust("12 days"))
const world = World.layer({ conversationsPerHour: 4 })

describe("an export into several", () => {
  it.effect("reads once what all of them get", () =>
    Effect.gen(function* () {
      yield* later
      const [one, other, alone] = [yield* memory, yield* memory, yield* memory]
      const single = yield* into(alone.sink)(exported)
      const both = yield* into(one.sink, other.sink)(exported)
      assert.deepStrictEqual(
        keys(one),
        [...(yield* World.truth([first, second])).keys()].map((id) => `conversations/${id}`).toSorted()
      )
      assert.deepStrictEqual(one.rows, other.rows)
      assert.deepStrictEqual(yield* one.sink.checkpoint, yield* other.sink.checkpoint)
      assert.deepStrictEqual([both.jobs, both.rows], [single.jobs, single.rows])
      const again = yield* into(one.sink, other.sink)(exported)
      assert.deepStrictEqual([again.jobs, again.done], [0, []])
    }).pipe(Effect.provide(world))
  )

  it.effect("puts nothing into any while one of them cannot be written, and all of it into all afterwards", () =>
    Effect.gen(function* () {
      yield* later
      const [one, other] = [yield* memory, yield* memory]
      const full = new SinkError({ sink: "full", lasting: true, message: "The disk is full." })
      const failing = Sink.of({
        ...other.sink,
        // After some rows, as a disk is full.
        write: ({ rows }) => Effect.andThen(Stream.runDrain(Stream.take(rows, 10)), Effect.fail(full))
      })
      const { failed, pending } = yield* into(one.sink, failing)(exported)
      assert.deepStrictEqual([failed.map(({ error }) => error), pending], [[full], 1])
      assert.strictEqual(one.rows.size, 0)
      assert.deepStrictEqual(yield* one.sink.checkpoint, {})
      const { done } = yield* into(one.sink, other.sink)(exported)
      assert.lengthOf(done, 2)
      assert.deepStrictEqual(one.rows, other.rows)
    }).pipe(Effect.provide(world))
  )

  it.effect("reads again what one of them lacks, or was not told of as late", () =>
    Effect.gen(function* () {
      yield* later
      const [one, other] = [yield* memory, yield* memory]
      yield* into(one.sink)(exported)
      assert.strictEqual((yield* into(one.sink, other.sink)(exported)).jobs, 2)
      assert.deepStrictEqual(keys(one), keys(other))
    }).pipe(Effect.provide(world))
  )
})

const entry = { source: "job", asOf: 10 * 86_400_000, rows: 3, running: 0, org: "ours" } as const

describe("what all of them have", () => {
  it.effect("of each partition is what the one has that is furthest behind", () =>
    Effect.gen(function* () {
      const old = { ...entry, asOf: entry.asOf - 1, rows: 2 }
      assert.deepStrictEqual(
        yield* commonOf({ [firstDay]: entry, [secondDay]: old }, { [firstDay]: old, [secondDay]: entry }),
        { [firstDay]: old, [secondDay]: old }
      )
    })
  )

  it.effect("of a day that one of them lacks is nothing: what it was before it began", () =>
    Effect.gen(function* () {
      const none = { source: "job" as const, asOf: Date.parse(first), rows: 0, running: 0, org: "ours" }
      assert.deepStrictEqual(yield* commonOf({ [firstDay]: { ...entry, jobs: 2, open: { a: "b" } } }, {}), {
        [firstDay]: none
      })
      // As of a list, which is read whole anyway: but nobody takes it to be whole.
      assert.deepStrictEqual(yield* commonOf({}, { queues: { ...entry, source: "list", whole: true } }), {
        queues: { ...entry, source: "list" }
      })
    })
  )

  it.effect("has the fields empty that are so in any of them, and is read anew", () =>
    Effect.gen(function* () {
      const found = yield* commonOf(
        { [firstDay]: { ...entry, redacted: ["dnis", "ani"] } },
        { [firstDay]: { ...entry, redacted: ["remote"] } }
      )
      assert.deepInclude(found[firstDay], { asOf: Date.parse(first), redacted: ["ani", "dnis", "remote"] })
      const same = { ...entry, redacted: ["ani"] }
      assert.deepStrictEqual(yield* commonOf({ [firstDay]: same }, { [firstDay]: same }), { [firstDay]: same })
    })
  )

  it.effect("is told of no others: two organizations, or two lists in one place, are refused", () =>
    Effect.gen(function* () {
      const orgs = yield* Effect.flip(commonOf({ [firstDay]: entry }, { [secondDay]: { ...entry, org: "theirs" } }))
      assert.include(orgs.message, "different organizations (ours, theirs)")
      const list = (listing: string) => ({ list_skills: { ...entry, source: "list" as const, listing } })
      assert.include((yield* Effect.flip(commonOf(list("a"), list("b")))).message, "different lists as list_skills")
      assert.deepStrictEqual(yield* commonOf(list("a"), list("a")), list("a"))
    })
  )
})
