/**
 * Hits in the order of their ends, from any place on: those that are running come last. They are counted by rough time of end
 * first, so that only a few have to be sorted.
 */
import type { Columns } from "./Columns.ts"
import { isLong, longestLong, longestShort } from "./Timeline.ts"

/** Some places of a block, ascending. */
export interface Part {
  readonly columns: Columns
  readonly places: Uint16Array
}

const buckets = 4096
const counts = new Uint32Array(buckets)

const lastStart = ({ base, moment, size }: Columns) => base + moment("start")[size - 1]!

/** The buckets begin with the first base, and end with the last end that has come. */
const scale = (parts: ReadonlyArray<Part>, at: number) => {
  let [first, last] = [at, Number.NEGATIVE_INFINITY]
  for (const { columns } of parts) {
    first = Math.min(first, columns.base)
    last = Math.max(last, lastStart(columns) + longestLong)
  }
  return { first, perMilli: buckets / (Math.min(at, last) - first + 1) }
}

/** Those at the places `start` to `stop` (exclusive), of which there must be so many. */
export const slice = (parts: ReadonlyArray<Part>, at: number, start: number, stop: number): ReadonlyArray<number> => {
  const { first, perMilli } = scale(parts, at)
  const running: Array<number> = []
  /** Long ones end far from where they started. */
  const long: Array<readonly [index: number, end: number]> = []
  let ended = 0
  counts.fill(0)
  for (const { columns, places } of parts) {
    const { base, consecutive, indexOf } = columns
    const [ends, now, shift] = [columns.moment("end"), columns.since(at), base - first]
    for (let i = 0; i < places.length; i++) {
      const place = places[i]!
      const end = ends[place]!
      if (end > now) running.push(indexOf(place))
      else {
        counts[Math.trunc((end + shift) * perMilli)]!++
        ended++
        // A block begins where the count of the long ones does, so that here its places are as good as numbers.
        if (isLong(consecutive ? place : indexOf(place))) long.push([indexOf(place), base + end])
      }
    }
  }
  const rest = running.slice(Math.max(0, start - ended), Math.max(0, stop - ended))
  if (start >= ended) return rest

  let [low, skipped] = [0, 0]
  while (skipped + counts[low]! <= start) skipped += counts[low++]!
  let [high, seen] = [low, skipped]
  while (seen < Math.min(stop, ended)) seen += counts[high++]!
  const bucketOf = (moment: number) => Math.trunc((moment - first) * perMilli)
  const isNear = (end: number) => bucketOf(end) >= low && bucketOf(end) < high
  const near = long.filter(([, end]) => isNear(end))
  for (const { columns, places } of parts) {
    if (bucketOf(columns.base) >= high || bucketOf(lastStart(columns) + longestShort) < low) continue
    const ends = columns.moment("end")
    for (const place of places) {
      const [index, end] = [columns.indexOf(place), columns.base + ends[place]!]
      if (end <= at && !isLong(index) && isNear(end)) near.push([index, end])
    }
  }
  near.sort(([a, endOfA], [b, endOfB]) => endOfA - endOfB || a - b)
  return [...near.slice(start - skipped, stop - skipped).map(([index]) => index), ...rest]
}
