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

export const isObject = (json: unknown): boolean => Option.isSome(objectOf(json)) && Option.isNone(arrayOf(json))

/** A text that is not empty. Some of Genesys' cursors are numbers. */
export const text = (answer: Answer, name: string): string | undefined => {
  const value = answer[name]
  if (isExactNumber(value)) return value.rawJSON
  return Option.getOrUndefined(Option.map(textOf(value), String))
}

export const count = (answer: Answer, name: string): number | undefined => Option.getOrUndefined(countOf(answer[name]))

const totals = ["total", "totalHits", "totalResults"]

/** How many rows the list says that it has. */
export const total = (answer: Answer): number | undefined =>
  totals.map((name) => count(answer, name)).find((found) => found !== undefined)

/** It says how many rows it has, in a way that says nothing: as text, say. */
export const isOddTotal = (answer: Answer): boolean =>
  totals.some((name) => {
    const value = answer[name]
    return value !== undefined && value !== null && !(Number.isSafeInteger(value) && Number(value) >= 0)
  })

/** What Genesys calls the rows, the most frequent name first; the last one is SCIM's. */
const rowFields = ["entities", "results", "conversations", "userDetails", "Resources"]
/** A page has one of these even when it has no rows. */
const pagingFields = [
  "pageNumber",
  "pageCount",
  "totalHits",
  "total",
  "totalResults",
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

/** Which page was asked for, and how many rows the pages before it said that there are. */
export interface Place {
  readonly number: number
  readonly size: number
  readonly total?: number | undefined
}

const namesNext = (answer: Answer): boolean =>
  ["nextUri", "nextPage", "cursor", "after"].some((name) => text(answer, name) !== undefined) ||
  Option.isSome(objectOf(answer["cursors"]))

/**
 * Whether a page may be without its rows: Genesys leaves them out where there are none. It says so by a total that is reached; past
 * the first page any total will do, since they are approximate.
 */
const mayLack = (answer: Answer, { number, size, total: before }: Place): boolean => {
  if (namesNext(answer) || text(answer, "dataAvailabilityDate") !== undefined) return true
  const pages = count(answer, "pageCount")
  const own = total(answer) ?? (pages === undefined ? undefined : pages * size)
  const all = own ?? before
  if (all === undefined) return number > 1 && Object.keys(answer).every((name) => besides.has(name))
  return (number - 1) * size >= all || (number > 1 && own !== undefined)
}

/**
 * Whether an answer is one to a call that asks for a list: it has its rows, or says that there are none. What else comes with a 200,
 * a note of a gateway that is in maintenance, say, must not count as a list that is empty.
 */
export const isListed = (json: unknown, field: string | undefined, place: Place): boolean => {
  if (Option.isSome(arrayOf(json))) return true
  const answer = fieldsOf(json)
  const found = field === undefined ? rowField(answer) : field
  if (found !== undefined && answer[found] !== undefined && answer[found] !== null) return true
  return Option.isSome(objectOf(json)) && mayLack(answer, place)
}

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
