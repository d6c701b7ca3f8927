/**
 * The memory of a worker over many simulated hours, after collections. `PROVE=1`: 24 hours, jobs every five minutes, and what heap
 * snapshots hold; else 8 hours, every two hours, and what V8 counts.
 */
import { assert, it } from "@effect/vitest"
import * as Day from "@effect-genesys/export/Day"
import type { Row } from "@effect-genesys/export/Row"
import { Simulator } from "@effect-genesys/simulator/Simulator"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as TestClock from "effect/testing/TestClock"
import { text } from "node:stream/consumers"
import { getHeapSnapshot, getHeapStatistics, setFlagsFromString } from "node:v8"
import { runInNewContext } from "node:vm"
import * as MemorySink from "../../../packages/export/test/MemorySink.ts"
import * as World from "../../../packages/export/test/World.ts"
import { Worker } from "../src/Worker.ts"
import * as Workers from "./support/Workers.ts"

const prove = process.env["PROVE"] !== undefined
const minutes = prove ? 5 : 120
const length = prove ? 24 : 8
const hour = 3_600_000
const since = World.first

setFlagsFromString("--expose-gc")
const collect: () => void = runInNewContext("gc")

const collected = Effect.promise(() => {
  collect()
  return new Promise((resolve) => setImmediate(resolve))
})

const Snapshot = Schema.Struct({
  snapshot: Schema.Struct({ meta: Schema.Struct({ node_fields: Schema.Array(Schema.String) }) })
})

/** The sizes of all that is in a heap snapshot. Its nodes are numbers in a row, so many for each. */
const ofSnapshot = Effect.promise(async () => {
  const { nodes, ...head }: { readonly nodes: ReadonlyArray<number> } = JSON.parse(await text(getHeapSnapshot()))
  const fields = Schema.decodeUnknownSync(Snapshot)(head).snapshot.meta.node_fields
  let bytes = 0
  for (let at = fields.indexOf("self_size"); at < nodes.length; at += fields.length) bytes += nodes[at]!
  return bytes
})

/** Bytes of what is still in use. Finalizers and weak references take more than one collection. */
const inUse = Effect.repeat(collected, { times: 2 }).pipe(
  Effect.andThen(prove ? ofSnapshot : Effect.sync(() => getHeapStatistics().used_heap_size))
)

it.effect(
  `stays flat within 10 % over ${length} hours`,
  () =>
    Effect.gen(function* () {
      const rows = new Map<string, Row>()
      const every = `${minutes}m`
      const sink = { _tag: "ndjson", place: "memory" } as const
      const day = Effect.gen(function* () {
        const worker = yield* Worker
        const simulator = yield* Simulator
        yield* worker.apply({
          jobs: [
            { name: "conversations", kind: "conversations", every, sink, since },
            { name: "users", kind: "users", every, sink },
            { name: "watch", kind: "watch", every },
            { name: "failing", kind: "command", every, command: ["false"] }
          ]
        })
        const start = Day.start(since) + 48 * hour
        const heaps: Array<number> = []
        for (let hours = 4; hours <= length + 4; hours += 4) {
          yield* Workers.passing(start + hours * hour, prove ? 5_000 : 30_000, Effect.void)
          // What the simulator and the sink keep is theirs.
          yield* simulator.clearJournal
          rows.clear()
          yield* simulator.revokeTokens
          heaps.push(yield* inUse)
        }
        const { jobs } = yield* worker.status
        // One that fails is tried again after a quarter of an hour, and a quarter of that, at most.
        for (const { kind, runs } of jobs) {
          assert.isAbove(runs, (length * 60) / (kind === "command" ? Math.max(minutes, 19) : minutes))
        }
        return heaps
      })
      yield* World.start
      yield* TestClock.adjust("48 hours")
      const heaps = yield* Effect.provide(
        day,
        Workers.inMemory({ conversationsPerHour: 2, users: 30 }, MemorySink.make(rows))
      )
      // The first four hours warm up code and caches.
      const [first = 0, ...others] = heaps
      console.log(heaps.map((bytes) => Math.round(bytes / 1000)))
      for (const bytes of others) assert.isAtMost(bytes, first * 1.1)
    }),
  600_000
)
