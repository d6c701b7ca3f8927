/** An answer that may be a page: its rows, and the fields that say where the next page is. Whatever is odd counts as absent. */
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import * as SchemaTransformation from "effect/SchemaTransformation"
import { isExactNumber } from "../ExactNumber.ts"

/** The fields of an answer; none if it is no object. */
export type Answer = Readonly<Record<string, unknown>>

const arrayOf = Schema.decodeUnknownOption(Schema.Array(Schema.Unknown))
const objectOf = Schema.decodeUnknownOption(Schema.Record(Schema.String, Schema.Unknown))
const textOf = Schema.decodeUnknownOption(Schema.Union([Schema.NonEmptyString, Schema.Finite]))
const countOf = Schema.decodeUnknownOption(Schema.Finite)

export const fieldsOf = (json: unknown): Answer =>
  Option.isSome(arrayOf(json)) ? {} : Option.getOrElse(objectOf(json), () => ({}))

/** A text that is not empty. Some of Genesys' cursors are numbers. */
export const text = (answer: Answer, name: string): string | undefined => {
  const value = answer[name]
  if (isExactNumber(value)) return value.rawJSON
  return Option.getOrUndefined(Option.map(textOf(value), String))
}

export const count = (answer: Answer, name: string): number | undefined => Option.getOrUndefined(countOf(answer[name]))

/** What Genesys calls the rows, the most frequent name first. */
const rowFields = ["entities", "results", "conversations", "userDetails"]
/** A page has one of these even when it has no rows. */
const pagingFields = [
  "pageNumber",
  "pageCount",
  "totalHits",
  "total",
  "nextUri",
  "nextPage",
  "cursor",
  "cursors",
  "after"
]
/** Arrays that come beside the rows. */
const besides = new Set(["aggregations", "types"])

/**
 * The field of the rows: the first of the known names, else the only array of an answer that has fields of a page. None for
 * anything else: the lists within a single thing are not its rows.
 */
const rowField = (answer: Answer): string | undefined => {
  const isArray = (name: string) => Option.isSome(arrayOf(answer[name]))
  const known = rowFields.find(isArray)
  if (known !== undefined || !isPage(answer)) return known
  const [only, ...others] = Object.keys(answer).filter((name) => isArray(name) && !besides.has(name))
  return others.length === 0 ? only : undefined
}

/** Whether it can have a next page. */
export const isPage = (answer: Answer): boolean =>
  [...rowFields, ...pagingFields].some((name) => answer[name] !== undefined && answer[name] !== null)

/** Its rows: those of `field`, or of whatever field has them. An answer that is no page is a row itself. */
const rowsOf = (json: unknown, field: string | undefined): unknown => {
  if (json === null) return []
  if (Option.isSome(arrayOf(json))) return json
  const answer = fieldsOf(json)
  if (field !== undefined) return answer[field] ?? []
  const found = rowField(answer)
  if (found !== undefined) return answer[found]
  return isPage(answer) ? [] : [json]
}

/** The schema of a page: the answer as it came, and its rows decoded. Absent rows are no rows. */
export const page = <A, I>(row: Schema.Codec<A, I>, field: string | undefined) =>
  Schema.Unknown.pipe(
    Schema.decodeTo(
      Schema.Struct({
        json: Schema.Unknown,
        rows: Schema.Unknown.pipe(
          Schema.decodeTo(Schema.Array(Schema.toCodecJson(row)), SchemaTransformation.passthrough({ strict: false }))
        )
      }),
      SchemaTransformation.transform({
        decode: (json: unknown) => ({ json, rows: rowsOf(json, field) }),
        encode: ({ json }) => json
      })
    )
  )
