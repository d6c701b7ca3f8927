/** What a call shows to the `RateLimit` before it goes, and what it is given there. */
import type { AccessToken } from "@effect-genesys/auth/AccessToken"
import type * as Effect from "effect/Effect"
import type * as Headers from "effect/http/Headers"

/** A call that wants to go. */
export interface RateRequest {
  /** Its path, such as `/api/v2/users/…`: some kinds of resources have a budget of their own. */
  readonly path: string
  /** The token in use. Genesys counts the calls of each token by themselves. */
  readonly token: AccessToken
  /** Is told at most once, if the call has to wait: when its turn is likely to come, in milliseconds since 1970. */
  readonly onWait?: ((turnAt: number) => void) | undefined
}

/** A call that may go, once, now. */
export interface RatePass {
  /** Tells what the headers of its answer say, right when they have come. */
  readonly answered: (headers: Headers.Headers) => Effect.Effect<void>
  /** Tells that Genesys refused it because of its rate: no call of its budget goes before then, in milliseconds since 1970. */
  readonly refused: (until: number) => Effect.Effect<void>
}
