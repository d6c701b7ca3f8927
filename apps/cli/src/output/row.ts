/** A row as JSON has it, and its fields by their paths. */
import * as ExactNumber from "@effect-genesys/client/ExactNumber"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"

const objectOf = Schema.decodeUnknownOption(Schema.Record(Schema.String, Schema.Unknown))

/** The name of the only column of rows that are no objects. */
const single = "value"

/** As JSON has it: moments become texts, and what is undefined goes. */
export const plain = (row: unknown): unknown => (row === undefined ? null : ExactNumber.parse(JSON.stringify(row)))

/** The fields of an object; none of anything else. */
export const fieldsOf = (row: unknown): Readonly<Record<string, unknown>> | undefined =>
  Array.isArray(row) || ExactNumber.isExactNumber(row) ? undefined : Option.getOrUndefined(objectOf(row))

/** All fields that these rows have, in the order in which they first come. */
export const namesOf = (rows: ReadonlyArray<unknown>): ReadonlyArray<string> => [
  ...new Set(rows.flatMap((row) => Object.keys(fieldsOf(row) ?? { [single]: row })))
]

/** The value at a path such as `division.name`. A field with just this name comes first. */
export const at = (row: unknown, path: string): unknown => {
  const fields = fieldsOf(row)
  if (fields === undefined) return path === single ? row : undefined
  if (path in fields) return fields[path]
  const [first = "", ...rest] = path.split(".")
  return rest.length === 0 ? undefined : at(fields[first], rest.join("."))
}
