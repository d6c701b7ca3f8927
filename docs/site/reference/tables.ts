/** The data dictionary: every table and view of a copy, of the layouts that make them. */
import * as Column from "@effect-genesys/export/Column"
import * as Kinds from "@effect-genesys/export/Kinds"
import { type Flat, tablesOf } from "@effect-genesys/export/Layout"
import * as Views from "@effect-genesys/export/Views"
import { cell, code, page, table, text } from "./markdown.ts"

type Row = readonly [name: string, type: string, from: string, doc: string]

const fromOf = ({ from }: Column.Column) => (typeof from === "string" ? from : from.join("."))

const rowsOf = ({ columns, deletions, key, places }: Flat): ReadonlyArray<Row> => [
  [key, "text", "", "What the row is known by"],
  ...places.map((place): Row => [place, "integer", "", "The place in the list that it is of, counted from 0"]),
  ...Object.entries(columns).map(([name, column]): Row => [
    name,
    Column.sqlOf(column),
    fromOf(column),
    column.doc ?? ""
  ]),
  ...(deletions
    ? [["deleted_at", "timestamptz", "", "When it was first seen that it is gone; null while it is there"] as const]
    : [])
]

const flat = (one: Flat, level: string) => [
  `${level} ${one.name}`,
  table(
    ["column", "type in PostgreSQL", "field of Genesys", "what it tells"],
    rowsOf(one).map(([name, type, from, doc]) => [code(name), code(type), code(from), cell(doc)])
  )
]

export const tables = (): string =>
  page(
    "Tables and views",
    "the layouts of the kinds and the views of `@effect-genesys/export`, of which the tables themselves are made",
    "Tables have the same names and columns in lines of JSON, in Parquet and in PostgreSQL. A table within another one is known by the key " +
      "of the row that it is within, and by its place in it. Beside its columns, each main table has `as_of` (when Genesys told it) and `raw` " +
      "(all that Genesys sent). How they are asked is in [Exports](../guide/exports.md#ask-a-copy).",
    "[[toc]]",
    ...Kinds.layouts.flatMap((layout) => {
      const [main, ...within] = tablesOf(layout)
      return flat(main, "##").concat(within.flatMap((one) => flat(one, "###")))
    }),
    "## Views",
    ...Views.all.flatMap(({ columns, doc, name }) => [
      `### ${name}`,
      text(doc),
      table(
        ["column", "what it tells"],
        Object.entries(columns).map(([column, expression]) => [code(column), cell(expression.doc ?? "")])
      )
    ])
  )
