/** A simulated org with its clock in the hands of the test, and what an exporter of it must have. */
import { Simulator } from "@effect-genesys/simulator/Simulator"
import type { Conversation } from "@effect-genesys/simulator/api/Conversation"
import type { SimulatorOptions } from "@effect-genesys/simulator/SimulatorOptions"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as NodeServices from "@effect/platform-node/NodeServices"
import * as Stream from "effect/Stream"
import * as TestClock from "effect/testing/TestClock"
import * as Stack from "../../client/test/Stack.ts"

export const layer = (options: SimulatorOptions = {}) => Layer.merge(Stack.layer(options), NodeServices.layer)

/** The clock of the test starts in 1970; this is the first day of a world of some months. */
export const first = "1970-03-01"
export const start = TestClock.setTime(Date.parse(`${first}T00:00:00Z`))

/** By conversationId. */
export const truth = (days: ReadonlyArray<string>) =>
  Effect.gen(function* () {
    const simulator = yield* Simulator
    const rows = new Map<string, Conversation>()
    for (const day of days) {
      yield* Stream.runForEach(simulator.truth(day), (row) => Effect.sync(() => rows.set(row.conversationId, row)))
    }
    return rows
  })

/**
 * Lets the clock run, a step at a time, while something is done that also waits for disks and the like: for so many real
 * milliseconds at each step, if it is said.
 */
export const running = <A, E, R>(effect: Effect.Effect<A, E, R>, step: Duration.Input = "1 second", real?: number) =>
  Effect.gen(function* () {
    const fiber = yield* Effect.forkChild(effect, { startImmediately: true })
    while (fiber.pollUnsafe() === undefined) {
      yield* TestClock.adjust(step)
      yield* Effect.promise(
        () => new Promise((resolve) => (real === undefined ? setImmediate(resolve) : setTimeout(resolve, real)))
      )
    }
    return yield* Fiber.join(fiber)
  })
