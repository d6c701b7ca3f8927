/**
 * The database of a fleet: a pool of connections to the URL that a setting holds, as safe as `export/PostgresUrl` makes it. What is waited for
 * in the beginning is waited for with a word: in a deployment, the database may be up later than the workers.
 */
import type { ConfigurationError } from "@effect-genesys/core/ConfigurationError"
import * as PostgresUrl from "@effect-genesys/export/PostgresUrl"
import * as PgClient from "@effect/sql-pg/PgClient"
import * as Effect from "effect/Effect"
import type * as FileSystem from "effect/FileSystem"
import * as Layer from "effect/Layer"
import type * as Path from "effect/Path"
import type * as SqlClient from "effect/sql/SqlClient"
import type { SqlError } from "effect/sql/SqlError"
import * as Reactivity from "effect/reactivity/Reactivity"
import * as FleetSchema from "./internal/fleetSchema.ts"

/** How soon it is tried again. */
const pause = "2 seconds"

/** Tables that do not name their schema, such as those of `effect/cluster`, are in ours. */
const connectionsOf = (config: PgClient.PgPoolConfig) =>
  PgClient.layer({
    ...config,
    applicationName: config.applicationName ?? "effect-genesys fleet",
    maxConnections: 10,
    startupParameters: { search_path: FleetSchema.schema }
  })

/** Returns when it is there, with the schema of a fleet in it that nobody else can change. */
const ready = (config: PgClient.PgPoolConfig): Effect.Effect<void> => {
  let isSaid = false
  const attempt = Effect.scoped(
    Effect.flatMap(PgClient.make({ ...config, maxConnections: 1 }), (client) => FleetSchema.make(client))
  )
  const loop: Effect.Effect<void> = Effect.catch(attempt, (error) => {
    const { message } = error._tag === "DatabaseFailure" ? error : FleetSchema.failure(config, error)
    const said = isSaid
      ? Effect.void
      : Effect.logWarning("the database of the fleet cannot be used yet; it is tried again").pipe(
          Effect.annotateLogs({ event: "fleet.database", reason: message })
        )
    isSaid = true
    return Effect.andThen(
      said,
      Effect.andThen(
        Effect.sleep(pause),
        Effect.suspend(() => loop)
      )
    )
  }).pipe(Effect.provide(Reactivity.layer))
  return loop
}

/** For whoever only looks: nothing is made, and nothing waited for. */
export const layerOutside = (
  options: PostgresUrl.PostgresUrlOptions
): Layer.Layer<
  PgClient.PgClient | SqlClient.SqlClient,
  ConfigurationError | FleetSchema.DatabaseFailure,
  FileSystem.FileSystem | Path.Path
> =>
  Layer.unwrap(
    Effect.gen(function* () {
      const config = yield* PostgresUrl.parse(options)
      const asFailure = (error: SqlError | FleetSchema.DatabaseFailure) =>
        error._tag === "DatabaseFailure" ? error : FleetSchema.failure(config, error)
      const isThere = Effect.scoped(
        Effect.flatMap(PgClient.make({ ...config, maxConnections: 1 }), FleetSchema.isThere)
      ).pipe(Effect.mapError(asFailure), Effect.provide(Reactivity.layer))
      if (!(yield* isThere)) return yield* FleetSchema.none(config)
      return Layer.orDie(connectionsOf(config))
    })
  )

/** Has `genesys_fleet` for its search path. */
export const layer = (
  options: PostgresUrl.PostgresUrlOptions
): Layer.Layer<PgClient.PgClient | SqlClient.SqlClient, ConfigurationError, FileSystem.FileSystem | Path.Path> =>
  Layer.unwrap(
    Effect.gen(function* () {
      const config = yield* PostgresUrl.parse(options)
      yield* ready(config)
      // It was there a moment ago.
      return Layer.orDie(connectionsOf(config))
    })
  )
