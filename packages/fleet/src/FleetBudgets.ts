/**
 * Who keeps the budget of which token, noted in the database of the fleet for whoever looks. Without this layer, budgets are kept all the
 * same, and nobody is told.
 */
import * as PgClient from "@effect/sql-pg/PgClient"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { schema } from "./internal/fleetSchema.ts"
import * as Session from "./internal/session.ts"

export interface Kept {
  /** The host of the API and the fingerprint of the token, with a `/` between them. */
  readonly name: string
  /** The worker that keeps it. */
  readonly runner: string
  /** How many workers share it. */
  readonly workers: number
}

export class FleetBudgets extends Context.Reference<{
  readonly kept: (kept: Kept) => Effect.Effect<void>
  readonly left: (kept: Pick<Kept, "name" | "runner">) => Effect.Effect<void>
}>("@effect-genesys/fleet/FleetBudgets", {
  defaultValue: () => ({ kept: () => Effect.void, left: () => Effect.void })
}) {
  static readonly layer: Layer.Layer<never, never, PgClient.PgClient> = Layer.effect(
    FleetBudgets,
    Effect.map(PgClient.PgClient, (client) => {
      const { query } = Session.make(client)
      // Who looks sees it a little later, or an old one.
      const note = (statement: string, parameters: ReadonlyArray<unknown>) =>
        Effect.ignore(Effect.withTracerEnabled(query(statement, parameters), false))
      return {
        kept: ({ name, runner, workers }) =>
          note(
            `INSERT INTO ${schema}.budget AS b (name, runner, since, workers) VALUES ($1::text, $2::text, pg_catalog.now(), $3::int)
             ON CONFLICT (name) DO UPDATE SET runner = excluded.runner, workers = excluded.workers,
               since = CASE WHEN b.runner = excluded.runner THEN b.since ELSE excluded.since END`,
            [name, runner, workers]
          ),
        left: ({ name, runner }) =>
          note(`DELETE FROM ${schema}.budget WHERE name = $1::text AND runner = $2::text`, [name, runner])
      }
    })
  )
}
