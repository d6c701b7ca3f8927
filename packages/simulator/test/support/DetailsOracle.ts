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

/** By the names of dimensions and metrics. */
type Values = Readonly<Record<string, string | number | undefined>>

const millis = (from: string, to: string | undefined) =>
  to === undefined ? undefined : Date.parse(to) - Date.parse(from)

export const ofSegments = (row: Conversation): ReadonlyArray<Values> =>
  row.participants.flatMap(({ purpose, sessions, userId }) =>
    sessions.flatMap(({ ani, direction, dnis, mediaType, segments }) =>
      segments.map(({ disconnectType, queueId, segmentEnd, segmentStart, segmentType, wrapUpCode }) => ({
        ani,
        direction,
        disconnectType,
        dnis,
        mediaType,
        purpose,
        queueId,
        segmentEnd,
        segmentType,
        userId,
        wrapUpCode,
        tSegmentDuration: millis(segmentStart, segmentEnd)
      }))
    )
  )

export const ofWhole = (row: Conversation): Values => ({
  conversationId: row.conversationId,
  conversationStart: row.conversationStart,
  conversationEnd: row.conversationEnd,
  originatingDirection: row.originatingDirection,
  divisionId: row.divisionIds[0],
  ...Object.fromEntries(
    row.participants.flatMap(({ sessions }) =>
      sessions.flatMap(({ metrics }) => metrics.map(({ name, value }) => [name, value]))
    )
  )
})

const passes = (values: Values, { dimension, metric, operator, range = {}, value }: Predicate): boolean => {
  const found = values[metric ?? dimension ?? ""]
  if (operator === "exists") return found !== undefined
  if (operator === "notExists") return found === undefined
  if (typeof found !== "number") return found === value && value !== undefined
  const { gt = -Infinity, gte = -Infinity, lt = Infinity, lte = Infinity } = range
  return (value === undefined || found === Number(value)) && found > gt && found >= gte && found < lt && found <= lte
}

const joined = (type: "and" | "or", tests: ReadonlyArray<boolean>) =>
  tests.length === 0 || (type === "and" ? tests.every(Boolean) : tests.some(Boolean))

const fits = (values: Values, { clauses = [], predicates, type }: Filter): boolean =>
  joined(type, [
    ...predicates.map((predicate) => passes(values, predicate)),
    ...clauses.map((clause) =>
      joined(
        clause.type,
        clause.predicates.map((predicate) => passes(values, predicate))
      )
    )
  ])

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
      conversationFilters.every((given) => fits(ofWhole(row), given)) &&
      (segmentFilters.length === 0 ||
        ofSegments(row).some((values) => segmentFilters.every((given) => fits(values, given))))
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
    new Set([ofWhole(row), ...ofSegments(row)].map((one) => one[name]))
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
