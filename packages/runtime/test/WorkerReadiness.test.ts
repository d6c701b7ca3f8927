/** A worker whose job cannot be started by a defect is not ready, and says which job it is. */
import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as TestClock from "effect/testing/TestClock"
import { Worker } from "../src/Worker.ts"
import type { WorkerSettings } from "../src/WorkerSettings.ts"
import * as MemorySink from "../../export/test/MemorySink.ts"
import * as Workers from "./support/Workers.ts"

const watch = { name: "watch", kind: "watch", every: "1h" } as const
/** As no settings file may have it. */
const never: WorkerSettings = { jobs: [watch, { name: "never", kind: "watch", cron: "0 0 30 2 *" }] }

it.effect("a job whose time never comes makes the worker unready, until it is gone", () =>
  Effect.gen(function* () {
    const worker = yield* Worker
    yield* worker.apply(never)
    yield* TestClock.adjust("1 second")
    const reasons = yield* worker.unready
    assert.lengthOf(reasons, 1)
    assert.match(reasons[0]!, /^job never: it cannot be started, by a defect of this program, and is tried again at 19/)
    const { jobs } = yield* worker.status
    assert.strictEqual(jobs.find(({ name }) => name === "never")?.state, "broken")
    yield* worker.apply({ jobs: [watch] })
    assert.deepStrictEqual(yield* worker.unready, [])
  }).pipe(Effect.provide(Workers.inMemory({}, MemorySink.make(new Map()))))
)
