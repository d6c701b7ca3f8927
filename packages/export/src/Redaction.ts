/** Rows without what nobody is to keep: fields that are empty before a row goes anywhere, also beside the sink of another process. */
import { isExactNumber } from "@effect-genesys/client/ExactNumber"
import * as Effect from "effect/Effect"
import * as Record from "effect/Record"
import * as Stream from "effect/Stream"
import type { Checkpoint, Entry } from "./Checkpoint.ts"
import * as Column from "./Column.ts"
import type { Layout } from "./Layout.ts"
import * as Partition from "./Partition.ts"
import type { Row } from "./Row.ts"
import type { Source, Unit } from "./Source.ts"

/** Fields that a row cannot be without: by them it is known, and found in its partition. */
export const needed = ({ key, keyOf = [], table }: Layout): ReadonlyArray<string> => [
  key,
  ...keyOf,
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

/** Those that are empty in what a copy has of this kind, as its checkpoint says. */
const inherited = (kind: Layout, checkpoint: Checkpoint): ReadonlyArray<string> =>
  Object.entries(checkpoint).flatMap(([name, { redacted: names = [] }]) =>
    Partition.ofName(kind, name) === undefined ? [] : names
  )

/** What was read with other fields empty is not gone on with: else most rows would stay as they are, and the entry would not say so. */
const withOthers = (entry: Entry, names: ReadonlySet<string>): Entry => {
  const { redacted: before = [], wholeAt, ...rest } = entry
  const isSame = before.length === names.size && before.every((name) => names.has(name))
  return isSame || wholeAt === undefined ? entry : { ...rest, ...(before.length === 0 ? {} : { redacted: before }) }
}

/**
 * A source whose rows have null in the fields of these names, however deep they are. Those that are `needed` stay. The checkpoint says
 * which they were: whoever goes on with a copy and names none leaves the same ones empty. Rows that a sink has already keep what they
 * have until they are read again.
 */
export const redacted = (source: Source, fields: ReadonlyArray<string> | undefined): Source => {
  const kept = new Set(needed(source.kind))
  return {
    ...source,
    plan: (checkpoint) => {
      const names = new Set((fields ?? inherited(source.kind, checkpoint)).filter((name) => !kept.has(name)))
      const plan = source.plan(Record.map(checkpoint, (entry) => withOthers(entry, names)))
      if (names.size === 0) return plan
      return Effect.map(plan, (found) => ({ ...found, units: found.units.map((unit) => redactedUnit(unit, names)) }))
    }
  }
}

/** The same for rows that no source reads: what becomes of each, and what the checkpoint says of it. */
export const of = (kind: Layout, checkpoint: Checkpoint, fields: ReadonlyArray<string> | undefined) => {
  const kept = new Set(needed(kind))
  const names = new Set((fields ?? inherited(kind, checkpoint)).filter((name) => !kept.has(name)))
  return {
    row: (row: Row): Row => (names.size === 0 ? row : { ...row, value: emptiedFields(names, row.value) }),
    entry: (entry: Entry): Entry => (names.size === 0 ? entry : { ...entry, redacted: [...names].toSorted() })
  }
}

const redactedUnit = (unit: Unit, names: ReadonlySet<string>): Unit => ({
  ...unit,
  read: Effect.map(unit.read, (reading) => ({
    ...reading,
    rows: Stream.map(reading.rows, (row) => ({ ...row, value: emptiedFields(names, row.value) })),
    // Where they were only asked for by their ids, none was read, and they are as before.
    entry: Effect.map(reading.entry, (one) =>
      one.askedAt === undefined ? { ...one, redacted: [...names].toSorted() } : one
    )
  }))
})
