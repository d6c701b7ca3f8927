/** Rows on their way into the database: put beside the tables while they are read, and taken over in one transaction. */
import * as Effect from "effect/Effect"
import type * as SqlClient from "effect/sql/SqlClient"
import type { SqlError } from "effect/sql/SqlError"
import * as Stream from "effect/Stream"
import type { Kind } from "../../Partition.ts"
import type { Row } from "../../Row.ts"
import * as Tables from "../../Tables.ts"
import * as Storable from "./storable.ts"

/** Rows of one statement. */
const batch = 250

const flatOf = { conversations: Tables.ofConversationRow, users: (row: Row) => ({ user: Tables.ofUserRow(row) }) }

const staged =
  (kind: Kind) =>
  (row: Row): Storable.Staged => ({
    key: row.key,
    as_of: new Date(row.asOf).toISOString(),
    raw: row.value,
    flat: flatOf[kind](row)
  })

export const fill = <E, R>(
  sql: SqlClient.SqlClient,
  schema: string,
  kind: Kind,
  partition: string,
  rows: Stream.Stream<Row, E, R>
): Effect.Effect<void, E | SqlError, R> => {
  const insert = (chunk: ReadonlyArray<Row>) =>
    sql.unsafe(
      `INSERT INTO ${schema}.export_staging (partition, key, as_of, raw, flat)
       SELECT $1::text, key, as_of, raw, flat
       FROM pg_catalog.jsonb_to_recordset($2::text::jsonb) AS r(key text, as_of timestamptz, raw jsonb, flat jsonb)`,
      [partition, Storable.stringify(chunk.map(staged(kind)))]
    )
  return Effect.andThen(
    sql.unsafe(`DELETE FROM ${schema}.export_staging WHERE partition = $1::text`, [partition]),
    Stream.runForEachArray(Stream.rechunk(rows, batch), insert)
  )
}

const children = ["participants", "sessions", "segments", "metrics"] as const
const main = {
  conversations: {
    table: "conversations",
    flat: "conversation",
    key: "conversation_id",
    columns:
      "day, conversation_start, conversation_end, originating_direction, conversation_initiator, external_tag, division_ids"
  },
  users: {
    table: "users",
    flat: "user",
    key: "id",
    columns: "name, email, username, department, title, state, division_id, division_name, version"
  }
} as const

/**
 * The statements that take the rows of a partition over, within a transaction. Each has the partition as its parameter, or none.
 * Functions and operators have their schema before them: of two, PostgreSQL takes the one that fits better, whoever made it.
 */
export const takeOver = (schema: string, kind: Kind): ReadonlyArray<string> => {
  const { columns, flat, key, table } = main[kind]
  const names = columns.split(", ")
  const isPartition = `s.partition = $1::text`
  const changed = `SELECT s.place FROM pg_temp.newer n JOIN ${schema}.export_staging s USING (place) WHERE n.differs`
  const flattened = kind === "users" ? [] : children
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
    `INSERT INTO ${schema}.${table} (${key}, ${columns}, as_of, raw)
     SELECT s.key, ${names.map((name) => `f.${name}`).join(", ")}, s.as_of, s.raw
     FROM ${schema}.export_staging s, pg_catalog.jsonb_populate_record(NULL::${schema}.${table}, s.flat OPERATOR(pg_catalog.->) '${flat}') f
     WHERE s.place IN (${changed})
     ON CONFLICT (${key}) DO UPDATE SET ${[...names, "as_of", "raw"].map((name) => `${name} = excluded.${name}`).join(", ")}`,
    ...flattened.flatMap((child) => [
      `DELETE FROM ${schema}.${child} WHERE conversation_id IN (SELECT key FROM pg_temp.newer WHERE differs)`,
      `INSERT INTO ${schema}.${child}
       SELECT f.* FROM ${schema}.export_staging s, pg_catalog.jsonb_populate_recordset(NULL::${schema}.${child}, s.flat OPERATOR(pg_catalog.->) '${child}') f
       WHERE s.place IN (${changed})`
    ]),
    `DELETE FROM ${schema}.export_staging s WHERE ${isPartition}`
  ]
}
