/**
 * What a query or a job finds: a selection, its filters and its order together. Without filters nothing is looked at but the
 * rows asked for; with filters all of the selection is, and the last few results that cannot change any more are kept.
 */
import type { Details } from "../api/AnalyticsApi.ts"
import type { Conversations } from "./Conversations.ts"
import * as Filters from "./Filters.ts"
import * as Ordering from "./Ordering.ts"
import * as Selection from "./Selection.ts"
import { settledAfter } from "./Timeline.ts"

type World = Conversations["Service"]

export interface Hits {
  readonly total: number
  /** The numbers of the hits from a place on, in order. */
  readonly slice: (start: number, count: number) => ReadonlyArray<number>
  /** Every hit, in no promised order. */
  readonly all: () => Iterable<number>
}

/** So many results are kept; one takes 8 bytes for each hit. */
const kept = 4

const sortByEnd = (world: World, found: Float64Array, at: number): Float64Array => {
  const ends = Float64Array.from(found, (index) => (world.endOf(index) <= at ? world.endOf(index) : Infinity))
  const order = Uint32Array.from(found, (_, ordinal) => ordinal)
  order.sort((a, b) => (ends[a] === ends[b] ? a - b : ends[a]! - ends[b]!))
  return Float64Array.from(order, (ordinal) => found[ordinal]!)
}

function* members(selection: Selection.Selection): Iterable<number> {
  yield* selection.lead
  for (let index = selection.first; index < selection.last; index++) yield index
}

const search = (
  world: World,
  query: Details,
  selection: Selection.Selection,
  passes: (index: number, at: number) => boolean
) => {
  let found = new Float64Array(64)
  let length = 0
  for (let place = 0; place < Selection.size(selection); place++) {
    const index = Selection.nth(selection, place)
    if (!passes(index, selection.at)) continue
    if (length === found.length) {
      const larger = new Float64Array(length * 2)
      larger.set(found)
      found = larger
    }
    found[length++] = index
  }
  const hits = found.slice(0, length)
  if (query.order === "unordered") return hits
  const sorted = Ordering.isByEnd(query) ? sortByEnd(world, hits, selection.at) : hits
  return query.order === "desc" ? sorted.toReversed() : sorted
}

/** Finds hits, and keeps a few results. */
export const make = (world: World) => {
  const results = new Map<string, Float64Array>()

  /** The moment from which on nothing in the selection changes any more, if it is over. */
  const moment = ({ at, last }: Selection.Selection) =>
    at >= world.startOf(last - 1) + settledAfter ? "settled" : String(at)

  return (query: Details, selection: Selection.Selection): Hits => {
    const passes = Filters.test(world, query)
    if (passes === undefined) {
      return {
        total: Selection.size(selection),
        slice: (start, count) => Ordering.slice(world, query, selection, start, count),
        all: () => members(selection)
      }
    }
    const { conversationFilters, order, orderBy, segmentFilters } = query
    const { first, last, lead } = selection
    const filters = [conversationFilters, segmentFilters]
    const key = JSON.stringify([moment(selection), first, last, lead.length, order, orderBy, filters])
    const hits = results.get(key) ?? search(world, query, selection, passes)
    results.delete(key)
    results.set(key, hits)
    for (const oldest of results.keys()) if (results.size > kept) results.delete(oldest)
    return { total: hits.length, slice: (start, count) => [...hits.subarray(start, start + count)], all: () => hits }
  }
}
