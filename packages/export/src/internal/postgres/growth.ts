/**
 * What the layout of a kind has that its tables have not, because it came later: tables, columns and indexes are added, and filled
 * from the raw rows, all at once or not at all. What a layout has no more is left as it is.
 */
import * as ExactNumber from "@effect-genesys/client/ExactNumber"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type * as SqlClient from "effect/sql/SqlClient"
import * as Column from "../../Column.ts"
import { SinkError } from "../../ExportError.ts"
import { type Flat, type Layout, tablesOf } from "../../Layout.ts"
import * as Tables from "../../Tables.ts"
import * as Definition from "./definition.ts"
import { ownNames } from "./migrations.ts"
import * as Storable from "./storable.ts"

/** Rows of one statement. */
const batch = 250

/** Columns that are not there, or are of another type. */
const amiss = `
  SELECT w.table_name, w.column_name, c.oid IS NOT NULL AS has_table, pg_catalog.to_regtype(w.type)::text AS wanted,
    pg_catalog.format_type(a.atttypid, NULL) AS found
  FROM pg_catalog.jsonb_to_recordset($2::text::jsonb) AS w(table_name text, column_name text, type text)
  LEFT JOIN pg_catalog.pg_namespace n ON n.nspname = $1::name
  LEFT JOIN pg_catalog.pg_class c ON c.relnamespace = n.oid AND c.relname = w.table_name
  LEFT JOIN pg_catalog.pg_attribute a
    ON a.attrelid = c.oid AND a.attname = w.column_name AND a.attnum > 0 AND NOT a.attisdropped
  WHERE a.atttypid IS NULL OR a.atttypid <> pg_catalog.to_regtype(w.type)`

const Amiss = Schema.Array(
  Schema.Struct({
    table_name: Schema.String,
    column_name: Schema.String,
    has_table: Schema.Boolean,
    wanted: Schema.String,
    found: Schema.NullOr(Schema.String)
  })
)

/** The columns of each index of some tables, in order. */
const indexed = `
  SELECT c.relname::text AS table_name, pg_catalog.string_agg(a.attname::text, ',' ORDER BY k.place) AS columns
  FROM pg_catalog.pg_index i
  JOIN pg_catalog.pg_class c ON c.oid = i.indrelid
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  CROSS JOIN pg_catalog.unnest(i.indkey::int2[]) WITH ORDINALITY AS k(number, place)
  JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum = k.number
  WHERE n.nspname = $1::name AND c.relname IN (SELECT pg_catalog.jsonb_array_elements_text($2::text::jsonb))
  GROUP BY c.relname, i.indexrelid`

const Indexed = Schema.Array(Schema.Struct({ table_name: Schema.String, columns: Schema.String }))

const wantedOf = ({ columns, deletions, key, name, places }: Flat) =>
  [
    ...(deletions ? [["deleted_at", "timestamptz"] as const] : []),
    [key, "text"] as const,
    ...places.map((place) => [place, "int"] as const),
    ...Object.entries(columns).map(([column, one]) => [column, Column.sqlOf(one)] as const)
  ].map(([column, type]) => ({ table_name: name, column_name: column, type }))

/** Statements that fill the columns of a main table, and the tables within, for rows of which the raw ones were read. */
const refilling = (schema: string, layout: Layout): ReadonlyArray<string> => {
  const [main, ...children] = tablesOf(layout)
  const rows = "pg_catalog.jsonb_to_recordset($1::text::jsonb) AS r(key text, flat jsonb)"
  const set = Object.keys(main.columns).map((name) => `${name} = f.${name}`)
  return [
    `UPDATE ${schema}.${main.name} t SET ${set.join(", ")}
     FROM ${rows}, pg_catalog.jsonb_populate_record(NULL::${schema}.${main.name}, r.flat OPERATOR(pg_catalog.->) '${layout.one}') f
     WHERE t.${main.key} = r.key`,
    ...children.flatMap((child) => [
      `DELETE FROM ${schema}.${child.name} WHERE ${child.key} IN (SELECT r.key FROM ${rows})`,
      `INSERT INTO ${schema}.${child.name}
       SELECT f.* FROM ${rows}, pg_catalog.jsonb_populate_recordset(NULL::${schema}.${child.name}, r.flat OPERATOR(pg_catalog.->) '${child.name}') f`
    ])
  ]
}

const decodeValue = Schema.decodeUnknownSync(Schema.Record(Schema.String, Schema.Unknown))

/** Reads every raw row, and writes what is made of it. */
const refill = Effect.fnUntraced(function* (sql: SqlClient.SqlClient, schema: string, layout: Layout) {
  const { key, name } = tablesOf(layout)[0]
  const flatten = Tables.of(layout)
  const statements = refilling(schema, layout)
  const page = (after: string | undefined) =>
    sql.unsafe<{ readonly key: string; readonly raw: string }>(
      `SELECT ${key} AS key, raw::text AS raw FROM ${schema}.${name}
       ${after === undefined ? "" : `WHERE ${key} > $1::text`} ORDER BY ${key} LIMIT ${batch}`,
      after === undefined ? [] : [after]
    )
  let rows = yield* page(undefined)
  while (rows.length > 0) {
    const staged = rows.map(({ key: id, raw }) => {
      const { children, main } = flatten({ key: id, asOf: 0, value: decodeValue(ExactNumber.parse(raw)) })
      return { key: id, as_of: "", raw: null, flat: { [layout.one]: main, ...children } }
    })
    const parameter = Storable.stringify(staged)
    for (const statement of statements) yield* sql.unsafe(statement, [parameter])
    rows = yield* page(rows.at(-1)?.key)
  }
})

type Found = typeof Amiss.Type

/** What only somebody can mend: a column that is another one than the layout says, or has to be there to tell the rows apart. */
const wrongOf = (found: Found, tables: ReadonlyArray<Flat>, name: string, sink: string): string | undefined => {
  const other = found.find((one) => one.found !== null)
  if (other !== undefined) {
    const table = `${name}.${other.table_name}`
    if (other.column_name === "deleted_at")
      return (
        `The column deleted_at of ${table} in ${sink} is ${other.found}, and ${other.wanted} is needed. ` +
        `Its values are nowhere else: say ALTER TABLE ${table} ALTER COLUMN deleted_at TYPE ${other.wanted} USING deleted_at::${other.wanted}.`
      )
    return (
      `The column ${other.column_name} of ${table} in ${sink} is ${other.found}, and ${other.wanted} is needed. ` +
      `Its values are in the raw rows, too: say ALTER TABLE ${table} DROP COLUMN ${other.column_name}, and it is made anew and filled.`
    )
  }
  for (const table of tables) {
    const isKey = (column: string) => column === table.key || table.places.includes(column)
    const lost = found.find((one) => one.table_name === table.name && one.has_table && isKey(one.column_name))
    if (lost !== undefined) {
      const todo =
        table.places.length === 0
          ? "Put it back as it was, or use another schema."
          : `Say DROP TABLE ${name}.${table.name} CASCADE, and it is made anew and filled from the raw rows, and so are the views of this program that read it.`
      return `The table ${name}.${table.name} in ${sink} has no ${lost.column_name}, by which its rows are known. ${todo}`
    }
  }
  return undefined
}

/** Adds what is missing. To change tables takes rights that a loader need not have: they are asked for only then. */
export const bringUpToDate = Effect.fnUntraced(function* (
  sql: SqlClient.SqlClient,
  name: string,
  layout: Layout,
  sink: string
) {
  const schema = `"${name}"`
  const tables = tablesOf(layout)
  const read = <A>(rows: Schema.Codec<A>, statement: string, parameter: unknown) =>
    Effect.flatMap(sql.unsafe(statement, [name, JSON.stringify(parameter)]), (found) =>
      Effect.orDie(Schema.decodeUnknownEffect(rows)(found))
    )
  const found = yield* read(Amiss, amiss, tables.flatMap(wantedOf))
  const isAway = (table: Flat) => found.some((one) => one.table_name === table.name && !one.has_table)
  // Rows that somebody took away are not made up: the first write says so.
  if (isAway(tables[0])) return
  const message = wrongOf(found, tables, name, sink)
  if (message !== undefined) return yield* new SinkError({ sink, message, lasting: true })

  const [added, present] = [tables.filter(isAway), tables.filter((table) => !isAway(table))]
  const grown = present.map((table) => {
    const isMissing = (column: string) =>
      found.some((one) => one.table_name === table.name && one.column_name === column)
    const columns = Object.entries(table.columns).filter(([column]) => isMissing(column))
    return { table, columns: Object.fromEntries(columns) }
  })
  const columns = grown.flatMap(({ columns: some, table }) =>
    Object.entries(some).map(([column, one]) => ({ table: table.name, column, one }))
  )
  const there = yield* read(
    Indexed,
    indexed,
    tables.map((table) => table.name)
  )
  const hasIndex = (table: Flat, index: ReadonlyArray<string>) =>
    there.some((one) => one.table_name === table.name && one.columns === index.join(","))
  const indexes = present.flatMap((table) =>
    table.indexes.filter((one) => !hasIndex(table, one)).map((one) => Definition.index(schema, table, one))
  )
  const unmarked = present.filter(
    ({ deletions, name: table }) =>
      deletions && found.some((one) => one.table_name === table && one.column_name === "deleted_at")
  )
  if (added.length + columns.length + indexes.length + unmarked.length === 0) return

  const alter = ({ table }: { readonly table: string }, what: string) => `ALTER TABLE ${schema}.${table} ${what}`
  const required = columns.filter(({ one }) => Column.isRequired(one))
  const all = (statements: ReadonlyArray<string>) =>
    Effect.forEach(statements, (statement) => sql.unsafe(statement), { discard: true })
  yield* Effect.gen(function* () {
    yield* sql.unsafe(ownNames)
    yield* all(
      grown.flatMap(({ columns: some, table }) => {
        const additions = Object.entries(some).map(([column, one]) => `ADD COLUMN ${column} ${Column.sqlOf(one)}`)
        return additions.length === 0 ? [] : [alter({ table: table.name }, additions.join(", "))]
      })
    )
    yield* all(unmarked.map((table) => alter({ table: table.name }, `ADD COLUMN ${Definition.deletedAt}`)))
    yield* all(added.flatMap((table) => Definition.table(schema, table)))
    if (added.length + columns.length > 0) yield* refill(sql, schema, layout)
    yield* all(required.map((one) => alter(one, `ALTER COLUMN ${one.column} SET NOT NULL`)))
    yield* all(grown.flatMap((one) => Definition.comments(schema, one.table, one.columns)))
    yield* all(indexes)
  }).pipe(sql.withTransaction)
  yield* Effect.logInfo("the tables were brought up to date").pipe(
    Effect.annotateLogs({
      event: "export.tables",
      kind: layout.name,
      tables: added.map((table) => table.name),
      columns: columns.map(({ column, table }) => `${table}.${column}`)
    })
  )
})
