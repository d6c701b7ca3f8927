/** A pool of connections of its own to a database that `PostgresUrl` finds safe. */
import * as NodeFileSystem from "@effect/platform-node/NodeFileSystem"
import * as NodePath from "@effect/platform-node/NodePath"
import * as PgClient from "@effect/sql-pg/PgClient"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { SinkError } from "../../ExportError.ts"
import * as Place from "../../PostgresPlace.ts"
import * as PostgresUrl from "../../PostgresUrl.ts"

export const layer = (options: PostgresUrl.PostgresUrlOptions, maxConnections = 10) =>
  Layer.unwrap(
    Effect.map(PostgresUrl.parse(options), (config) =>
      PgClient.layer({
        ...config,
        maxConnections,
        applicationName: config.applicationName ?? "effect-genesys export"
      }).pipe(
        Layer.catch((error) =>
          Layer.effectContext(
            Effect.fail(
              new SinkError({
                sink: "PostgreSQL",
                message: `PostgreSQL cannot be reached: ${Place.reasonOf(error)}. Check the URL, and whether it is up.`,
                cause: error
              })
            )
          )
        )
      )
    )
  ).pipe(Layer.provide([NodeFileSystem.layer, NodePath.layer]))
