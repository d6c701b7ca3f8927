/**
 * What Genesys sends that a layout does not know: new fields, new values of an enumeration, a field of another type. None of it stops an
 * export, and the raw row has all of it; but a column stays empty, or none is there, which somebody should know.
 */
import { isExactNumber } from "@effect-genesys/client/ExactNumber"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import type * as Column from "./Column.ts"
import type { Child, Layout } from "./Layout.ts"
import { isMoment } from "./Moment.ts"
import type { Row } from "./Row.ts"
import type { Source, Unit } from "./Source.ts"

/** Something that came otherwise. */
export interface Drift {
  readonly table: string
  /** Such as `mediaType`, or `flow.flowId` of an object within. */
  readonly field: string
  /** `field`: no column, and no reason why. `type`: the column is null there. `value`: the column has it. */
  readonly what: "field" | "type" | "value"
  /** Its type, or the value. */
  readonly came: string
  /** The type of the column. */
  readonly instead?: Column.Type | undefined
  /** How many times, since the state was made. */
  readonly times: number
}

/** Remembers it, from run to run. */
export interface State {
  readonly current: Effect.Effect<ReadonlyArray<Drift>>
  /** Answers whether it is the first of its kind. */
  readonly note: (drift: Omit<Drift, "times">) => boolean
}

/** So many are remembered, and so much of a name. */
const [most, longest] = [100, 64]

/** One that knows of nothing yet. */
export const make = (): State => {
  const found = new Map<string, Omit<Drift, "times"> & { times: number }>()
  return {
    current: Effect.sync(() => Array.from(found.values(), (one) => Object.assign({}, one))),
    note: (given) => {
      const drift = { ...given, field: given.field.slice(0, longest), came: given.came.slice(0, longest) }
      const key = JSON.stringify([drift.table, drift.field, drift.what, drift.came])
      const known = found.get(key)
      if (known !== undefined) known.times++
      else if (found.size < most) found.set(key, { ...drift, times: 1 })
      else return false
      return known === undefined
    }
  }
}

const isObject = (value: unknown): value is Row["value"] =>
  typeof value === "object" && value !== null && !Array.isArray(value) && !isExactNumber(value)

const typeOf = (value: unknown): string => {
  if (Array.isArray(value)) return "array"
  return isExactNumber(value) ? "number" : typeof value
}

const isText = (value: unknown) => typeof value === "string"
const isTime = (value: unknown) => typeof value === "string" && isMoment(Date.parse(value))

const fits: Readonly<Record<Column.Type, (value: unknown) => boolean>> = {
  text: isText,
  moment: isTime,
  day: isTime,
  number: (value) => typeof value === "number" || isExactNumber(value),
  flag: (value) => typeof value === "boolean",
  texts: (value) => Array.isArray(value) && value.every(isText)
}

type Note = (drift: Omit<Drift, "times" | "table">) => void
type Look = (value: unknown, field: string) => void

/** What is done with a field, by its name; of an object within, with its fields. */
interface Fields {
  readonly looks: Map<string, Array<Look>>
  readonly within: Map<string, Fields>
}

const noFields = (): Fields => ({ looks: new Map(), within: new Map() })

const ofColumn = ({ type, values }: Column.Column, note: Note): Look => {
  // Beside it is one of the moment.
  if (type === "day") return () => undefined
  const known = values === undefined ? undefined : new Set<unknown>(values)
  return (value, field) => {
    if (!fits[type](value)) note({ field, what: "type", came: typeOf(value), instead: type })
    else if (known?.has(value) === false) note({ field, what: "value", came: String(value) })
  }
}

const walk = (fields: Row["value"], { looks, within }: Fields, isWhole: boolean, note: Note, outer: string): void => {
  for (const name in fields) {
    const value = fields[name]
    const own = looks.get(name)
    const inner = within.get(name)
    const field = outer + name
    if (own === undefined && inner === undefined) {
      if (isWhole) note({ field, what: "field", came: typeOf(value) })
      continue
    }
    if (value === null || value === undefined) continue
    for (const look of own ?? []) look(value, field)
    if (inner === undefined) continue
    if (isObject(value)) walk(value, inner, isWhole, note, `${field}.`)
    else note({ field, what: "type", came: typeOf(value) })
  }
}

type Table = Pick<Child, "columns" | "children" | "leftOut" | "name">

/** Looks at a row of a table, and at those within. */
const lookerOf = (
  { children = [], columns, leftOut = {}, name: table }: Table,
  isWhole: boolean,
  key: ReadonlyArray<string>,
  state: (drift: Omit<Drift, "times">) => void
): ((fields: Row["value"]) => void) => {
  const all = noFields()
  const note: Note = (drift) => state({ table, ...drift })
  const put = (from: Column.Column["from"], look: Look) => {
    const [outer, name] = typeof from === "string" ? [undefined, from] : from
    const place = outer === undefined ? all : (all.within.get(outer) ?? noFields())
    if (outer !== undefined) all.within.set(outer, place)
    place.looks.set(name, [...(place.looks.get(name) ?? []), look])
  }
  for (const name of [...key, ...Object.keys(leftOut)]) put(name, () => undefined)
  for (const column of Object.values(columns)) put(column.from, ofColumn(column, note))
  for (const child of children) {
    const look = lookerOf(child, isWhole, [], state)
    put(child.from, (value, field) => {
      // Names of those fields are whatever somebody has called them.
      if (child.entries === true ? isObject(value) : Array.isArray(value)) {
        if (Array.isArray(value)) for (const one of value) if (isObject(one)) look(one)
      } else note({ field, what: "type", came: typeOf(value) })
    })
  }
  return (fields) => walk(fields, all, isWhole, note, "")
}

/** The same source; what its rows have that the layout does not know is noted, and the first of its kind logged. */
export const watched = (source: Source, state: State): Source => {
  const { kind } = source
  const { key, keyOf = [], table } = kind
  const fresh: Array<Omit<Drift, "times">> = []
  const look = lookerOf({ ...table, name: kind.name }, isComplete(kind), [key, ...keyOf], (drift) => {
    if (state.note(drift)) fresh.push(drift)
  })
  const told = Effect.suspend(() =>
    Effect.forEach(
      fresh.splice(0),
      (drift) =>
        Effect.logWarning("Genesys sends something that is not known here; the raw rows have it").pipe(
          Effect.annotateLogs({ event: "export.drift", kind: kind.name, ...drift })
        ),
      { discard: true }
    )
  )
  const unit = (one: Unit): Unit => ({
    ...one,
    read: Effect.map(one.read, (reading) => ({
      ...reading,
      rows: Stream.mapArrayEffect(reading.rows, (chunk) =>
        Effect.suspend(() => {
          for (const { value } of chunk) look(value)
          return fresh.length === 0 ? Effect.succeed(chunk) : Effect.as(told, chunk)
        })
      )
    }))
  })
  return {
    ...source,
    plan: (checkpoint) => Effect.map(source.plan(checkpoint), (plan) => ({ ...plan, units: plan.units.map(unit) }))
  }
}

/** Whether all fields have been looked at, so that any other one is new. */
const isComplete = ({ table }: Layout): boolean => table.leftOut !== undefined
