/**
 * Counts the conversations that a query found, for each value of a dimension or each range of a metric. One that has a value
 * in several segments counts once.
 */
import type { Aggregation, AggregationResult } from "../../api/ConversationFilter.ts"
import type { Conversations } from "./conversations.ts"
import * as Dimensions from "./dimensions.ts"

/** Each that differs: what a segment has in common with an earlier one counts nothing new. */
const valuesOf = (world: Conversations["Service"], name: string) => {
  const whole = Dimensions.conversation(world).get(name)
  // The schema of the aggregation lets only names through that are there.
  const read = Dimensions.segment(world).get(name)!
  return (index: number, at: number): ReadonlySet<string | number | undefined> => {
    const found = new Set<string | number | undefined>()
    const keep = (value: string | number | undefined) => {
      found.add(value)
      return false
    }
    if (whole === undefined) {
      Dimensions.someSegment(world, index, at, (actor, leg, part) => keep(read(index, at, actor, leg, part)))
    } else whole(index, at, keep)
    return found
  }
}

/** Of the conversations with these numbers at this moment. */
export const count = (
  world: Conversations["Service"],
  aggregation: Aggregation,
  indexes: Iterable<number>,
  at: number
): typeof AggregationResult.Type => {
  const { dimension = "", metric = "", ranges = [], size = 10 } = aggregation
  const type = aggregation.type ?? (aggregation.metric === undefined ? "termFrequency" : "numericRange")
  const values = valuesOf(world, type === "termFrequency" ? dimension : metric)
  if (type === "termFrequency") {
    const counts = new Map<string, number>()
    for (const index of indexes) {
      for (const value of values(index, at)) {
        if (typeof value === "string") counts.set(value, (counts.get(value) ?? 0) + 1)
      }
    }
    // The most frequent first, equals by name.
    const results = Array.from(counts, ([value, number]) => ({ value, count: number }))
    results.sort((a, b) => b.count - a.count || (a.value < b.value ? -1 : 1))
    return { type, dimension, results: results.slice(0, size) }
  }
  const counts = ranges.map(() => 0)
  for (const index of indexes) {
    const found = [...values(index, at)].filter((value) => typeof value === "number")
    for (const [place, { gte = -Infinity, lt = Infinity }] of ranges.entries()) {
      if (found.some((value) => value >= gte && value < lt)) counts[place]!++
    }
  }
  return {
    type: "numericRange",
    metric,
    results: Array.from(counts, (number, place) => ({ ...ranges[place], count: number }))
  }
}
