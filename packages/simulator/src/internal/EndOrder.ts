/**
 * Hits in the order of their ends, from any place on: those that are running come last. They are counted by rough time of end
 * first, so that only a few have to be sorted.
 */
import type { Columns } from "./Columns.ts"
import { longestLong } from "./Timeline.ts"

/** Some places of a block, ascending. */
export interface Part {
  readonly columns: Columns
  readonly places: Uint16Array
}

const buckets = 4096
const counts = new Uint32Array(buckets)

/** The buckets begin with the first base, and end with the last end that has come. */
const scale = (parts: ReadonlyArray<Part>, at: number) => {
  let [first, last] = [at, Number.NEGATIVE_INFINITY]
  for (const { columns } of parts) {
    first = Math.min(first, columns.base)
    last = Math.max(last, columns.base)
  }
  const width = (Math.min(at, last + 2 * longestLong) - first + 1) / buckets
  return { first, perMilli: 1 / width }
}

/** Those at the places `start` to `stop` (exclusive), of which there must be so many. */
export const slice = (parts: ReadonlyArray<Part>, at: number, start: number, stop: number): ReadonlyArray<number> => {
  const { first, perMilli } = scale(parts, at)
  const running: Array<number> = []
  let ended = 0
  counts.fill(0)
  for (const { columns, places } of parts) {
    const [ends, now, shift] = [columns.moment("end"), columns.since(at), columns.base - first]
    for (let i = 0; i < places.length; i++) {
      const end = ends[places[i]!]!
      if (end <= now) {
        counts[Math.floor(Math.min(buckets - 1, (end + shift) * perMilli))]!++
        ended++
      } else running.push(columns.indexOf(places[i]!))
    }
  }
  const rest = running.slice(Math.max(0, start - ended), Math.max(0, stop - ended))
  if (start >= ended) return rest

  let [low, skipped] = [0, 0]
  while (skipped + counts[low]! <= start) skipped += counts[low++]!
  let [high, seen] = [low, skipped]
  while (seen < Math.min(stop, ended)) seen += counts[high++]!
  const near: Array<readonly [index: number, end: number]> = []
  for (const { columns, places } of parts) {
    const [ends, now, shift] = [columns.moment("end"), columns.since(at), columns.base - first]
    for (let i = 0; i < places.length; i++) {
      const end = ends[places[i]!]!
      if (end > now) continue
      const bucket = Math.floor(Math.min(buckets - 1, (end + shift) * perMilli))
      if (bucket >= low && bucket < high) near.push([columns.indexOf(places[i]!), columns.base + end])
    }
  }
  near.sort(([a, endOfA], [b, endOfB]) => endOfA - endOfB || a - b)
  return [...near.slice(start - skipped, stop - skipped).map(([index]) => index), ...rest]
}
