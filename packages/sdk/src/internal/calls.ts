/**
 * Effects that run for callers with promises, and end together. Each runs with the services of whoever made the set.
 */
import * as Cause from "effect/Cause"
import type * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"

export interface Calls {
  /** Rejects with the error of the effect; with `ended()` if the set has ended meanwhile, or before. */
  readonly run: <A, E>(effect: Effect.Effect<A, E>) => Promise<A>
  /** Interrupts what runs and waits until it has gone. */
  readonly end: Effect.Effect<void>
}

export const make = (context: Context.Context<never>, ended: () => unknown): Calls => {
  const fork = Effect.runForkWith(context)
  const running = new Set<Fiber.Fiber<unknown, unknown>>()
  let over = false
  return {
    run: (effect) =>
      new Promise((resolve, reject) => {
        if (over) {
          reject(ended())
          return
        }
        const fiber = fork(effect)
        running.add(fiber)
        fiber.addObserver((exit) => {
          running.delete(fiber)
          if (Exit.isSuccess(exit)) resolve(exit.value)
          else reject(Cause.hasInterruptsOnly(exit.cause) ? ended() : Cause.squash(exit.cause))
        })
      }),
    end: Effect.suspend(() => {
      over = true
      return Fiber.interruptAll(running)
    })
  }
}
