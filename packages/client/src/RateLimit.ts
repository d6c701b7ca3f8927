/**
 * Lets calls go at the rate that Genesys allows a token. There is one beside each token manager, and all clients of that
 * manager share it; whoever shares a token between processes puts in one that leases its passes from a place they share.
 */
import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type * as Scope from "effect/Scope"
import type { RateBudget } from "./RateBudget.ts"
import { RatePacer } from "./RatePacer.ts"
import type { RatePass, RateRequest } from "./RatePass.ts"

/**
 * Lets each call go when Genesys allows it, and learns from each answer what it allows. `layer` is for one process.
 */
export class RateLimit extends Context.Service<
  RateLimit,
  {
    /**
     * Waits until a call may go. Callers of one budget leave in the order in which they came, and one that is interrupted
     * gives up its place. Each comes with the token in use: with another one, what was counted counts no more. It never
     * fails: who cannot ask others lets calls go by what the answers told it.
     */
    readonly acquire: (request: RateRequest) => Effect.Effect<RatePass>
    /**
     * What is left of each budget at that moment (milliseconds since 1970), as far as this process knows without asking: `*`
     * first. Metrics read it whenever somebody looks.
     */
    readonly describe: (now: number) => ReadonlyArray<RateBudget>
    /** Tells the kind of each budget, those that exist at once and others when they come to be, until the scope is closed. */
    readonly watch: (tell: (kind: string) => void) => Effect.Effect<void, never, Scope.Scope>
  }
>()("@effect-genesys/client/RateLimit") {
  /**
   * For the calls of this process alone: at once while the window is mostly unused, evenly when it is not. The calls of others
   * are known from the headers of the answers.
   */
  static readonly layer: Layer.Layer<RateLimit> = Layer.sync(RateLimit, () => RateLimit.of(new RatePacer()))
}
