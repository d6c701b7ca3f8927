/** The tables of `effect/cluster`, made where the search path begins. A role that may not make tables uses those that another one has made. */
import { ConfigurationError } from "@effect-genesys/core/ConfigurationError"
import * as Place from "@effect-genesys/export/PostgresPlace"
import * as SqlMessageStorage from "effect/cluster/SqlMessageStorage"
import * as SqlRunnerStorage from "effect/cluster/SqlRunnerStorage"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as SqlClient from "effect/sql/SqlClient"
import { isSqlError } from "effect/sql/SqlError"
import { haveAll } from "./fleetSchema.ts"

const tables = ["cluster_runners", "cluster_locks", "cluster_messages", "cluster_replies"]

const migrations = Layer.merge(SqlMessageStorage.layerMigrations({}), SqlRunnerStorage.layerMigrations({}))

const pause = "2 seconds"

const isForOthers = Effect.fnUntraced(function* (sql: SqlClient.SqlClient) {
  const mayNot = yield* sql.unsafe(
    "SELECT 1 WHERE NOT pg_catalog.has_schema_privilege(pg_catalog.current_schema(), 'CREATE')"
  )
  return mayNot.length > 0 && (yield* haveAll(sql, tables))
})

const reasonOf = (cause: Cause.Cause<unknown>): string => {
  const error = Cause.squash(cause)
  if (isSqlError(error)) return Place.reasonOf(error)
  return error instanceof Error ? error.message : "it is not known why"
}

/** A database that was there a moment ago, and is started anew, say. */
const passes = (cause: Cause.Cause<unknown>): boolean => {
  const error = Cause.squash(cause)
  return isSqlError(error) && !Place.isLasting(error)
}

const made: Effect.Effect<void, ConfigurationError, SqlClient.SqlClient> = Effect.gen(function* () {
  if (yield* isForOthers((yield* SqlClient.SqlClient).withoutTransforms())) return
  yield* Effect.scoped(Layer.build(migrations))
}).pipe(
  Effect.catchCause((cause) => {
    if (Cause.hasInterruptsOnly(cause)) return Effect.interrupt
    if (passes(cause)) {
      return Effect.logWarning("the database of the fleet cannot be used yet; it is tried again").pipe(
        Effect.annotateLogs({ event: "fleet.database", reason: reasonOf(cause) }),
        Effect.andThen(Effect.sleep(pause)),
        Effect.andThen(Effect.suspend(() => made))
      )
    }
    return Effect.fail(
      new ConfigurationError({
        setting: "cluster",
        message: `The tables by which the workers of the fleet know of each other cannot be made in its database: ${reasonOf(cause)}. Let a role that may make tables start one worker.`
      })
    )
  })
)

export const layer: Layer.Layer<never, ConfigurationError, SqlClient.SqlClient> = Layer.effectDiscard(made)
