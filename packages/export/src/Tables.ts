/**
 * The flat tables that people query, as the layout of a kind says: conversations, and their participants, sessions, segments and
 * metrics; and users. Rows within another are told apart by their place in it, counted from 0, because their ids may be absent. A
 * cell that Genesys did not send is null.
 */
import * as Schema from "effect/Schema"
import * as Column from "./Column.ts"
import * as Cell from "./internal/cell.ts"
import { type Child, type Flat, type Layout, tablesOf } from "./Layout.ts"
import type { Row } from "./Row.ts"

/** A row of a flat table, by the names of its columns. */
export type FlatRow = Readonly<Record<string, Column.Cell>>

/** One row in all tables of its kind. */
export interface FlatRows {
  readonly main: FlatRow
  /** By the name of the table. */
  readonly children: Readonly<Record<string, ReadonlyArray<FlatRow>>>
}

const cells = (columns: Flat["columns"], fields: Row["value"], into: Record<string, Column.Cell>): FlatRow => {
  for (const name in columns) into[name] = Column.read(columns[name]!, fields)
  return into
}

/** What it has a row for, each with its place. */
const itemsOf = (fields: Row["value"], { entries = false, from }: Child) => {
  const [outer, name] = typeof from === "string" ? [fields, from] : [Cell.within(fields, from[0]), from[1]]
  return entries ? Cell.entries(outer, name) : Cell.items(outer, name)
}

/** Makes them of the rows of a kind. */
export const of = (layout: Layout): ((row: Row) => FlatRows) => {
  const { table } = layout
  const [, ...inner] = tablesOf(layout)
  return ({ key, value }) => {
    const rows: Record<string, Array<FlatRow>> = Object.fromEntries(inner.map(({ name }) => [name, []]))
    const read = (children: ReadonlyArray<Child>, outer: FlatRow, fields: Row["value"]): void => {
      for (const child of children) {
        for (const [one, place] of itemsOf(fields, child)) {
          const known = { ...outer, [child.place]: place }
          rows[child.name]?.push(cells(child.columns, one, { ...known }))
          read(child.children ?? [], known, one)
        }
      }
    }
    const known = { [table.key]: key }
    read(table.children ?? [], known, value)
    return { main: cells(table.columns, value, { ...known }), children: rows }
  }
}

/** A row of a table as JSON. */
export const schemaOf = ({ columns, deletions, key, places }: Flat): Schema.Top =>
  Schema.Struct({
    [key]: Schema.String,
    ...Object.fromEntries(places.map((place) => [place, Schema.Int])),
    ...Object.fromEntries(Object.entries(columns).map(([name, column]) => [name, Column.documented(column)])),
    ...(deletions ? { deleted_at: Schema.optionalKey(Column.deletedAt) } : {})
  })
