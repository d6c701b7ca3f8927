/** Cells of DuckDB as JSON has them, in the form in which PostgreSQL writes them as JSON. */
import * as ExactNumber from "@effect-genesys/client/ExactNumber"
import type * as Duck from "@duckdb/node-api"

const iso = (micros: bigint): string => {
  const millis = micros / 1000n - (micros % 1000n < 0n ? 1n : 0n)
  const text = new Date(Number(millis)).toISOString()
  const rest = micros - millis * 1000n
  const fraction = `${text.slice(20, 23)}${String(rest).padStart(3, "0")}`.replace(/0+$/, "")
  return `${text.slice(0, 19)}${fraction === "" ? "" : `.${fraction}`}`
}

/** Of a moment that JavaScript has no date for, its own words. */
const moment = (value: { readonly micros: bigint; toString(): string }, zone: string): string => {
  const isDate = value.micros > -62_135_596_800_000_000n && value.micros < 253_402_300_800_000_000n
  return isDate ? `${iso(value.micros)}${zone}` : value.toString()
}

type Convert = Duck.DuckDBValueConverter<unknown>

/** @param duck the module */
export const converter = (duck: typeof Duck): Convert => {
  const convert: Convert = (value, type, recurse) => {
    if (value === null) return null
    if (typeof value === "bigint") return ExactNumber.parse(String(value))
    if (value instanceof duck.DuckDBDecimalValue) return ExactNumber.parse(value.toString())
    if (value instanceof duck.DuckDBTimestampTZValue) return moment(value, "+00:00")
    if (value instanceof duck.DuckDBTimestampValue) return moment(value, "")
    if (typeof value === "number") return Number.isFinite(value) ? value : String(value)
    if (value instanceof duck.DuckDBListValue && type instanceof duck.DuckDBListType)
      return value.items.map((one) => recurse(one, type.valueType, recurse))
    if (value instanceof duck.DuckDBStructValue && type instanceof duck.DuckDBStructType)
      return Object.fromEntries(
        type.entryNames.map((name, place) => [
          name,
          recurse(value.entries[name] ?? null, type.entryTypes[place]!, recurse)
        ])
      )
    return duck.JsonDuckDBValueConverter(value, type, duck.JsonDuckDBValueConverter)
  }
  return convert
}

/** A cell of a column of JSON, which comes as text. */
export const ofJson = (cell: unknown): unknown => {
  if (typeof cell !== "string") return cell
  try {
    return ExactNumber.parse(cell)
  } catch {
    return cell
  }
}
