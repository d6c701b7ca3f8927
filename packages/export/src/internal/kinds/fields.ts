/** The fields of a row that its columns are read from, for the JSON Schema of a line. */
import * as Schema from "effect/Schema"
import * as Column from "../../Column.ts"
import type { Child, Main } from "../../Layout.ts"

const absent = (schema: Schema.Top) => Schema.optionalKey(Schema.NullOr(schema))

export const fieldsOf = (columns: Main["columns"], children: ReadonlyArray<Child> = []): Schema.Struct.Fields => {
  const fields: Record<string, Schema.Top> = {}
  const inner: Record<string, Record<string, Schema.Top>> = {}
  for (const column of Object.values(columns)) {
    const schema = Schema.optionalKey(Column.documented(column))
    if (typeof column.from === "string") fields[column.from] = schema
    else inner[column.from[0]] = { ...inner[column.from[0]], [column.from[1]]: schema }
  }
  for (const { children: more, columns: own, entries = false, from } of children) {
    const schema = absent(
      entries ? Schema.Record(Schema.String, Schema.Unknown) : Schema.Array(Schema.Struct(fieldsOf(own, more)))
    )
    if (typeof from === "string") fields[from] = schema
    else inner[from[0]] = { ...inner[from[0]], [from[1]]: schema }
  }
  for (const [name, within] of Object.entries(inner)) fields[name] = absent(Schema.Struct(within))
  return fields
}
