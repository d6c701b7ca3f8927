/**
 * The memory of a worker over 24 simulated hours, from what V8 says is in use after a collection. `PROVE=1`: jobs every
 * five minutes; else every hour.
 */
import { assert, it } from "@effect/vitest"
import * as Day from "@effect-genesys/export/Day"
import type { Row } from "@effect-genesys/export/Row"
import { Simulator } from "@effect-genesys/simulator/Simulator"
import * as Effect from "effect/Effect"
import * as TestClock from "effect/testing/TestClock"
import { getHeapStatistics, setFlagsFromString } from "node:v8"
import { runInNewContext } from "node:vm"
import * as MemorySink from "../../export/test/MemorySink.ts"
import * as World from "../../export/test/World.ts"
import { Worker } from "../src/Worker.ts"
import * as Workers from "./support/Workers.ts"

const minutes = process.env["PROVE"] === undefined ? 60 : 5
const hour = 3_600_000
const since = World.first

setFlagsFromString("--expose-gc")
const collect: () => void = runInNewContext("gc")

const collected = Effect.promise(() => {
  collect()
  return new Promise((resolve) => setImmediate(resolve))
})

/** Bytes of what is still in use. Finalizers and weak references take more than one collection. */
const inUse = Effect.repeat(collected, { times: 2 }).pipe(Effect.map(() => getHeapStatistics().used_heap_size))

it.effect(
  "stays flat within 10 % over 24 hours",
  () =>
    Effect.gen(function* () {
      const rows = new Map<string, Row>()
      const every = `${minutes}m`
      const sink = { ndjson: "memory" }
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
        for (let hours = 4; hours <= 28; hours += 4) {
          yield* Workers.passing(start + hours * hour, 5_000, Effect.void)
          // What the simulator and the sink keep is theirs.
          yield* simulator.clearJournal
          rows.clear()
          yield* simulator.revokeTokens
          heaps.push(yield* inUse)
        }
        const { jobs } = yield* worker.status
        for (const { runs } of jobs) assert.isAbove(runs, 24)
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
