/**
 * What a query or a job finds: a selection, its filters and its order together. Without filters nothing is looked at but the
 * rows asked for. With filters, or to count, blocks of columns are, and what the last few filters found in them is kept.
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type { Details } from "../../api/AnalyticsApi.ts"
import type { Aggregation, AggregationResult } from "../../api/ConversationFilter.ts"
import * as Blocks from "./blocks.ts"
import { blockSize } from "./columns.ts"
import { Conversations } from "./conversations.ts"
import * as EndOrder from "./endOrder.ts"
import * as Filters from "./filters.ts"
import * as Ordering from "./ordering.ts"
import * as Search from "./search.ts"
import * as Selection from "./selection.ts"
import * as Tallies from "./tallies.ts"

export interface Hits {
  readonly total: number
  /** How many of them have this number or a greater one. */
  readonly countFrom: (index: number) => number
  /** The numbers of the hits from a place on, in order. */
  readonly slice: (start: number, count: number) => ReadonlyArray<number>
  readonly count: (aggregation: Aggregation) => typeof AggregationResult.Type
}

/** Bytes that what was found and counted may take, beyond which the filters that were not used lately are forgotten. */
const kept = 16 * 1024 * 1024
/** So many filters are kept at most. */
const most = 64

interface Known {
  readonly search: Search.Search
  readonly tallies: Tallies.Tallies
}

const inStartOrder = (parts: ReadonlyArray<Tallies.Part>, start: number, stop: number): ReadonlyArray<number> => {
  const found: Array<number> = []
  let passed = 0
  for (const { columns, places } of parts) {
    const [from, to] = [Math.max(0, start - passed), Math.min(places.length, stop - passed)]
    for (let place = from; place < to; place++) found.push(columns.indexOf(places[place]!))
    passed += places.length
    if (passed >= stop) break
  }
  return found
}

export class HitFinder extends Context.Service<
  HitFinder,
  { readonly find: (query: Details, selection: Selection.Selection) => Hits }
>()("@effect-genesys/simulator/internal/HitFinder") {
  static readonly layer = Layer.effect(
    HitFinder,
    Effect.gen(function* () {
      const world = yield* Conversations
      const blocks = Blocks.make(world)
      /** The last used comes last. */
      const filters = new Map<string, Known>()

      const knownOf = ({ conversationFilters = [], segmentFilters = [] }: Details): Known => {
        const query = { conversationFilters, segmentFilters }
        const key = JSON.stringify(query)
        const known = filters.get(key) ?? {
          search: Search.make(Filters.test(world, query)),
          tallies: Tallies.make(world)
        }
        filters.delete(key)
        filters.set(key, known)
        return known
      }

      const trim = () => {
        blocks.trim()
        let bytes = 0
        for (const { search, tallies } of filters.values()) bytes += search.bytes() + tallies.bytes()
        for (const [key, { search, tallies }] of filters) {
          if (bytes <= kept && filters.size <= most) break
          filters.delete(key)
          bytes -= search.bytes() + tallies.bytes()
        }
      }

      const partsOf = ({ search }: Known, selection: Selection.Selection): ReadonlyArray<Tallies.Part> =>
        blocks.pieces(selection).map((piece) => {
          const { block, columns, from, to } = piece
          const found = search.find(piece, selection.at)
          const { places } = found
          if (from === 0 && to === blockSize) return { block, columns, from, to, found, places }
          const inside = places.subarray(Search.placeFrom(places, from), Search.placeFrom(places, to))
          return { block, columns, from, to, found, places: inside }
        })

      const filtered = (query: Details, selection: Selection.Selection): Hits => {
        const known = knownOf(query)
        const parts = partsOf(known, selection)
        let total = 0
        for (const { places } of parts) total += places.length
        const ascending = (start: number, stop: number) =>
          query.order !== "unordered" && Ordering.isByEnd(query)
            ? EndOrder.slice(parts, selection.at, start, stop)
            : inStartOrder(parts, start, stop)
        return {
          total,
          countFrom: (index) => {
            let count = 0
            for (const { columns, places } of parts) {
              for (let place = places.length; place > 0 && columns.indexOf(places[place - 1]!) >= index; place--)
                count++
            }
            return count
          },
          slice: (start, count) => {
            const stop = Math.min(total, start + count)
            if (start >= stop) return []
            return query.order === "desc" ? ascending(total - stop, total - start).toReversed() : ascending(start, stop)
          },
          count: (aggregation) => known.tallies.count(aggregation, parts, selection.at)
        }
      }

      const find = (query: Details, selection: Selection.Selection): Hits => {
        const { conversationFilters = [], segmentFilters = [] } = query
        const unfiltered = conversationFilters.length === 0 && segmentFilters.length === 0
        if (!unfiltered) return filtered(query, selection)
        return {
          total: Selection.size(selection),
          countFrom: (index) => Math.max(0, selection.last - Math.max(selection.first, index)),
          slice: (start, count) => Ordering.slice(world, query, selection, start, count),
          count: (aggregation) => filtered(query, selection).count(aggregation)
        }
      }

      return HitFinder.of({
        find: (query, selection) => {
          trim()
          return find(query, selection)
        }
      })
    })
  )
}
