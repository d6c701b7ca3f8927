/** Sessions of the fleet's database: no statement is waited for without an end, and a lock is held by a transaction. */
import * as Place from "@effect-genesys/export/PostgresPlace"
import type * as PgClient from "@effect/sql-pg/PgClient"
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import type { Connection } from "effect/sql/SqlConnection"
import type { SqlError } from "effect/sql/SqlError"
import * as FleetSchema from "./fleetSchema.ts"
import { DatabaseFailure, family } from "./fleetSchema.ts"

/** The session of whoever holds a lock. */
class Session extends Context.Reference<Connection | undefined>("@effect-genesys/fleet/Session", {
  defaultValue: () => undefined
}) {}

/** For one statement. */
const patience = Duration.seconds(5)
/** For a lock, and for a connection, which may be with somebody who holds one: longer than an exchange with the login host takes. */
const lockPatience = Duration.seconds(20)

export const make = (client: PgClient.PgClient) => {
  const sql = client.withoutTransforms()
  const place = Place.placeOf(client.config)
  const prepare = FleetSchema.make(client)

  const bounded = <A, R>(effect: Effect.Effect<A, SqlError | DatabaseFailure, R>, within = patience) =>
    Effect.timeoutOrElse(effect, {
      duration: within,
      orElse: () =>
        Effect.fail(new DatabaseFailure({ message: `${place} has not answered within ${Duration.format(within)}` }))
    }).pipe(
      Effect.mapError((error) => (error._tag === "DatabaseFailure" ? error : FleetSchema.failureOf(client, error)))
    )

  const run = (
    connection: Connection,
    statement: string,
    parameters: ReadonlyArray<unknown> = [],
    within?: Duration.Duration
  ) => bounded(connection.execute(statement, parameters, undefined), within)

  /** In the session of the lock, if there is one. */
  const query = Effect.fnUntraced(function* (statement: string, parameters: ReadonlyArray<unknown> = []) {
    const session = yield* Session
    if (session !== undefined) return yield* run(session, statement, parameters)
    return yield* bounded(Effect.andThen(prepare, sql.unsafe(statement, parameters)))
  })

  /** The lock is the transaction's: it is given back when that ends, in whatever way. */
  const begin = Effect.fnUntraced(function* (connection: Connection, name: string) {
    yield* run(connection, "BEGIN")
    yield* run(connection, "SELECT pg_catalog.set_config('lock_timeout', $1::text, true)", [
      String(Duration.toMillis(lockPatience))
    ])
    const lock = "SELECT pg_catalog.pg_advisory_xact_lock($1::int, pg_catalog.hashtext($2::text))"
    yield* run(connection, lock, [family, name], Duration.sum(lockPatience, patience))
  })
  const rollBack = (connection: Connection) => Effect.ignore(run(connection, "ROLLBACK"))

  /** Runs the effect, whose queries are in the transaction, while nobody else runs one for that name. Only the wait can be interrupted from outside. */
  const withLock = <R>(name: string, use: Effect.Effect<void, never, R>): Effect.Effect<void, DatabaseFailure, R> =>
    Effect.scoped(
      Effect.gen(function* () {
        const connection = yield* Effect.interruptible(
          Effect.andThen(bounded(prepare), bounded(sql.reserve, lockPatience))
        )
        yield* Effect.onError(Effect.interruptible(begin(connection, name)), () => rollBack(connection))
        const exit = yield* Effect.exit(Effect.provideService(use, Session, connection))
        yield* Exit.isSuccess(exit) ? run(connection, "COMMIT") : rollBack(connection)
        yield* exit
      })
    )

  return { client, place, prepare, query, withLock }
}

export type Sessions = ReturnType<typeof make>
