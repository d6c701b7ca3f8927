/**
 * What a view is, as data: the same words of SQL for PostgreSQL and for DuckDB. They use what both have, with the same meaning and the
 * same results. In PostgreSQL a view is replaced by one with the same columns and more: columns are only ever added, at the end.
 */
import * as Column from "../../Column.ts"
import type { Flat, Layout } from "../../Layout.ts"

/** What a cell of a column is, in SQL. */
export interface Expression {
  readonly sql: string
  /** What it tells, and in which unit. */
  readonly doc?: string | undefined
}

/** A view: its columns, and what they are read from. */
export interface View {
  readonly name: string
  /** What its rows are. */
  readonly doc: string
  /** In order. */
  readonly columns: Readonly<Record<string, Expression>>
  /** What follows the columns. Tables, lists and views of before are named by `at`. */
  readonly from: (at: (name: string) => string) => string
  /** The kinds that it joins and whose tables may not be there yet. */
  readonly lists: ReadonlyArray<Layout>
}

/** The day of a moment by the clocks of a time zone. @param zone an expression that is the name of the zone */
export const localDay = (moment: string, zone: string): string => `CAST(${moment} AT TIME ZONE ${zone} AS date)`

/** Of a table by its alias, under their own names. */
export const of = (alias: string, names: ReadonlyArray<string>): View["columns"] =>
  Object.fromEntries(names.map((name) => [name, { sql: `${alias}.${name}` }]))

/** A table that is not there yet: it has no rows. */
export const nothing = ({ columns, key, places }: Flat): string => {
  const cells = [
    [key, "text"],
    ...places.map((place) => [place, "int"]),
    ...Object.entries(columns).map(([name, column]) => [name, Column.sqlOf(column)]),
    ...(places.length === 0 ? [["as_of", "timestamptz"]] : [])
  ]
  return `(SELECT ${cells.map(([name, type]) => `CAST(NULL AS ${type}) AS ${name}`).join(", ")} WHERE false)`
}

/** The query of a view. */
export const queryOf = ({ columns, from }: View, at: (name: string) => string): string => {
  const cells = Object.entries(columns).map(([name, { sql }]) => `${sql} AS ${name}`)
  return `SELECT ${cells.join(",\n  ")}\n${from(at)}`
}
