/**
 * A worker that was told to end, and cannot give back what it holds, such as connections to a database that does not answer, ends all
 * the same: what it held is free when its leases are over.
 */
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"

/** Longer than it takes to hand over, and with the default `drain` within the 45 seconds that the workers of a fleet are given. */
const patience = "15 seconds"

/**
 * Answers what begins the wait, of so much more than the running jobs may still take, and begins it anew when they have ended sooner. It is
 * over with the scope. The clock is the process's own: another one may stand still.
 */
export const make: Effect.Effect<(drain: Duration.Input) => Effect.Effect<void>, never, Scope.Scope> = Effect.gen(
  function* () {
    let timer: NodeJS.Timeout | undefined
    yield* Effect.addFinalizer(() => Effect.sync(() => clearTimeout(timer)))
    return Effect.fnUntraced(function* (drain) {
      const context = yield* Effect.context()
      const longest = Duration.sum(Duration.fromInputUnsafe(drain), Duration.fromInputUnsafe(patience))
      clearTimeout(timer)
      timer = setTimeout(() => {
        Effect.runSyncWith(context)(
          Effect.logWarning("what the worker holds could not be given back in time; it ends all the same").pipe(
            Effect.annotateLogs({ event: "worker.cut-off" })
          )
        )
        process.exit(0)
      }, Duration.toMillis(longest))
    })
  }
)
