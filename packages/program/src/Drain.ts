/** Lets a unit of work finish when the program is told to stop, but not for ever. */
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"

/**
 * Runs the effect in a fiber of its own. An interruption first waits for it to end by itself, at most for `within`; then
 * it is interrupted.
 */
export const finishing =
  (within: Duration.Input) =>
  <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
    Effect.uninterruptibleMask((restore) =>
      Effect.flatMap(Effect.forkChild(Effect.interruptible(effect)), (fiber) =>
        restore(Fiber.join(fiber)).pipe(
          Effect.onInterrupt(() =>
            Effect.logInfo("stopping; the running call is finished first").pipe(
              Effect.annotateLogs({ event: "stopping" }),
              Effect.andThen(Fiber.await(fiber)),
              Effect.timeoutOrElse({ duration: within, orElse: () => Fiber.interrupt(fiber) })
            )
          )
        )
      )
    )
