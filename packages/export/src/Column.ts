/** A column of a flat table: its type, and where in what Genesys sent its cells come from. What is absent, or of another type, is null. */
import { AnyNumber } from "@effect-genesys/client/ExactNumber"
import * as Schema from "effect/Schema"
import * as Cells from "./internal/cell.ts"

/** One column: its type, and the field that its cells come from. */
export interface Column {
  readonly type: Type
  /** The field, or the field of an object within. */
  readonly from: string | readonly [object: string, field: string]
  /** What it tells, and in which unit. Tables that are made in PostgreSQL have it as a comment. */
  readonly doc?: string | undefined
  /** Those that are known of an enumeration. Others are kept as well, and told of (`SchemaDrift`). */
  readonly values?: ReadonlyArray<string> | undefined
}

/** What a cell can hold; null if Genesys sent nothing. */
export type Cell = string | number | boolean | object | null

interface TypeOf {
  readonly read: (fields: Cells.Fields, name: string) => Cell
  /** Of a row as JSON. */
  readonly schema: Schema.Top
  /** In PostgreSQL. */
  readonly sql: string
}

const types = {
  text: { read: Cells.text, schema: Schema.NullOr(Schema.String), sql: "text" },
  /** ISO 8601 in UTC. */
  moment: {
    read: Cells.moment,
    schema: Schema.NullOr(Schema.String.annotate({ format: "date-time" })),
    sql: "timestamptz"
  },
  /** The UTC day of a moment, such as `2026-11-01`; without one it is the first of 1970. */
  day: { read: Cells.day, schema: Schema.String, sql: "date" },
  /** As Genesys sent it: one that JavaScript would change is an `ExactNumber`. */
  number: { read: Cells.number, schema: Schema.NullOr(AnyNumber), sql: "numeric" },
  flag: { read: Cells.flag, schema: Schema.NullOr(Schema.Boolean), sql: "boolean" },
  texts: { read: Cells.texts, schema: Schema.NullOr(Schema.Array(Schema.String)), sql: "text[]" }
} satisfies Record<string, TypeOf>

/** The name of a type of columns. */
export type Type = keyof typeof types

const of =
  (type: Type) =>
  (from: Column["from"], doc?: string): Column => ({ type, from, doc })

/** A column of texts. */
export const text = of("text")
/** A column of texts of an enumeration. */
export const oneOf = (from: Column["from"], values: ReadonlyArray<string>, doc?: string): Column => ({
  type: "text",
  from,
  doc,
  values
})
/** A column of moments, as ISO 8601. */
export const moment = of("moment")
/** A column of UTC days, such as `2026-11-01`. */
export const day = of("day")
/** A column of numbers. */
export const number = of("number")
/** A column of true and false. */
export const flag = of("flag")
/** A column of lists of texts. */
export const texts = of("texts")

/** Its cell of a row. */
export const read = ({ from, type }: Column, fields: Cells.Fields): Cell =>
  typeof from === "string" ? types[type].read(fields, from) : types[type].read(Cells.within(fields, from[0]), from[1])

/** When it was first seen that a row is gone; it is what it was last. */
export const deletedAt = Schema.NullOr(Schema.String.annotate({ format: "date-time" })).annotate({
  description: "When it was first seen that it is gone, by Genesys' clock; null while it is there"
})

/** With what it tells. */
export const documented = (column: Column): Schema.Top =>
  column.doc === undefined ? schemaOf(column) : schemaOf(column).annotate({ description: column.doc })

/** The schema that a column's cells have. */
export const schemaOf = ({ type }: Column): Schema.Top => types[type].schema

/** Its type in PostgreSQL. */
export const sqlOf = ({ type }: Column): string => types[type].sql

/** Whether it is never null. */
export const isRequired = ({ type }: Column): boolean => type === "day"
