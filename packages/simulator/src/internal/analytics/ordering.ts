/**
 * The conversations of a selection in the order that a query asks for, from any place on, at a cost that does not depend on
 * the place. Those that are running come last when ordered by their end, and first when unordered.
 */
import type { Details } from "../../api/AnalyticsApi.ts"
import type { Conversations } from "./conversations.ts"
import * as Selection from "./selection.ts"
import { isLong, longBetween, longestShort, longEvery, longFrom } from "./timeline.ts"

type World = Conversations["Service"]
type Indexes = ReadonlyArray<number>

const buckets = 1024

/**
 * Ordered by end, the places `start` to `stop` among those that have ended. Only those whose end can fall there are looked
 * at: a conversation at place n started no later than the n-th start, and ended no later than the longest life after it.
 * They are counted by rough time of end first, so that only a few have to be kept and sorted.
 */
const endedBetween = (world: World, selection: Selection.Selection, start: number, stop: number): Indexes => {
  const { at, first, last, lead } = selection
  const total = Selection.size(selection)
  const earliest = world.startOf(Selection.nth(selection, start))
  const sure = stop + lead.length + Math.ceil(stop / (longEvery - 1)) + 2
  const latest =
    sure < total
      ? world.startOf(Selection.nth(selection, sure)) + longestShort
      : world.startOf(Selection.nth(selection, total - 1)) + world.longestLong
  const from = Math.min(last, Math.max(first, world.firstFrom(earliest - longestShort)))
  const to = Math.min(last, world.firstFrom(latest))
  const fromLong = longFrom(Math.min(last, Math.max(first, world.firstFrom(earliest - world.longestLong))))
  const width = (latest - earliest + 1) / buckets
  /** Negative for those that ended before. */
  const bucketOf = (end: number) => Math.floor((end - earliest) / width)

  const visit = (look: (index: number, bucket: number) => void) => {
    const ended = (index: number) => {
      const end = world.endOf(index)
      if (end <= at && end <= latest) look(index, bucketOf(end))
    }
    for (const index of lead) ended(index)
    for (let index = fromLong; index < to; index += longEvery) ended(index)
    for (let index = from; index < to; index++) if (!isLong(index)) ended(index)
  }

  // Ordinary ones before `from` and long ones before `fromLong` have ended before `earliest`.
  let skipped = from - first - longBetween(first, from) + longBetween(first, fromLong)
  const counts = new Uint32Array(buckets)
  visit((_, bucket) => {
    if (bucket < 0) skipped++
    else counts[bucket]!++
  })
  let low = 0
  while (skipped + counts[low]! <= start) skipped += counts[low++]!
  let [high, seen] = [low, skipped]
  while (seen < stop) seen += counts[high++]!
  const near: Array<readonly [index: number, end: number]> = []
  visit((index, bucket) => {
    if (bucket >= low && bucket < high) near.push([index, world.endOf(index)])
  })
  near.sort(([a, endOfA], [b, endOfB]) => endOfA - endOfB || a - b)
  return near.slice(start - skipped, stop - skipped).map(([index]) => index)
}

/** The ended ones in the order of their starts, from a place on: the running ones, ascending, are left out. */
const endedFrom = (selection: Selection.Selection, running: Indexes, start: number, stop: number): Indexes => {
  const left = new Set(running)
  let place = start
  for (const index of running) {
    if (Selection.placeOf(selection, index) > place) break
    place++
  }
  const found: Array<number> = []
  for (; found.length < stop - start; place++) {
    const index = Selection.nth(selection, place)
    if (!left.has(index)) found.push(index)
  }
  return found
}

const byEnd = (world: World, selection: Selection.Selection, start: number, stop: number): Indexes => {
  const running = Selection.running(world, selection)
  const ended = Selection.size(selection) - running.length
  return [
    ...(start < ended ? endedBetween(world, selection, start, Math.min(stop, ended)) : []),
    ...running.slice(Math.max(0, start - ended), Math.max(0, stop - ended))
  ]
}

const unordered = (world: World, selection: Selection.Selection, start: number, stop: number): Indexes => {
  const running = Selection.running(world, selection)
  const head = running.slice(start, stop)
  const [from, to] = [Math.max(0, start - running.length), Math.max(0, stop - running.length)]
  return [...head, ...(from < to ? endedFrom(selection, running, from, to) : [])]
}

export const isByEnd = ({ orderBy }: Details): boolean => orderBy === "conversationEnd" || orderBy === "segmentEnd"

/** Those at the places `start` to `start + count`, as far as there are so many. */
export const slice = (world: World, query: Details, selection: Selection.Selection, start: number, count: number) => {
  const total = Selection.size(selection)
  const places = Math.max(0, Math.min(count, total - start))
  if (places === 0) return []
  if (query.order === "unordered") return unordered(world, selection, start, start + places)
  const from = query.order === "desc" ? total - start - places : start
  const found = isByEnd(query)
    ? byEnd(world, selection, from, from + places)
    : Array.from({ length: places }, (_, offset) => Selection.nth(selection, from + offset))
  return query.order === "desc" ? found.toReversed() : found
}
