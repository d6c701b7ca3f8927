/**
 * Which conversations a query or a job means, without filters, at one moment. It is a range of numbers, and for jobs a few
 * earlier ones besides, so its size is known without looking at each.
 */
import type { Conversations } from "./conversations.ts"
import { longestShort, longEvery, longFrom } from "./script.ts"
import { day } from "./timeline.ts"

type World = Conversations["Service"]

export interface Selection {
  /** The moment at which they are looked at. */
  readonly at: number
  /** Numbers below `first`, ascending. */
  readonly lead: ReadonlyArray<number>
  readonly first: number
  /** Exclusive. */
  readonly last: number
}

export const size = ({ first, last, lead }: Selection): number => lead.length + last - first

/** The place-th in the order of their starts, from 0. */
export const nth = ({ first, lead }: Selection, place: number): number => lead[place] ?? first + place - lead.length

/** Those from `first` to `last` (exclusive), all started by that moment, that had not ended yet; ascending. */
const alive = (world: World, first: number, last: number, moment: number): Array<number> => {
  const found: Array<number> = []
  const shorts = Math.min(last, Math.max(first, world.firstFrom(moment - longestShort)))
  const longs = longFrom(Math.max(first, world.firstFrom(moment - world.longestLong)))
  for (let index = longs; index < shorts; index += longEvery) if (world.endOf(index) > moment) found.push(index)
  for (let index = shorts; index < last; index++) if (world.endOf(index) > moment) found.push(index)
  return found
}

const started = (world: World, from: number, to: number, at: number) => {
  const first = world.firstFrom(from)
  return { at, first, last: Math.max(first, Math.min(world.firstFrom(to), world.firstFrom(at + 1))) }
}

/** Those that have started on a UTC day that the interval touches. */
export const ofDays = (world: World, [from, to]: readonly [from: number, to: number], at: number): Selection => ({
  ...started(world, Math.floor(from / day) * day, Math.ceil(to / day) * day, at),
  lead: []
})

/**
 * Those of them that were alive in the interval: "conversations that both started on a day touched by the interval AND either
 * started, ended, or any activity during the interval", as the official SDKs describe the interval of a query.
 */
export const touching = (world: World, [from, to]: readonly [from: number, to: number], at: number): Selection => {
  const range = started(world, from, to, at)
  const first = world.firstFrom(Math.floor(from / day) * day)
  return { ...range, lead: at <= from ? [] : alive(world, first, range.first, from) }
}

/** Those whose life, as far as it is known, overlaps the interval. */
export const overlapping = (world: World, [from, to]: readonly [from: number, to: number], at: number): Selection => {
  const range = started(world, from, to, at)
  return { ...range, lead: at <= from ? [] : alive(world, Number.NEGATIVE_INFINITY, range.first, from) }
}
