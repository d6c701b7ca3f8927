/**
 * Who is told when a call has to wait: for its turn under the rate limit, for a token, or before it is sent again. For programs that
 * somebody looks at; nothing waits for what is told.
 */
import type { TokenManager } from "@effect-genesys/auth/TokenManager"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"

/** A call's wait: why, and for how long as far as that is known. */
export interface Wait {
  /** - `Turn`: of the calls that Genesys allows in a minute none is left. - `Again`: it is sent again. - `Token`: there is no token yet. */
  readonly reason: "Turn" | "Again" | "Token"
  /** How long, as far as it is known; a wait for a token is told once a second of it is over. */
  readonly millis: number | undefined
  /** What went wrong before, in a sentence or two. */
  readonly cause: string | undefined
}

/** Shorter waits are nobody's concern. */
export const shortest = 1_000

/** Told of each wait of at least a second, when it begins. @default nobody */
export const OnWait = Context.Reference<((wait: Wait) => void) | undefined>("@effect-genesys/client/OnWait", {
  defaultValue: () => undefined
})

/** Asks for a token, and tells of it if that takes its time, with why there is none yet as the last exchange said it. */
export const forToken = <A, E>(
  { status }: TokenManager["Service"],
  ask: Effect.Effect<A, E>,
  told: (wait: Wait) => void
): Effect.Effect<A, E> =>
  Effect.gen(function* () {
    const late = Effect.map(status, ({ lastOutcome }) =>
      told({ reason: "Token", millis: undefined, cause: lastOutcome?.message || undefined })
    )
    const fiber = yield* Effect.forkChild(Effect.delay(late, shortest))
    return yield* Effect.ensuring(ask, Fiber.interrupt(fiber))
  })
