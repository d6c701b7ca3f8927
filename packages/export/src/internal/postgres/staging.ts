/** Rows on their way into the database: put beside the tables while they are read, and taken over in one transaction. */
import * as Effect from "effect/Effect"
import type * as SqlClient from "effect/sql/SqlClient"
import type { SqlError } from "effect/sql/SqlError"
import * as Stream from "effect/Stream"
import { type Layout, tablesOf } from "../../Layout.ts"
import { nameOf, type Partition } from "../../Partition.ts"
import type { Row } from "../../Row.ts"
import * as Tables from "../../Tables.ts"
import * as Storable from "./storable.ts"

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

export const fill = <E, R>(
  sql: SqlClient.SqlClient,
  schema: string,
  partition: Partition,
  rows: Stream.Stream<Row, E, R>
): Effect.Effect<void, E | SqlError, R> => {
  const unit = nameOf(partition)
  const stage = staged(partition.kind)
  const insert = (chunk: ReadonlyArray<Row>) =>
    sql.unsafe(
      `INSERT INTO ${schema}.export_staging (partition, key, as_of, raw, flat)
       SELECT $1::text, key, as_of, raw, flat
       FROM pg_catalog.jsonb_to_recordset($2::text::jsonb) AS r(key text, as_of timestamptz, raw jsonb, flat jsonb)`,
      [unit, Storable.stringify(chunk.map(stage))]
    )
  return Effect.andThen(
    sql.unsafe(`DELETE FROM ${schema}.export_staging WHERE partition = $1::text`, [unit]),
    Stream.runForEachArray(Stream.rechunk(rows, batch), insert)
  )
}

/**
 * The statements that take the rows of a partition over, within a transaction. Each has the partition as its parameter, or none.
 * Functions and operators have their schema before them: of two, PostgreSQL takes the one that fits better, whoever made it.
 */
export const takeOver = (schema: string, layout: Layout): ReadonlyArray<string> => {
  const [{ columns, key, name: table }, ...children] = tablesOf(layout)
  const names = Object.keys(columns)
  const isPartition = `s.partition = $1::text`
  const changed = `SELECT s.place FROM pg_temp.newer n JOIN ${schema}.export_staging s USING (place) WHERE n.differs`
  return [
    // The latest version of each row, where the one in the table is not later still.
    `CREATE TEMP TABLE newer ON COMMIT DROP AS
     SELECT n.place, n.key, t.raw IS DISTINCT FROM s.raw AS differs
     FROM (SELECT DISTINCT ON (key) place, key, as_of FROM ${schema}.export_staging s WHERE ${isPartition}
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
     ON CONFLICT (${key}) DO UPDATE SET ${[...names, "as_of", "raw"].map((name) => `${name} = excluded.${name}`).join(", ")}`,
    ...children.flatMap((child) => [
      `DELETE FROM ${schema}.${child.name} WHERE ${child.key} IN (SELECT key FROM pg_temp.newer WHERE differs)`,
      `INSERT INTO ${schema}.${child.name}
       SELECT f.* FROM ${schema}.export_staging s, pg_catalog.jsonb_populate_recordset(NULL::${schema}.${child.name}, s.flat OPERATOR(pg_catalog.->) '${child.name}') f
       WHERE s.place IN (${changed})`
    ]),
    `DELETE FROM ${schema}.export_staging s WHERE ${isPartition}`
  ]
}
