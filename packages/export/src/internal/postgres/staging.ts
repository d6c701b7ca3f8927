/** Rows on their way into the database: put beside the tables while they are read, and taken over in one transaction. */
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import type * as SqlClient from "effect/sql/SqlClient"
import type { SqlError } from "effect/sql/SqlError"
import * as Stream from "effect/Stream"
import { hasDeletions, type Layout, tablesOf } from "../../Layout.ts"
import { nameOf, type Partition } from "../../Partition.ts"
import type { Entry } from "../../Checkpoint.ts"
import type { Row } from "../../Row.ts"
import * as Tables from "../../Tables.ts"
import { randomUUID } from "node:crypto"
import * as Storable from "./storable.ts"
import { Stored } from "./stored.ts"

/** Rows of one statement. */
const batch = 250

const staged = (layout: Layout) => {
  const flatten = Tables.of(layout)
  return (row: Row): Storable.Staged => {
    const { children, main } = flatten(row)
    return {
      key: row.key,
      as_of: new Date(row.asOf).toISOString(),
      raw: row.value,
      flat: { [layout.one]: main, ...children }
    }
  }
}

/** So long a database may take to forget rows that nobody needs: the next who writes the partition takes them away. */
const patience = "5 seconds"

export interface Filling<E, R, E2> {
  readonly partition: Partition
  readonly rows: Stream.Stream<Row, E, R>
  /** As it stands in the checkpoint. */
  readonly entry: Effect.Effect<string, E2>
}

/**
 * Puts the rows of one reading beside the tables, and then what the checkpoint shall say of them. When that fails, they are taken away
 * again. Answers which reading it is.
 */
export const fill = <E, R, E2>(
  sql: SqlClient.SqlClient,
  schema: string,
  { entry, partition, rows }: Filling<E, R, E2>
): Effect.Effect<string, E | E2 | SqlError, R> =>
  Effect.suspend(() => {
    const unit = nameOf(partition)
    const attempt = randomUUID()
    const stage = staged(partition.kind)
    let count = 0
    const insert = (chunk: ReadonlyArray<Row>) => {
      count += chunk.length
      return sql.unsafe(
        `INSERT INTO ${schema}.export_staging (partition, attempt, key, as_of, raw, flat)
         SELECT $1::text, $2::text, key, as_of, raw, flat
         FROM pg_catalog.jsonb_to_recordset($3::text::jsonb) AS r(key text, as_of timestamptz, raw jsonb, flat jsonb)`,
        [unit, attempt, Storable.stringify(chunk.map(stage))]
      )
    }
    const forget = sql.unsafe(
      `DELETE FROM ${schema}.export_staging WHERE partition = $1::text AND attempt = $2::text`,
      [unit, attempt]
    )
    const note = Effect.flatMap(entry, (text) =>
      sql.unsafe(
        `INSERT INTO ${schema}.export_readings (attempt, partition, rows, entry) VALUES ($1::text, $2::text, $3::int, $4::text::jsonb)`,
        [attempt, unit, count, text]
      )
    )
    return Stream.runForEachArray(Stream.rechunk(rows, batch), insert).pipe(
      Effect.andThen(note),
      Effect.as(attempt),
      Effect.onError(() => Effect.ignore(Effect.timeout(Effect.interruptible(forget), patience)))
    )
  })

/** Takes away what was left, within a transaction that nobody else writes beside. */
export const clear = (sql: SqlClient.SqlClient, schema: string) =>
  Effect.andThen(
    sql.unsafe(`DELETE FROM ${schema}.export_readings`),
    sql.unsafe(`DELETE FROM ${schema}.export_staging`)
  )

/** In bytes: what is smaller has room for the next rows. */
const large = 16 * 1024 * 1024

/** Whether there is much room that only rows took which are gone. */
export const isLarge = (sql: SqlClient.SqlClient, schema: string): Effect.Effect<boolean, SqlError> =>
  Effect.map(
    sql.unsafe(
      `SELECT 1 FROM pg_catalog.to_regclass('${schema}.export_staging') AS t
       WHERE pg_catalog.pg_total_relation_size(t) > ${large} AND pg_catalog.has_table_privilege(t, 'TRUNCATE')`
    ),
    (rows) => rows.length > 0
  )

/** Gives that back to the disk, within a transaction: not while anybody, in whichever process, puts rows there or has some there. */
export const shrink = Effect.fnUntraced(function* (sql: SqlClient.SqlClient, schema: string) {
  yield* sql.unsafe(`LOCK TABLE ${schema}.export_staging IN ACCESS EXCLUSIVE MODE NOWAIT`)
  const rows = yield* sql.unsafe(`SELECT 1 FROM ${schema}.export_staging LIMIT 1`)
  if (rows.length === 0) yield* sql.unsafe(`TRUNCATE ${schema}.export_staging`)
})

export interface Taking {
  readonly partition: Partition
  readonly attempt: string
  /** Whether it is what it was read for. */
  readonly isMeant: (entry: Entry) => boolean
}

const Found = Schema.Array(Schema.Struct({ entry: Stored }))
const decodeFound = Schema.decodeUnknownEffect(Found)

/**
 * Takes over the rows of one reading with its entry, within a transaction that nobody else writes beside. None if they are not all there:
 * the tables do not outlive a crash of the database, and whoever opens the sink empties them. What the entry says was put there by
 * whoever may write to the database, and comes in no other way.
 */
export const take = Effect.fnUntraced(function* (
  sql: SqlClient.SqlClient,
  schema: string,
  { attempt, isMeant, partition }: Taking
) {
  const unit = nameOf(partition)
  const rows = yield* sql.unsafe(
    `SELECT r.entry FROM ${schema}.export_readings r WHERE r.partition = $1::text AND r.attempt = $2::text
       AND r.rows = (SELECT pg_catalog.count(*) FROM ${schema}.export_staging s WHERE s.partition = $1::text AND s.attempt = $2::text)`,
    [unit, attempt]
  )
  const [found] = yield* Effect.orDie(decodeFound(rows))
  if (found === undefined || !isMeant(found.entry)) return Option.none()
  const { asOf, whole } = found.entry
  const missed = whole === true && hasDeletions(partition.kind) ? new Date(asOf).toISOString() : undefined
  const all = [unit, attempt, missed]
  for (const statement of takeOver(schema, partition.kind, missed !== undefined)) {
    yield* sql.unsafe(
      statement,
      all.filter((_, place) => statement.includes(`$${place + 1}`))
    )
  }
  return Option.some(found.entry)
})

/** As `Row.missed` says. What is missed again is of the later moment, too: an older listing does not bring it back. */
const missing = (schema: string, table: string, key: string) =>
  `UPDATE ${schema}.${table} t SET as_of = $3::timestamptz, deleted_at = COALESCE(t.deleted_at, $3::timestamptz)
   WHERE t.as_of <= $3::timestamptz AND NOT EXISTS (
     SELECT 1 FROM ${schema}.export_staging s WHERE s.partition = $1::text AND s.attempt = $2::text AND s.key = t.${key})`

/**
 * The statements that take the rows of a reading over, within a transaction. Their parameters are the partition, the reading and the
 * moment of one that is whole; not each has them. What else was left of the partition goes with them.
 * Functions and operators have their schema before them: of two, PostgreSQL takes the one that fits better, whoever made it.
 */
export const takeOver = (schema: string, layout: Layout, isWhole: boolean): ReadonlyArray<string> => {
  const [{ columns, deletions, key, name: table }, ...children] = tablesOf(layout)
  const names = Object.keys(columns)
  const sets = [...names, "as_of", "raw"].map((name) => `${name} = excluded.${name}`)
  const changed = `SELECT s.place FROM pg_temp.newer n JOIN ${schema}.export_staging s USING (place) WHERE n.differs`
  return [
    // The latest version of each row, where the one in the table is not later still.
    `CREATE TEMP TABLE newer ON COMMIT DROP AS
     SELECT n.place, n.key, t.raw IS DISTINCT FROM s.raw${deletions ? " OR t.deleted_at IS NOT NULL" : ""} AS differs
     FROM (SELECT DISTINCT ON (key) place, key, as_of FROM ${schema}.export_staging s WHERE s.partition = $1::text AND s.attempt = $2::text
           ORDER BY key, as_of DESC, place DESC) n
     JOIN ${schema}.export_staging s USING (place)
     LEFT JOIN ${schema}.${table} t ON t.${key} = n.key
     WHERE t.as_of IS NULL OR t.as_of <= n.as_of`,
    `UPDATE ${schema}.${table} t SET as_of = s.as_of
     FROM pg_temp.newer n JOIN ${schema}.export_staging s USING (place)
     WHERE NOT n.differs AND t.${key} = n.key AND t.as_of < s.as_of`,
    `INSERT INTO ${schema}.${table} (${[key, ...names, "as_of", "raw"].join(", ")})
     SELECT ${["s.key", ...names.map((name) => `f.${name}`), "s.as_of", "s.raw"].join(", ")}
     FROM ${schema}.export_staging s, pg_catalog.jsonb_populate_record(NULL::${schema}.${table}, s.flat OPERATOR(pg_catalog.->) '${layout.one}') f
     WHERE s.place IN (${changed})
     ON CONFLICT (${key}) DO UPDATE SET ${[...sets, ...(deletions ? ["deleted_at = NULL"] : [])].join(", ")}`,
    ...children.flatMap((child) => [
      `DELETE FROM ${schema}.${child.name} WHERE ${child.key} IN (SELECT key FROM pg_temp.newer WHERE differs)`,
      `INSERT INTO ${schema}.${child.name}
       SELECT f.* FROM ${schema}.export_staging s, pg_catalog.jsonb_populate_recordset(NULL::${schema}.${child.name}, s.flat OPERATOR(pg_catalog.->) '${child.name}') f
       WHERE s.place IN (${changed})`
    ]),
    ...(isWhole ? [missing(schema, table, key)] : []),
    `INSERT INTO ${schema}.export_checkpoint (partition, entry)
     SELECT r.partition, r.entry FROM ${schema}.export_readings r WHERE r.partition = $1::text AND r.attempt = $2::text
     ON CONFLICT (partition) DO UPDATE SET entry = excluded.entry`,
    `DELETE FROM ${schema}.export_readings r WHERE r.partition = $1::text`,
    `DELETE FROM ${schema}.export_staging s WHERE s.partition = $1::text`
  ]
}
