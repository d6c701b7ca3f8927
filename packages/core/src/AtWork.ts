/** Counts what is at work, for whoever waits until nothing is. */
import * as Effect from "effect/Effect"
import * as Latch from "effect/Latch"

/** A count of what runs now. */
export interface AtWork {
  /** Counts it while it runs. */
  readonly counted: <A, E, R>(effect: Effect.Effect<A, E, R>) => Effect.Effect<A, E, R>
  /** How many run now. */
  readonly count: () => number
  /** Waits until none does. */
  readonly idle: Effect.Effect<void>
}

/** A new count, of nothing yet. */
export const make = (): AtWork => {
  const idle = Latch.makeUnsafe(true)
  let working = 0
  const began = Effect.sync(() => {
    working++
    idle.closeUnsafe()
  })
  const ended = Effect.sync(() => {
    working--
    if (working === 0) idle.openUnsafe()
  })
  return {
    counted: (effect) =>
      Effect.acquireUseRelease(
        began,
        () => effect,
        () => ended
      ),
    count: () => working,
    idle: idle.await
  }
}
