/**
 * Who is told when a call has to wait: for its turn under the rate limit, for a token, or before it is sent again. For programs that
 * somebody looks at; nothing waits for what is told.
 */
import * as Context from "effect/Context"

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
