/**
 * What a query or a job finds: a selection, its filters and its order together. Without filters, in the order of their starts,
 * nothing is looked at but the rows asked for; for anything else every conversation of the selection is.
 */
import type { Details } from "../../api/AnalyticsApi.ts"
import type { Aggregation, AggregationResult } from "../../api/ConversationFilter.ts"
import * as Aggregations from "./aggregations.ts"
import type { Conversations } from "./conversations.ts"
import * as Filters from "./filters.ts"
import * as Selection from "./selection.ts"

export interface Hits {
  readonly total: number
  /** How many of them have this number or a greater one. */
  readonly countFrom: (index: number) => number
  /** The numbers of the hits from a place on, in order. */
  readonly slice: (start: number, count: number) => ReadonlyArray<number>
  readonly count: (aggregation: Aggregation) => typeof AggregationResult.Type
}

type World = Conversations["Service"]

/** From the order of their starts: the running ones come first. */
const unordered = (world: World, indexes: ReadonlyArray<number>, at: number): ReadonlyArray<number> => [
  ...indexes.filter((index) => world.endOf(index) > at),
  ...indexes.filter((index) => world.endOf(index) <= at)
]

/** From the order of their starts: the running ones come last. */
const byEnd = (world: World, indexes: ReadonlyArray<number>, at: number): ReadonlyArray<number> => {
  const ends = Float64Array.from(indexes, (index) => {
    const end = world.endOf(index)
    return end <= at ? end : Infinity
  })
  const places = Uint32Array.from(ends.keys()).toSorted((a, b) => ends[a]! - ends[b]! || a - b)
  return Array.from(places, (place) => indexes[place]!)
}

export const find = (world: World, query: Details, selection: Selection.Selection): Hits => {
  const { order = "asc", orderBy = "conversationStart" } = query
  const { at } = selection
  const test = Filters.test(world, query)
  const started = (place: number) => Selection.nth(selection, place)
  const everything = () => Array.from({ length: Selection.size(selection) }, (_, place) => started(place))
  const passed = test === undefined ? undefined : everything().filter((index) => test(index, at))
  const total = passed === undefined ? Selection.size(selection) : passed.length

  const ascending = (start: number, stop: number): ReadonlyArray<number> => {
    if (order === "unordered") return unordered(world, passed ?? everything(), at).slice(start, stop)
    if (orderBy === "conversationEnd" || orderBy === "segmentEnd") {
      return byEnd(world, passed ?? everything(), at).slice(start, stop)
    }
    return passed?.slice(start, stop) ?? Array.from({ length: stop - start }, (_, place) => started(start + place))
  }
  return {
    total,
    countFrom: (index) =>
      passed === undefined
        ? Math.max(0, selection.last - Math.max(selection.first, index))
        : passed.filter((hit) => hit >= index).length,
    slice: (start, count) => {
      const stop = Math.min(total, start + count)
      if (start >= stop) return []
      return order === "desc" ? ascending(total - stop, total - start).toReversed() : ascending(start, stop)
    },
    count: (aggregation) => Aggregations.count(world, aggregation, passed ?? everything(), at)
  }
}
