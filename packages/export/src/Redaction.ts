/** Rows without what nobody is to keep: fields that are empty before a row goes anywhere, also beside the sink of another process. */
import { isExactNumber } from "@effect-genesys/client/ExactNumber"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import * as Column from "./Column.ts"
import type { Layout } from "./Layout.ts"
import type { Row } from "./Row.ts"
import type { Source, Unit } from "./Source.ts"

/** Fields that a row cannot be without: by them it is known, and found in its partition. */
export const needed = ({ key, table }: Layout): ReadonlyArray<string> => [
  key,
  ...Object.values(table.columns)
    .filter(Column.isRequired)
    .map(({ from }) => (typeof from === "string" ? from : from[1]))
]

const isObject = (value: unknown): value is Row["value"] =>
  typeof value === "object" && value !== null && !isExactNumber(value)

const emptied = (names: ReadonlySet<string>, value: unknown): unknown => {
  if (Array.isArray(value)) return value.map((one) => emptied(names, one))
  return isObject(value) ? emptiedFields(names, value) : value
}

const emptiedFields = (names: ReadonlySet<string>, fields: Row["value"]): Row["value"] =>
  Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [name, names.has(name) ? null : emptied(names, value)])
  )

/**
 * A source whose rows have null in the fields of these names, however deep they are. Those that are `needed` stay. Rows that a sink has
 * already keep what they have until they are read again.
 */
export const redacted = (source: Source, fields: ReadonlyArray<string>): Source => {
  const kept = needed(source.kind)
  const names = new Set(fields.filter((name) => !kept.includes(name)))
  if (names.size === 0) return source
  const row = (one: Row): Row => ({ ...one, value: emptiedFields(names, one.value) })
  const unit = (one: Unit): Unit => ({
    ...one,
    read: Effect.map(one.read, (reading) => ({ ...reading, rows: Stream.map(reading.rows, row) }))
  })
  return {
    ...source,
    plan: (checkpoint) =>
      Effect.map(source.plan(checkpoint), (plan) => ({ ...plan, units: plan.units.map((one) => unit(one)) }))
  }
}
