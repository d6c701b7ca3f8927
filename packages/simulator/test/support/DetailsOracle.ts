/**
 * What a details query must find, worked out row by row from the rows themselves: slow, and plain enough to be believed.
 */
import type { Conversation } from "../../src/api/Conversation.ts"

export interface Predicate {
  readonly type?: string
  readonly dimension?: string
  readonly metric?: string
  readonly operator?: string
  readonly value?: string
  readonly range?: { readonly gt?: number; readonly gte?: number; readonly lt?: number; readonly lte?: number }
}

export interface Filter {
  readonly type: "and" | "or"
  readonly predicates: ReadonlyArray<Predicate>
  readonly clauses?: ReadonlyArray<{ readonly type: "and" | "or"; readonly predicates: ReadonlyArray<Predicate> }>
}

type Value = string | number | undefined

/** By the names of dimensions and metrics. */
type Values = Readonly<Record<string, Value>>

const millis = (from: string, to: string | undefined) =>
  to === undefined ? undefined : Date.parse(to) - Date.parse(from)

export const ofSegments = (row: Conversation): ReadonlyArray<Values> =>
  row.participants.flatMap(({ purpose, sessions, userId }) =>
    sessions.flatMap(({ ani, direction, dnis, flow, mediaType, segments }) =>
      segments.map(
        ({ conference, disconnectType, errorCode, queueId, segmentEnd, segmentStart, segmentType, wrapUpCode }) => ({
          ani,
          conference: String(conference),
          direction,
          disconnectType,
          dnis,
          errorCode,
          exitReason: flow?.exitReason,
          flowId: flow?.flowId,
          flowType: flow?.flowType,
          mediaType,
          purpose,
          queueId,
          segmentEnd,
          segmentType,
          userId,
          wrapUpCode,
          tSegmentDuration: millis(segmentStart, segmentEnd)
        })
      )
    )
  )

type Wholes = Readonly<Record<string, ReadonlyArray<Value>>>
const known = new WeakMap<Conversation, Wholes>()

/** A metric may have been measured several times. */
export const ofWhole = (row: Conversation): Wholes => {
  const before = known.get(row)
  if (before !== undefined) return before
  const measured = row.participants.flatMap(({ sessions }) => sessions.flatMap(({ metrics }) => metrics))
  const { conversationEnd, conversationId, conversationStart, divisionIds, originatingDirection } = row
  const values: Wholes = {
    conversationId: [conversationId],
    conversationStart: [conversationStart],
    conversationEnd: conversationEnd === undefined ? [] : [conversationEnd],
    originatingDirection: [originatingDirection],
    divisionId: divisionIds,
    ...Object.fromEntries(
      measured.map(({ name }) => [name, measured.filter((one) => one.name === name).map(({ value }) => value)])
    )
  }
  known.set(row, values)
  return values
}

const passes = (found: Value, { operator, range = {}, value }: Predicate): boolean => {
  if (operator === "exists") return found !== undefined
  if (typeof found !== "number") return found === value && value !== undefined
  const { gt = -Infinity, gte = -Infinity, lt = Infinity, lte = Infinity } = range
  return (value === undefined || found === Number(value)) && found > gt && found >= gte && found < lt && found <= lte
}

/** One of the values is enough; `notExists` is that there is none. */
const some = (values: ReadonlyArray<Value>, predicate: Predicate): boolean =>
  predicate.operator === "notExists"
    ? values.every((value) => value === undefined)
    : values.some((value) => passes(value, predicate))

const joined = (type: "and" | "or", tests: ReadonlyArray<boolean>) =>
  tests.length === 0 || (type === "and" ? tests.every(Boolean) : tests.some(Boolean))

const fits = (
  valuesOf: (name: string) => ReadonlyArray<Value>,
  { clauses = [], predicates, type }: Filter
): boolean => {
  const test = (predicate: Predicate) => some(valuesOf(predicate.metric ?? predicate.dimension ?? ""), predicate)
  return joined(type, [
    ...predicates.map(test),
    ...clauses.map((clause) => joined(clause.type, clause.predicates.map(test)))
  ])
}

export interface Filters {
  readonly conversationFilters?: ReadonlyArray<Filter>
  readonly segmentFilters?: ReadonlyArray<Filter>
}

/** Those that pass all the filters. */
export const filter = (
  rows: ReadonlyArray<Conversation>,
  { conversationFilters = [], segmentFilters = [] }: Filters
): ReadonlyArray<Conversation> =>
  rows.filter(
    (row) =>
      conversationFilters.every((given) => fits((name) => ofWhole(row)[name] ?? [], given)) &&
      (segmentFilters.length === 0 ||
        ofSegments(row).some((values) => segmentFilters.every((given) => fits((name) => [values[name]], given))))
  )

/** From the order of their starts: running ones come last when ordered by end. */
export const sort = (
  rows: ReadonlyArray<Conversation>,
  { order, orderBy }: { readonly order?: string; readonly orderBy?: string }
): ReadonlyArray<Conversation> => {
  const end = ({ conversationEnd }: Conversation) => conversationEnd ?? "running"
  const byEnd = orderBy === "conversationEnd" || orderBy === "segmentEnd"
  const sorted = byEnd ? rows.toSorted((a, b) => (end(a) < end(b) ? -1 : Number(end(a) > end(b)))) : rows
  return order === "desc" ? sorted.toReversed() : sorted
}

export interface Aggregation {
  readonly dimension?: string
  readonly size?: number
  readonly metric?: string
  readonly ranges?: ReadonlyArray<{ readonly gte?: number; readonly lt?: number }>
}

export const aggregate = (rows: ReadonlyArray<Conversation>, aggregation: Aggregation) => {
  const { dimension, metric, ranges = [], size = 10 } = aggregation
  const valuesOf = (row: Conversation, name: string) =>
    new Set([...(ofWhole(row)[name] ?? []), ...ofSegments(row).map((one) => one[name])])
  if (dimension === undefined) {
    const results = Array.from(ranges.entries(), ([place, { gte = -Infinity, lt = Infinity }]) => ({
      ...ranges[place],
      count: rows.filter((row) =>
        [...valuesOf(row, metric ?? "")].some((value) => typeof value === "number" && value >= gte && value < lt)
      ).length
    }))
    return { type: "numericRange", metric, results }
  }
  const counts = new Map<string, number>()
  for (const row of rows) {
    for (const value of valuesOf(row, dimension)) {
      if (value !== undefined) counts.set(String(value), (counts.get(String(value)) ?? 0) + 1)
    }
  }
  const results = [...counts].map(([value, count]) => ({ value, count }))
  results.sort((a, b) => b.count - a.count || (a.value < b.value ? -1 : 1))
  return { type: "termFrequency", dimension, results: results.slice(0, size) }
}
