/**
 * Rows as the JSON of a statement. PostgreSQL's JSON has no NUL and no half of a surrogate pair: U+FFFD takes their place. Its numbers
 * have at most 131,072 digits before the point and 16,383 after it: any other stands in the raw row as text, and is null in a column.
 * Nothing else is changed.
 */
import * as ExactNumber from "@effect-genesys/client/ExactNumber"

/** What such a character looks like in JSON. */
const odd = /\\u(?:0000|d[89a-f])/

const fits = (number: string): boolean => {
  const [mantissa = "", power = "0"] = number.toLowerCase().split("e")
  const [whole = "", fraction = ""] = mantissa.replace("-", "").split(".")
  return whole.length + Number(power) <= 131_072 && fraction.length - Number(power) <= 16_383
}

const text = (value: string): string => value.replaceAll("\0", "\uFFFD").toWellFormed()

const isObject = (value: unknown): value is object =>
  typeof value === "object" && value !== null && !Array.isArray(value) && !ExactNumber.isExactNumber(value)

const changed = (value: unknown, otherwise: (number: string) => string | null): unknown =>
  ExactNumber.parse(
    JSON.stringify(value, (_, part: unknown) => {
      if (typeof part === "string") return text(part)
      if (ExactNumber.isExactNumber(part)) return fits(part.rawJSON) ? part : otherwise(part.rawJSON)
      return isObject(part)
        ? Object.fromEntries(Object.entries(part).map(([name, inner]) => [text(name), inner]))
        : part
    })
  )

export interface Staged {
  readonly key: string
  readonly as_of: string
  readonly raw: unknown
  readonly flat: unknown
}

export const stringify = (rows: ReadonlyArray<Staged>): string => {
  const json = JSON.stringify(rows)
  // What JavaScript holds, PostgreSQL does, too.
  if (!odd.test(json) && !ExactNumber.mayHave(json)) return json
  return JSON.stringify(
    rows.map(({ as_of, flat, key, raw }) => ({
      key: text(key),
      as_of,
      raw: changed(raw, (number) => number),
      flat: changed(flat, () => null)
    }))
  )
}
