/**
 * One budget of calls for a fleet: whoever has the same token leases permits from the one runner of the cluster that keeps the token's
 * budgets. Needs runners of effect/cluster, each with `layerKeeper`; each replica has a `layer` for each org.
 */
import { Environment } from "@effect-genesys/auth/Environment"
import { RateLimit } from "@effect-genesys/client/RateLimit"
import type * as Sharding from "effect/cluster/Sharding"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { BudgetEntity, layerKeeper } from "./internal/budgetEntity.ts"
import * as Sharing from "./internal/sharing.ts"

/** What is taken for granted until the cluster has spoken. */
export interface Options {
  /** How many are taken to share the budget until the cluster has said so, which takes it some milliseconds. @default 3 */
  readonly replicas?: number
}

/**
 * The rate limit of an org, shared by all that have its token. A call that finds a permit costs no round trip. While the keeper
 * cannot be asked, each replica goes on with an equal part of what Genesys allows.
 */
export const layer = ({ replicas = 3 }: Options = {}): Layer.Layer<RateLimit, never, Sharding.Sharding | Environment> =>
  Layer.effect(
    RateLimit,
    Effect.gen(function* () {
      const { host } = new URL((yield* Environment).apiUrl)
      const keeper = yield* BudgetEntity.client
      return yield* Sharing.make({
        replicas,
        ask: (fingerprint, request) => keeper(`${host}/${fingerprint}`).Lease(request)
      })
    })
  )

/** Keeps the budgets that fall to this runner. Once for each runner, before the layers that ask it. */
export { layerKeeper }
