/**
 * One exporter for a schema of a database: an advisory lock of a session that is kept open. PostgreSQL gives it back when the
 * session ends, whatever the reason; also that of a process that is stopped, or of a machine that is cut off, after some seconds. What
 * such a process had begun to write is over before another one begins, and what it goes on with is refused.
 */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Schema from "effect/Schema"
import * as Scope from "effect/Scope"
import type * as SqlClient from "effect/sql/SqlClient"
import type { Connection } from "effect/sql/SqlConnection"
import type { SqlError } from "effect/sql/SqlError"
import { LockedError } from "../../ExportError.ts"

/** "genesys", which is ours among the advisory locks of the database. */
const family = 1_734_700_659
/** "genesyt": held by a transaction that writes. */
const writers = family + 1
/** A session of which nothing is heard for so long is ended by the server, from PostgreSQL 14 on. */
const silence = "8s"
const sign = "2 seconds"
/** Longer than a transaction of which nothing is heard is let be. */
const longestWrite = "20s"
/** A session whose process was killed is closed within moments. */
const attempts = 20
const pause = "250 millis"

const Taken = Schema.Array(Schema.Struct({ taken: Schema.Boolean, pid: Schema.Int }))

export interface PostgresLock {
  /**
   * First of all in a transaction that writes: makes sure that the lock is ours, whose session may have ended, and that nobody else
   * gets it until the transaction ends.
   */
  readonly fence: Effect.Effect<void, LockedError | SqlError>
}

/** The server ends the session when nothing is heard of it any more. */
const heard = Effect.fnUntraced(function* (connection: Connection) {
  const run = (statement: string) => connection.execute(statement, [], undefined)
  // The connection may be another one's next.
  const reset = Effect.andThen(run("SELECT pg_catalog.pg_advisory_unlock_all()"), run("RESET idle_session_timeout"))
  yield* Effect.addFinalizer(() => Effect.ignore(Effect.timeout(reset, "2 seconds")))
  yield* Effect.ignore(run(`SET idle_session_timeout = '${silence}'`))
  yield* Effect.andThen(Effect.sleep(sign), run("SELECT 1")).pipe(
    Effect.forever,
    Effect.ignore,
    Effect.provideService(Clock.Clock, Clock.Clock.defaultValue()),
    Effect.withTracerEnabled(false),
    Effect.forkScoped
  )
})

export const acquire = (
  sql: SqlClient.SqlClient,
  schema: string,
  sink: string
): Effect.Effect<PostgresLock, LockedError | SqlError, Scope.Scope> =>
  Effect.gen(function* () {
    const outer = yield* Effect.scope
    let session: { readonly pid: number; readonly scope: Scope.Closeable } | undefined

    const locked = new LockedError({
      sink,
      message: `Another exporter is at work on the schema ${schema} of ${sink}. Stop it, or give this one another schema.`
    })
    const fenceOff = sql.unsafe("SELECT pg_catalog.pg_advisory_xact_lock($1::int, pg_catalog.hashtext($2::text))", [
      writers,
      schema
    ])
    /** Those that had the lock before, and do not know that they have lost it. */
    const waitForWriters = Effect.andThen(sql.unsafe(`SET LOCAL lock_timeout = '${longestWrite}'`), fenceOff).pipe(
      sql.withTransaction,
      Effect.catch((error): Effect.Effect<never, LockedError | SqlError> =>
        Effect.fail(error.reason._tag === "LockTimeoutError" ? locked : error)
      )
    )

    const attempt = Effect.gen(function* () {
      const scope = yield* Scope.fork(outer)
      return yield* Effect.onError(attemptIn(scope), (cause) => Scope.close(scope, Exit.failCause(cause)))
    })
    const attemptIn = Effect.fnUntraced(function* (scope: Scope.Closeable) {
      const connection = yield* Scope.provide(sql.reserve, scope)
      const rows = yield* connection.execute(
        "SELECT pg_catalog.pg_try_advisory_lock($1::int, pg_catalog.hashtext($2::text)) AS taken, pg_catalog.pg_backend_pid() AS pid",
        [family, schema],
        undefined
      )
      const [found] = yield* Effect.orDie(Schema.decodeUnknownEffect(Taken)(rows))
      if (found?.taken !== true) {
        yield* Scope.close(scope, Exit.void)
        return false
      }
      session = { pid: found.pid, scope }
      yield* Scope.provide(heard(connection), scope)
      yield* waitForWriters
      return true
    })

    const take = Effect.gen(function* () {
      for (let count = 0; count < attempts; count++) {
        if (yield* attempt) return
        yield* Effect.sleep(pause)
      }
      return yield* locked
    }).pipe(Effect.provideService(Clock.Clock, Clock.Clock.defaultValue()))

    const isHeld = Effect.gen(function* () {
      if (session === undefined) return false
      const rows = yield* sql.unsafe(
        `SELECT 1 FROM pg_catalog.pg_locks l JOIN pg_catalog.pg_database d ON d.oid = l.database
         WHERE l.locktype = 'advisory' AND l.granted AND d.datname = pg_catalog.current_database()
           AND l.classid::bigint = $1::bigint AND l.objid = pg_catalog.hashtext($2::text)::bit(32)::bigint::oid AND l.pid = $3::int`,
        [family, schema, session.pid]
      )
      return rows.length > 0
    })

    const retake = Effect.gen(function* () {
      if (session !== undefined) yield* Effect.ignore(Scope.close(session.scope, Exit.void))
      session = undefined
      yield* take
    })

    yield* take
    return {
      fence: Effect.gen(function* () {
        if (!(yield* isHeld)) yield* retake
        yield* sql.unsafe(`SET LOCAL idle_in_transaction_session_timeout = '${silence}'`)
        yield* fenceOff
        // It may have been lost while others were waited for.
        if (!(yield* isHeld)) return yield* locked
      })
    }
  })
