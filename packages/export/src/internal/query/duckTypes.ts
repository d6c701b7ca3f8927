/** The types of columns in DuckDB, and how a cell is read out of a line of JSON: as `Column` reads it. */
import type { Column, Type } from "../../Column.ts"

export const text = (value: string): string => `'${value.replaceAll("'", "''")}'`

export const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`

/** What DuckDB calls a type otherwise. */
export const aliases: Readonly<Record<string, string>> = { "TIMESTAMP WITH TIME ZONE": "TIMESTAMPTZ" }

export const types: Record<Type, string> = {
  text: "VARCHAR",
  moment: "TIMESTAMPTZ",
  day: "DATE",
  number: "DOUBLE",
  flag: "BOOLEAN",
  texts: "VARCHAR[]"
}

const numbers = "('BIGINT', 'UBIGINT', 'HUGEINT', 'UHUGEINT', 'DOUBLE')"

/** @param json an expression, @param path of a field */
export const field = (json: string, path: string): string => `json_extract(${json}, ${text(path)})`

const valueOf = (json: string, path: string): string => `json_extract_string(${json}, ${text(path)})`

const only = (json: string, path: string, type: string, then: string): string =>
  `CASE WHEN json_type(${json}, ${text(path)}) ${type} THEN ${then} END`

const readers: Record<Type, (json: string, path: string) => string> = {
  text: (json, path) => only(json, path, "= 'VARCHAR'", valueOf(json, path)),
  moment: (json, path) => only(json, path, "= 'VARCHAR'", `TRY_CAST(${valueOf(json, path)} AS TIMESTAMPTZ)`),
  day: (json, path) =>
    `coalesce(CAST(timezone('UTC', ${readers.moment(json, path)}) AS DATE), CAST('1970-01-01' AS DATE))`,
  number: (json, path) => {
    const value = `TRY_CAST(${valueOf(json, path)} AS DOUBLE)`
    return only(json, path, `IN ${numbers}`, `CASE WHEN isfinite(${value}) THEN ${value} END`)
  },
  flag: (json, path) => only(json, path, "= 'BOOLEAN'", `TRY_CAST(${valueOf(json, path)} AS BOOLEAN)`),
  texts: (json, path) => {
    const all = `json_extract(${json}, ${text(`${path}[*]`)})`
    const isText = `len(list_filter(${all}, lambda one: json_type(one) <> 'VARCHAR')) = 0`
    return only(
      json,
      path,
      "= 'ARRAY'",
      `CASE WHEN ${isText} THEN json_extract_string(${json}, ${text(`${path}[*]`)}) END`
    )
  }
}

export const pathOf = (from: Column["from"]): string =>
  typeof from === "string" ? `$."${from}"` : `$."${from[0]}"."${from[1]}"`

export const read = (json: string, { from, type }: Column): string => readers[type](json, pathOf(from))
