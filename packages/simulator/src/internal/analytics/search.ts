/**
 * Which conversations of a block pass a filter, kept for as long as that stays so: while the world moves, only blocks in which
 * something has happened are looked at again.
 */
import type { Piece } from "./blocks.ts"
import { blockSize } from "./columns.ts"
import type { Test } from "./filters.ts"

/** Until `until` (exclusive), and from `from` on. */
export interface Lasting {
  readonly from: number
  readonly until: number
}

export const holds = ({ from, until }: Lasting, at: number): boolean => at >= from && at < until

/** Places in a block, ascending. */
export interface Found extends Lasting {
  readonly places: Uint16Array
}

const marks = new Uint8Array(blockSize)
const everything = Uint16Array.from({ length: blockSize }, (_, place) => place)
const always = { from: Number.NEGATIVE_INFINITY, until: Number.POSITIVE_INFINITY }
const nothing: Found = { ...always, places: new Uint16Array(0) }
const all: Found = { ...always, places: everything }

const look = (test: Exclude<Test, boolean>, { columns }: Piece, at: number): Found => {
  const { size } = columns
  test.mark(columns, at, marks)
  let count = 0
  for (let place = 0; place < size; place++) count += marks[place]!
  const [from, until] = columns.steady(test.moments, at)
  if (count === size) return { from, until, places: everything.subarray(0, size) }
  const places = new Uint16Array(count)
  let found = 0
  for (let place = 0; found < count; place++) if (marks[place] === 1) places[found++] = place
  return { from, until, places }
}

export interface Search {
  /** All that pass, also beside the selection. */
  readonly find: (piece: Piece, at: number) => Found
  /** Bytes that are kept. */
  readonly bytes: () => number
}

export const make = (test: Test): Search => {
  const known = new Map<number, Found>()
  let bytes = 0
  return {
    find: (piece, at) => {
      if (typeof test === "boolean") return test ? all : nothing
      if (piece.block === undefined) return look(test, piece, at)
      const before = known.get(piece.block)
      if (before !== undefined && holds(before, at)) return before
      const found = look(test, piece, at)
      known.set(piece.block, found)
      bytes += found.places.byteLength - (before?.places.byteLength ?? 0)
      return found
    },
    bytes: () => bytes
  }
}

/** The first of these places that is not before `place`. */
export const placeFrom = (places: Uint16Array, place: number): number => {
  let [low, high] = [0, places.length]
  while (low < high) {
    const middle = (low + high) >>> 1
    if (places[middle]! < place) low = middle + 1
    else high = middle
  }
  return low
}
