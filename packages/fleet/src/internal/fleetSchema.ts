/** The schema of a fleet in its database: made when it is first used, and used only if nobody else can change what is there. */
import * as Place from "@effect-genesys/export/PostgresPlace"
import * as Trust from "@effect-genesys/export/PostgresTrust"
import type * as PgClient from "@effect/sql-pg/PgClient"
import * as Data from "effect/Data"
import * as Effect from "effect/Effect"
import * as Semaphore from "effect/Semaphore"
import type * as SqlClient from "effect/sql/SqlClient"
import type { SqlError } from "effect/sql/SqlError"

/** Why the database cannot be used, in words without a secret. */
export class DatabaseFailure extends Data.TaggedError("DatabaseFailure")<{ readonly message: string }> {}

export const schema = "genesys_fleet"
/** "gfle", which is ours among the advisory locks of the database. */
export const family = 1_734_765_669

const tables = ["token", "job", "budget", "worker"]
/** What came to a table later than the table. */
const later = ["job.rests_for"]
const statements = [
  // Two that begin at once would both make it.
  `SELECT pg_catalog.pg_advisory_xact_lock(${family}, 0)`,
  "SET LOCAL search_path TO pg_catalog, pg_temp",
  `CREATE SCHEMA IF NOT EXISTS ${schema}`,
  `CREATE TABLE IF NOT EXISTS ${schema}.token (
    name text PRIMARY KEY, entry text NOT NULL, changed_at timestamptz NOT NULL DEFAULT pg_catalog.clock_timestamp())`,
  `COMMENT ON TABLE ${schema}.token IS 'The token of each OAuth client, sealed with its secret.'`,
  `CREATE TABLE IF NOT EXISTS ${schema}.job (
    name text PRIMARY KEY, runner text, since timestamptz, due_at timestamptz, began_at timestamptz, ended_at timestamptz,
    done boolean NOT NULL DEFAULT true, failures int NOT NULL DEFAULT 0, rests_until timestamptz)`,
  `ALTER TABLE ${schema}.job ADD COLUMN IF NOT EXISTS rests_for text`,
  `COMMENT ON TABLE ${schema}.job IS 'Which worker has each job, and the run that was begun last.'`,
  `CREATE TABLE IF NOT EXISTS ${schema}.budget (
    name text PRIMARY KEY, runner text NOT NULL, since timestamptz NOT NULL, workers int NOT NULL)`,
  `COMMENT ON TABLE ${schema}.budget IS 'Which worker leases the calls of each token to those that share it.'`,
  `CREATE TABLE IF NOT EXISTS ${schema}.worker (
    address text PRIMARY KEY, process text NOT NULL, "group" text NOT NULL, settings text, seen_at timestamptz NOT NULL)`,
  `COMMENT ON TABLE ${schema}.worker IS 'Which process is at each address, and the name of its settings.'`
]

export const failure = (config: PgClient.PgClientConfig, error: SqlError): DatabaseFailure =>
  new DatabaseFailure({ message: `${Place.placeOf(config)} cannot be used: ${Place.reasonOf(error)}` })

export const silent = (config: PgClient.PgClientConfig): DatabaseFailure =>
  new DatabaseFailure({ message: `${Place.placeOf(config)} does not answer.` })

export const none = (config: PgClient.PgClientConfig): DatabaseFailure =>
  new DatabaseFailure({
    message: `There is no fleet in ${Place.placeOf(config)}: no worker has run with --cluster there. Check the URL of the database.`
  })

export const failureOf = ({ config }: PgClient.PgClient, error: SqlError): DatabaseFailure => failure(config, error)

/** Whether a fleet has ever been in this database. */
export const isThere = (client: PgClient.PgClient): Effect.Effect<boolean, DatabaseFailure> =>
  Effect.mapError(haveAll(client.withoutTransforms(), [`${schema}.token`]), (error) => failureOf(client, error))

/** Whether all tables of these names are there. */
export const haveAll = (sql: SqlClient.SqlClient, names: ReadonlyArray<string>): Effect.Effect<boolean, SqlError> =>
  Effect.map(
    sql.unsafe("SELECT 1 FROM pg_catalog.unnest($1::text[]) AS name WHERE pg_catalog.to_regclass(name) IS NULL", [
      names
    ]),
    (missing) => missing.length === 0
  )

const areThere = (sql: SqlClient.SqlClient) =>
  haveAll(
    sql,
    tables.map((table) => `${schema}.${table}`)
  )

/** Whether the tables are as they are here: those of an earlier version lack something. */
const areCurrent = Effect.fnUntraced(function* (sql: SqlClient.SqlClient) {
  if (!(yield* areThere(sql))) return false
  const found = yield* sql.unsafe(
    `SELECT 1 FROM pg_catalog.pg_attribute a, pg_catalog.unnest($1::text[]) AS l
     WHERE a.attrelid = pg_catalog.to_regclass('${schema}.' || pg_catalog.split_part(l, '.', 1))
       AND a.attname = pg_catalog.split_part(l, '.', 2) AND NOT a.attisdropped`,
    [later]
  )
  return found.length === later.length
})

/** Sees to it that it is there. What has failed is tried again by the next one. */
export const make = (client: PgClient.PgClient): Effect.Effect<void, DatabaseFailure> => {
  const sql = client.withoutTransforms()
  const one = Semaphore.makeUnsafe(1)
  let isReady = false

  const trusted = Effect.gen(function* () {
    const { distrust } = yield* Trust.ask(sql, schema, Place.placeOf(client.config))
    if (distrust !== undefined) return yield* new DatabaseFailure({ message: distrust })
  })
  const prepare = Effect.gen(function* () {
    yield* trusted
    // Whoever may only read and write them need not be allowed to make them.
    if (!(yield* areCurrent(sql))) {
      yield* sql.withTransaction(Effect.forEach(statements, (statement) => sql.unsafe(statement), { discard: true }))
      yield* trusted
    }
    isReady = true
  }).pipe(Effect.mapError((error) => (error._tag === "DatabaseFailure" ? error : failureOf(client, error))))

  return Effect.suspend(() =>
    isReady ? Effect.void : one.withPermits(1)(Effect.suspend(() => (isReady ? Effect.void : prepare)))
  )
}
