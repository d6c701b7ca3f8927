/** Rows on their way into the database: put beside the tables while they are read, and taken over in one transaction. */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type * as SqlClient from "effect/sql/SqlClient"
import type { SqlError } from "effect/sql/SqlError"
import * as Stream from "effect/Stream"
import { type Layout, tablesOf } from "../../Layout.ts"
import { nameOf, type Partition } from "../../Partition.ts"
import type { Row } from "../../Row.ts"
import * as Tables from "../../Tables.ts"
import { randomUUID } from "node:crypto"
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

/** So long a database may take to forget rows that nobody needs: the next who writes the partition takes them away. */
const patience = "5 seconds"

/** One reading of a partition: its name, and how many rows it has put there. */
export interface Reading {
  readonly attempt: string
  readonly rows: number
}

/** Puts the rows of one reading beside the tables. When they fail, they are taken away again. */
export const fill = <E, R>(
  sql: SqlClient.SqlClient,
  schema: string,
  partition: Partition,
  rows: Stream.Stream<Row, E, R>
): Effect.Effect<Reading, E | SqlError, R> =>
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
    return Stream.runForEachArray(Stream.rechunk(rows, batch), insert).pipe(
      Effect.map(() => ({ attempt, rows: count })),
      Effect.onError(() => Effect.ignore(Effect.timeout(Effect.interruptible(forget), patience)))
    )
  })

/** Takes away what was left of a partition. */
export const clear = (sql: SqlClient.SqlClient, schema: string, partition: Partition) =>
  sql.unsafe(`DELETE FROM ${schema}.export_staging WHERE partition = $1::text`, [nameOf(partition)])

const Counted = Schema.NonEmptyArray(Schema.Struct({ count: Schema.Int }))

/**
 * Takes over the rows of one reading, within a transaction. False if there are not as many as were put there: the table does not outlive
 * a crash of the database, and whoever opens the sink empties it.
 */
export const take = Effect.fnUntraced(function* (
  sql: SqlClient.SqlClient,
  schema: string,
  partition: Partition,
  { attempt, rows }: Reading
) {
  const unit = nameOf(partition)
  const found = yield* sql.unsafe(
    `SELECT pg_catalog.count(*)::int AS count FROM ${schema}.export_staging WHERE partition = $1::text AND attempt = $2::text`,
    [unit, attempt]
  )
  const [{ count }] = yield* Effect.orDie(Schema.decodeUnknownEffect(Counted)(found))
  if (count !== rows) return false
  for (const statement of takeOver(schema, partition.kind)) {
    const parameters = [unit, attempt].filter((_, place) => statement.includes(`$${place + 1}`))
    yield* sql.unsafe(statement, parameters)
  }
  return true
})

/**
 * The statements that take the rows of a reading over, within a transaction. Their parameters are the partition and the reading; not
 * each has them. What else was left of the partition goes with them.
 * Functions and operators have their schema before them: of two, PostgreSQL takes the one that fits better, whoever made it.
 */
export const takeOver = (schema: string, layout: Layout): ReadonlyArray<string> => {
  const [{ columns, key, name: table }, ...children] = tablesOf(layout)
  const names = Object.keys(columns)
  const changed = `SELECT s.place FROM pg_temp.newer n JOIN ${schema}.export_staging s USING (place) WHERE n.differs`
  return [
    // The latest version of each row, where the one in the table is not later still.
    `CREATE TEMP TABLE newer ON COMMIT DROP AS
     SELECT n.place, n.key, t.raw IS DISTINCT FROM s.raw AS differs
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
     ON CONFLICT (${key}) DO UPDATE SET ${[...names, "as_of", "raw"].map((name) => `${name} = excluded.${name}`).join(", ")}`,
    ...children.flatMap((child) => [
      `DELETE FROM ${schema}.${child.name} WHERE ${child.key} IN (SELECT key FROM pg_temp.newer WHERE differs)`,
      `INSERT INTO ${schema}.${child.name}
       SELECT f.* FROM ${schema}.export_staging s, pg_catalog.jsonb_populate_recordset(NULL::${schema}.${child.name}, s.flat OPERATOR(pg_catalog.->) '${child.name}') f
       WHERE s.place IN (${changed})`
    ]),
    `DELETE FROM ${schema}.export_staging s WHERE s.partition = $1::text`
  ]
}
