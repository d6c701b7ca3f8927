/**
 * Hits in the order of their ends, from any place on: those that are running come last. They are counted by rough time of end
 * first, so that only a few have to be sorted.
 */
import { type Columns, turnOf } from "./columns.ts"
import { isLong, longestShort } from "./timeline.ts"

/** Some places of a block, ascending. */
export interface Part {
  readonly columns: Columns
  readonly places: Uint16Array
}

const lastStart = ({ base, moment, size }: Columns) => base + moment("start")[size - 1]!

/** Those at the places `start` to `stop` (exclusive), of which there must be so many. */
export const slice = (parts: ReadonlyArray<Part>, at: number, start: number, stop: number): ReadonlyArray<number> => {
  const present = turnOf(at)
  let first = present
  for (const { columns } of parts) first = Math.min(first, turnOf(columns.base))
  /** How many end in each turn from the first on. */
  const counts = new Uint32Array(present - first + 1)
  const running: Array<number> = []
  /** Long ones end far from where they started. */
  const long: Array<readonly [index: number, end: number]> = []
  let ended = 0
  for (const { columns, places } of parts) {
    const { base, consecutive, indexOf } = columns
    const [ends, turns, now] = [columns.moment("end"), columns.endTurn(), columns.since(at)]
    const [shift, last] = [turnOf(base) - first, present - turnOf(base)]
    for (let i = 0; i < places.length; i++) {
      const place = places[i]!
      const turn = turns[place]!
      if (turn > last || (turn === last && ends[place]! > now)) running.push(indexOf(place))
      else {
        counts[turn + shift]!++
        ended++
        // A block begins where the count of the long ones does, so that here its places are as good as numbers.
        if (isLong(consecutive ? place : indexOf(place))) long.push([indexOf(place), base + ends[place]!])
      }
    }
  }
  const rest = running.slice(Math.max(0, start - ended), Math.max(0, stop - ended))
  if (start >= ended) return rest

  let [low, skipped] = [0, 0]
  while (skipped + counts[low]! <= start) skipped += counts[low++]!
  let [high, seen] = [low, skipped]
  while (seen < Math.min(stop, ended)) seen += counts[high++]!
  const isNear = (end: number) => turnOf(end) - first >= low && turnOf(end) - first < high
  const near = long.filter(([, end]) => isNear(end))
  for (const { columns, places } of parts) {
    const { base, indexOf } = columns
    if (turnOf(base) - first >= high || turnOf(lastStart(columns) + longestShort) - first < low) continue
    const ends = columns.moment("end")
    for (const place of places) {
      const [index, end] = [indexOf(place), base + ends[place]!]
      if (end <= at && !isLong(index) && isNear(end)) near.push([index, end])
    }
  }
  near.sort(([a, endOfA], [b, endOfB]) => endOfA - endOfB || a - b)
  return [...near.slice(start - skipped, stop - skipped).map(([index]) => index), ...rest]
}
