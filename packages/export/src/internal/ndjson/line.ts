/**
 * A row as one line of a file: what Genesys sent, with its key first, `_asOf` second and, of one that is gone, `_deletedAt` third, so
 * that all are found without parsing the rest of it.
 */
import * as ExactNumber from "@effect-genesys/client/ExactNumber"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { hasDeletions, type Layout } from "../../Layout.ts"
import { Moment } from "../../Moment.ts"
import { missed, type Row } from "../../Row.ts"

export interface Line {
  readonly key: string
  readonly asOf: number
  /** Of one that is gone. */
  readonly deletedAt?: number | undefined
  /** JSON, without a line break. */
  readonly text: string
}

export interface Format {
  readonly write: (row: Row) => Line
  /** None if it is no line of this format. */
  readonly read: (text: string) => Option.Option<Line>
  /** What becomes of one that a whole listing of that moment lacks. */
  readonly missed: (line: Line, asOf: number) => Line
}

const decodeFields = Schema.decodeUnknownSync(Schema.Record(Schema.String, Schema.Unknown))
const iso = (millis: number) => new Date(millis).toISOString()

export const make = (layout: Layout): Format => {
  const { key } = layout
  const marks = hasDeletions(layout)
  const start = new RegExp(
    String.raw`^\{"${key}":"([^"\\]+)","_asOf":"([^"\\]+)"${marks ? String.raw`(?:,"_deletedAt":"([^"\\]+)")?` : ""}[,}]`
  )
  const decode = Schema.decodeUnknownOption(
    Schema.fromJsonString(
      Schema.Struct({ [key]: Schema.NonEmptyString, _asOf: Moment, _deletedAt: Schema.optionalKey(Schema.Unknown) })
    )
  )
  const decodeMoment = Schema.decodeUnknownOption(Moment)
  const deleted = (moment: unknown) => (marks ? { deletedAt: Option.getOrUndefined(decodeMoment(moment)) } : {})
  /** Whatever Genesys calls so is not the mark. */
  const own = (value: Row["value"], moment: { readonly _asOf: string }) => ({
    ...("_asOf" in value ? moment : {}),
    ...(marks && "_deletedAt" in value ? { _deletedAt: undefined } : {})
  })
  return {
    write: (row) => {
      const moment = { _asOf: iso(row.asOf) }
      return {
        key: row.key,
        asOf: row.asOf,
        text: JSON.stringify({ [key]: row.key, ...moment, ...row.value, [key]: row.key, ...own(row.value, moment) })
      }
    },
    read: (text) => {
      const [, name, moment = "", gone] = start.exec(text) ?? []
      const asOf = Date.parse(moment)
      // The last character shows that the line is whole.
      if (name !== undefined && !Number.isNaN(asOf) && text.endsWith("}"))
        return Option.some({ key: name, asOf, text, ...deleted(gone) })
      return Option.map(decode(text), (found) => ({
        key: String(found[key]),
        asOf: found["_asOf"],
        text,
        ...deleted(found["_deletedAt"])
      }))
    },
    missed: (line, asOf) => {
      const marked = missed(line, asOf)
      if (marked === line || marked.deletedAt === undefined) return marked
      const moments = { _asOf: iso(marked.asOf), _deletedAt: iso(marked.deletedAt) }
      const value = decodeFields(ExactNumber.parse(line.text))
      return { ...marked, text: JSON.stringify({ [key]: line.key, ...moments, ...value, [key]: line.key, ...moments }) }
    }
  }
}

/** Code units, as `<` has them: the same order everywhere. */
export const compare = (a: Line, b: Line): number => (a.key < b.key ? -1 : a.key > b.key ? 1 : a.asOf - b.asOf)
