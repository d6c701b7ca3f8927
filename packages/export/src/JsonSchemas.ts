/**
 * JSON Schemas (draft 2020-12) of what is exported: the lines of the files, and the rows of the flat tables. The same documents
 * are in the package as `schemas/*.json`. Genesys adds fields at any time, so fields that are not named here are allowed.
 */
import * as Schema from "effect/Schema"
import * as Kinds from "./Kinds.ts"
import { hasDeletions, type Layout, tablesOf } from "./Layout.ts"
import * as Partition from "./Partition.ts"
import * as Tables from "./Tables.ts"

const asOf = Schema.String.annotate({
  format: "date-time",
  description: "The moment of which the row tells, by Genesys' clock."
})

const deletedAt = Schema.String.annotate({
  format: "date-time",
  description: "When it was first seen that it is gone, by Genesys' clock. The row is what it was last."
})

const document = (title: string, schema: Schema.Constraint): Readonly<Record<string, unknown>> => {
  const { definitions, schema: root } = Schema.toJsonSchemaDocument(schema)
  return {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    title,
    ...root,
    ...(Object.keys(definitions).length === 0 ? {} : { $defs: definitions })
  }
}

/** Of the lines of a kind's files, and of the rows of its tables, by name. */
export const of = (layout: Layout): Readonly<Record<string, Readonly<Record<string, unknown>>>> => ({
  [`${layout.one}.line`]: document(
    `A line of ${layout.name}/${layout.by === "day" ? "*" : Partition.fileOf({ kind: layout })}.ndjson`,
    Schema.Struct({
      ...layout.fields,
      _asOf: asOf,
      ...(hasDeletions(layout) ? { _deletedAt: Schema.optionalKey(deletedAt) } : {})
    })
  ),
  ...Object.fromEntries(
    tablesOf(layout).map((table) => [table.name, document(`A row of the table ${table.name}`, Tables.schemaOf(table))])
  )
})

/** By the name of the file. */
export const all = Object.assign({}, ...Kinds.layouts.map(of))
