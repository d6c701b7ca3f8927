/**
 * Counts over many blocks. Those of a block in which nothing has happened are kept.
 */
import type { Aggregation } from "../../api/ConversationFilter.ts"
import * as Aggregations from "./aggregations.ts"
import type { Piece } from "./blocks.ts"
import type { Conversations } from "./conversations.ts"
import { type Found, holds, type Lasting } from "./search.ts"

/** The hits of a piece, of which `places` belong to the selection. */
export interface Part extends Piece {
  readonly found: Found
  readonly places: Uint16Array
}

interface Tally extends Lasting {
  readonly counts: Uint16Array
}

/** More numbers than this are cheaper to count again than to keep. */
const small = 1024

export interface Tallies {
  readonly count: (
    aggregation: Aggregation,
    parts: ReadonlyArray<Part>,
    at: number
  ) => ReturnType<Aggregations.Counter["result"]>
  /** Bytes that are kept. */
  readonly bytes: () => number
}

export const make = (world: Conversations["Service"]): Tallies => {
  const known = new Map<string, { readonly counter: Aggregations.Counter; readonly blocks: Map<number, Tally> }>()
  let bytes = 0

  const counterOf = (aggregation: Aggregation) => {
    const key = JSON.stringify(aggregation)
    const found = known.get(key) ?? { counter: Aggregations.make(world, aggregation), blocks: new Map<number, Tally>() }
    known.set(key, found)
    return found
  }

  return {
    count: (aggregation, parts, at) => {
      const { blocks, counter } = counterOf(aggregation)
      const counts = new Uint32Array(counter.size)

      const tally = (part: Part, block: number): Uint16Array => {
        const before = blocks.get(block)
        if (before !== undefined && holds(before, at)) return before.counts
        const own = new Uint16Array(counter.size)
        counter.add(part.columns, at, part.places, own)
        const [from, until] = part.columns.steady(counter.moments, at)
        const { found } = part
        if (before === undefined) bytes += own.byteLength
        blocks.set(block, { from: Math.max(from, found.from), until: Math.min(until, found.until), counts: own })
        return own
      }

      for (const part of parts) {
        if (part.block === undefined || part.places !== part.found.places || counter.size > small) {
          counter.add(part.columns, at, part.places, counts)
        } else {
          const own = tally(part, part.block)
          for (let number = 0; number < own.length; number++) counts[number]! += own[number]!
        }
      }
      return counter.result(counts)
    },
    bytes: () => bytes
  }
}
