/**
 * What a view is, as data: the same words of SQL for PostgreSQL and for DuckDB. They use what both have, with the same meaning and the
 * same results. In PostgreSQL a view is replaced by one with the same columns and more: columns are only ever added, at the end.
 */
import type { Layout } from "../../Layout.ts"

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
  /** Those that it joins and that may not be there yet. Of these it reads texts: `id` and `name`. */
  readonly lists: ReadonlyArray<Layout>
}

/** Of a table by its alias, under their own names. */
export const of = (alias: string, names: ReadonlyArray<string>): View["columns"] =>
  Object.fromEntries(names.map((name) => [name, { sql: `${alias}.${name}` }]))

/** A list that is not there yet: nothing has a name. */
export const nothing = "(SELECT CAST(NULL AS text) AS id, CAST(NULL AS text) AS name WHERE false)"

/** The query of a view. */
export const queryOf = ({ columns, from }: View, at: (name: string) => string): string => {
  const cells = Object.entries(columns).map(([name, { sql }]) => `${sql} AS ${name}`)
  return `SELECT ${cells.join(",\n  ")}\n${from(at)}`
}
