/** The tables of a kind in PostgreSQL, made of its layout. */
import * as Column from "../../Column.ts"
import { type Flat, type Layout, tablesOf } from "../../Layout.ts"

/** As a literal. */
export const text = (value: string): string => `'${value.replaceAll("'", "''")}'`

export const comments = (schema: string, { name }: Flat, columns: Flat["columns"]): ReadonlyArray<string> =>
  Object.entries(columns).flatMap(([column, { doc }]) =>
    doc === undefined ? [] : [`COMMENT ON COLUMN ${schema}.${name}.${column} IS ${text(doc)}`]
  )

export const index = (schema: string, { name }: Pick<Flat, "name">, columns: ReadonlyArray<string>): string =>
  `CREATE INDEX ON ${schema}.${name} (${columns.join(", ")})`

/** Of a main table whose rows are marked. */
export const deletedAt = "deleted_at timestamptz"

export const table = (schema: string, flat: Flat): ReadonlyArray<string> => {
  const { columns, deletions, indexes, key, name, places } = flat
  const isMain = places.length === 0
  const cells = [
    `${key} text ${isMain ? "PRIMARY KEY" : "NOT NULL"}`,
    ...places.map((place) => `${place} int NOT NULL`),
    ...Object.entries(columns).map(
      ([column, one]) => `${column} ${Column.sqlOf(one)}${Column.isRequired(one) ? " NOT NULL" : ""}`
    ),
    ...(isMain
      ? ["as_of timestamptz NOT NULL", "raw jsonb NOT NULL", ...(deletions ? [deletedAt] : [])]
      : [`PRIMARY KEY (${[key, ...places].join(", ")})`])
  ]
  return [
    `CREATE TABLE ${schema}.${name} (${cells.join(", ")})`,
    ...indexes.map((one) => index(schema, flat, one)),
    ...comments(schema, flat, columns)
  ]
}

export const create = (schema: string, layout: Layout): ReadonlyArray<string> =>
  tablesOf(layout).flatMap((one) => table(schema, one))
