/**
 * How the rows of a kind are laid out, as data: into which partitions they are cut, what they are known by, and which flat tables
 * they fill. The names of partitions, folders, files and tables, the statements for PostgreSQL and the JSON Schemas are all made of
 * it. Names are small letters, digits and `_`, at most 45, and no words that SQL reserves; `export_` begins those of sinks.
 */
import * as Schema from "effect/Schema"
import type { Column } from "./Column.ts"

/** How rows of a kind are cut, known, and laid out in tables. */
export interface Layout {
  /** Of the kind, such as `conversations`: also of its folder, of its main table, and in the checkpoint. */
  readonly name: string
  /** Read and committed as one: each UTC day for itself, or all that there is. */
  readonly by: "day" | "whole"
  /** The field that a row is known by. */
  readonly key: string
  /** The fields that the key is made of, where it is no field of Genesys'. */
  readonly keyOf?: ReadonlyArray<string> | undefined
  /** What one of them is called, such as `conversation`. */
  readonly one: string
  /** The fields that are known of a row, for the JSON Schema of a line. */
  readonly fields: Schema.Struct.Fields
  /**
   * A row that a whole listing lacks is marked, with `_deletedAt` in its line and `deleted_at` in the main table. Only of a kind that
   * is read whole. @default false: it stays as it was
   */
  readonly deletions?: boolean | undefined
  readonly table: Main
}

interface Table {
  /** By name, in order. */
  readonly columns: Readonly<Record<string, Column>>
  /**
   * Fields of Genesys' model that are no columns, each with why. Where the main table says so, all that there are have been looked at: of any
   * other that comes in one of the tables is told (`SchemaDrift`).
   */
  readonly leftOut?: Readonly<Record<string, string>> | undefined
  /** Tables for the objects of an array within. */
  readonly children?: ReadonlyArray<Child> | undefined
}

/** A row for each row of the kind, with the raw one beside the columns. */
export interface Main extends Table {
  /** The column of the key. */
  readonly key: string
  /** The columns of each index beside that of the key. */
  readonly indexes?: ReadonlyArray<ReadonlyArray<string>> | undefined
}

/** A row for each object of an array; or for each field of an object, with `name` and `value`. */
export interface Child extends Table {
  readonly name: string
  /** The field of the array, or the field of an object within. */
  readonly from: string | readonly [object: string, field: string]
  /** It is an object, and each of its fields a row, in the order of their names; a value that is no text is so as JSON. @default false */
  readonly entries?: boolean | undefined
  /** The column of the place in the array, counted from 0: rows are told apart by it, for their ids may be absent. */
  readonly place: string
  /** The columns of each index beside that of the key and places. */
  readonly indexes?: ReadonlyArray<ReadonlyArray<string>> | undefined
}

/** A table by itself: what its rows are known by, and what else they have. */
export interface Flat {
  readonly name: string
  /** The column of the key of the row that it is within, or is. */
  readonly key: string
  /** The columns of the places, from the outside in; none for the main table. */
  readonly places: ReadonlyArray<string>
  readonly columns: Readonly<Record<string, Column>>
  readonly indexes: ReadonlyArray<ReadonlyArray<string>>
  /** Whether it has `deleted_at`. */
  readonly deletions: boolean
}

/** Whether what is gone is marked. */
export const hasDeletions = ({ by, deletions = false }: Layout): boolean => deletions && by === "whole"

/** The main table, and after it those within, each before its own children. */
export const tablesOf = (layout: Layout): readonly [main: Flat, ...children: ReadonlyArray<Flat>] => {
  const { name, table } = layout
  const within = (children: ReadonlyArray<Child> = [], outer: ReadonlyArray<string> = []): ReadonlyArray<Flat> =>
    children.flatMap((child) => {
      const places = [...outer, child.place]
      const { columns, indexes = [], name: childName } = child
      const flat = { name: childName, key: table.key, places, columns, indexes, deletions: false }
      return [flat, ...within(child.children, places)]
    })
  const { columns, indexes = [], key } = table
  return [{ name, key, places: [], columns, indexes, deletions: hasDeletions(layout) }, ...within(table.children)]
}

/** It stands in the lines of files, where `_asOf` and `_deletedAt` are taken. */
const isField = Schema.is(Schema.String.check(Schema.isPattern(/^(?!_asOf$|_deletedAt$|__)\w{1,64}$/)))

const isName = Schema.is(Schema.String.check(Schema.isPattern(/^(?!export_)[a-z][a-z0-9_]{0,44}$/)))

/** Names of it that could not be those of folders, tables and columns, or come twice. */
export const wrongNames = (layout: Layout): ReadonlyArray<string> => {
  const tables = tablesOf(layout)
  const names = tables.map(({ name }) => name)
  const wrong = (all: ReadonlyArray<string>) =>
    all.filter((name, place) => !isName(name) || all.indexOf(name) !== place)
  return [
    ...(isField(layout.key) ? [] : [layout.key]),
    ...wrong([layout.one]),
    ...wrong(names),
    ...tables.flatMap(({ columns, key, places }) =>
      wrong([key, ...places, ...Object.keys(columns), ...(places.length === 0 ? ["as_of", "raw", "deleted_at"] : [])])
    )
  ]
}
