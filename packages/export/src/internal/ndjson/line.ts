/**
 * A row as one line of a file: what Genesys sent, with its key first and `_asOf` second, so that both are found without
 * parsing the rest of it.
 */
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { Moment } from "../../Moment.ts"
import type { Row } from "../../Row.ts"

export interface Line {
  readonly key: string
  readonly asOf: number
  /** JSON, without a line break. */
  readonly text: string
}

export interface Format {
  readonly write: (row: Row) => Line
  /** None if it is no line of this format. */
  readonly read: (text: string) => Option.Option<Line>
}

export const make = (key: string): Format => {
  const start = new RegExp(String.raw`^\{"${key}":"([^"\\]+)","_asOf":"([^"\\]+)"[,}]`)
  const decode = Schema.decodeUnknownOption(
    Schema.fromJsonString(Schema.Struct({ [key]: Schema.NonEmptyString, _asOf: Moment }))
  )
  return {
    write: (row) => {
      const moment = { _asOf: new Date(row.asOf).toISOString() }
      return {
        key: row.key,
        asOf: row.asOf,
        text: JSON.stringify({ [key]: row.key, ...moment, ...row.value, ...("_asOf" in row.value ? moment : {}) })
      }
    },
    read: (text) => {
      const [, name, moment = ""] = start.exec(text) ?? []
      const asOf = Date.parse(moment)
      // The last character shows that the line is whole.
      if (name !== undefined && !Number.isNaN(asOf) && text.endsWith("}")) return Option.some({ key: name, asOf, text })
      return Option.map(decode(text), (found) => ({ key: String(found[key]), asOf: found["_asOf"], text }))
    }
  }
}

/** Code units, as `<` has them: the same order everywhere. */
export const compare = (a: Line, b: Line): number => (a.key < b.key ? -1 : a.key > b.key ? 1 : a.asOf - b.asOf)
