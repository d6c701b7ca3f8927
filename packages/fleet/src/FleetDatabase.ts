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
import * as Reactivity from "effect/reactivity/Reactivity"
import * as Schedule from "effect/Schedule"
import * as FleetSchema from "./internal/fleetSchema.ts"

/** How soon it is tried again. */
const pause = "2 seconds"
/** How long one try may take. */
const patience = "10 seconds"

/** How many connections there may be, and how safe they must be. */
export interface FleetDatabaseOptions extends PostgresUrl.PostgresUrlOptions {
  /**
   * At most so many, opened when they are needed, and closed a minute or two after that. A server allows 100 to all of its clients unless it is
   * told otherwise; who has to wait for one waits for some milliseconds. @default 10
   */
  readonly connections?: number | undefined
}

/** Tables that do not name their schema, such as those of `effect/cluster`, are in ours. */
const connectionsOf = (config: PgClient.PgPoolConfig, connections = 10) =>
  PgClient.layer({
    ...config,
    applicationName: config.applicationName ?? "effect-genesys fleet",
    maxConnections: connections,
    startupParameters: { search_path: FleetSchema.schema }
  })

/** Asks the database once, by a connection that is closed after that. */
const asked = <A>(
  config: PgClient.PgPoolConfig,
  what: (client: PgClient.PgClient) => Effect.Effect<A, FleetSchema.DatabaseFailure>
) =>
  Effect.flatMap(PgClient.make({ ...config, maxConnections: 1 }), what).pipe(
    Effect.scoped,
    Effect.mapError((error) => (error._tag === "DatabaseFailure" ? error : FleetSchema.failure(config, error))),
    Effect.timeoutOrElse({ duration: patience, orElse: () => Effect.fail(FleetSchema.silent(config)) }),
    Effect.provide(Reactivity.layer)
  )

/** Returns when it is there, with the schema of a fleet in it that nobody else can change. */
const ready = (config: PgClient.PgPoolConfig): Effect.Effect<void> => {
  let isSaid = false
  const say = ({ message }: FleetSchema.DatabaseFailure) =>
    Effect.suspend(() => {
      if (isSaid) return Effect.void
      isSaid = true
      return Effect.logWarning("the database of the fleet cannot be used yet; it is tried again").pipe(
        Effect.annotateLogs({ event: "fleet.database", reason: message })
      )
    })
  return asked(config, FleetSchema.make).pipe(
    Effect.tapError(say),
    Effect.retry(Schedule.spaced(pause)),
    // It is tried for ever.
    Effect.orDie
  )
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
      if (!(yield* asked(config, FleetSchema.isThere))) return yield* FleetSchema.none(config)
      return Layer.orDie(connectionsOf(config))
    })
  )

/** Has `genesys_fleet` for its search path. */
export const layer = (
  options: FleetDatabaseOptions
): Layer.Layer<PgClient.PgClient | SqlClient.SqlClient, ConfigurationError, FileSystem.FileSystem | Path.Path> =>
  Layer.unwrap(
    Effect.gen(function* () {
      const config = yield* PostgresUrl.parse(options)
      yield* ready(config)
      // It was there a moment ago.
      return Layer.orDie(connectionsOf(config, options.connections))
    })
  )
