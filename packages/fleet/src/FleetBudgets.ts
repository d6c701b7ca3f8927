/**
 * Who keeps the budget of which token, noted in the database of the fleet for whoever looks. Without this layer, budgets are kept all the
 * same, and nobody is told.
 */
import * as PgClient from "@effect/sql-pg/PgClient"
import * as ShardingConfig from "effect/cluster/ShardingConfig"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Cluster from "./Cluster.ts"
import { schema } from "./internal/fleetSchema.ts"
import * as Session from "./internal/session.ts"

/** One budget that a worker keeps for all that share its token. */
export interface Kept {
  /** The host of the API and the fingerprint of the token, with a `/` between them. */
  readonly name: string
  /** The worker that keeps it. */
  readonly runner: string
  /** How many workers share it. */
  readonly workers: number
}

/** Where it is noted who keeps which budget; nowhere by default. */
export class FleetBudgets extends Context.Reference<{
  /** Answers whether it is noted. */
  readonly kept: (kept: Kept) => Effect.Effect<boolean>
  readonly left: (kept: Pick<Kept, "name" | "runner">) => Effect.Effect<void>
}>("@effect-genesys/fleet/FleetBudgets", {
  defaultValue: () => ({ kept: () => Effect.succeed(true), left: () => Effect.void })
}) {
  static readonly layer: Layer.Layer<never, never, PgClient.PgClient | ShardingConfig.ShardingConfig> = Layer.effect(
    FleetBudgets,
    Effect.gen(function* () {
      const { query } = Session.make(yield* PgClient.PgClient)
      const { runnerAddress } = yield* ShardingConfig.ShardingConfig
      // Who looks sees it a little later, or an old one.
      const note = (statement: string, parameters: ReadonlyArray<unknown>) =>
        Effect.isSuccess(Effect.withTracerEnabled(query(statement, parameters), false))
      // A process that was killed here has left some.
      if (Option.isSome(runnerAddress)) {
        yield* note(`DELETE FROM ${schema}.budget WHERE runner = $1::text`, [Cluster.nameOf(runnerAddress.value)])
      }
      return {
        kept: ({ name, runner, workers }) =>
          note(
            `INSERT INTO ${schema}.budget AS b (name, runner, since, workers) VALUES ($1::text, $2::text, pg_catalog.now(), $3::int)
             ON CONFLICT (name) DO UPDATE SET runner = excluded.runner, workers = excluded.workers,
               since = CASE WHEN b.runner = excluded.runner THEN b.since ELSE excluded.since END`,
            [name, runner, workers]
          ),
        left: ({ name, runner }) =>
          Effect.asVoid(
            note(`DELETE FROM ${schema}.budget WHERE name = $1::text AND runner = $2::text`, [name, runner])
          )
      }
    })
  )
}
