/**
 * Who takes part in a conversation as an agent, and which conversations an agent may have: neither needs to look at another
 * conversation. The active users work in three shifts of eight hours, every day. Of those on a shift, most take what comes in, in
 * turn; some help them out (`helper`), and a few answer threads and late callbacks. An org that has enough agents for its conversations
 * has each of them in one call at a time; a busier one has not.
 */
import type { Users } from "../directory/users.ts"
import { helpEvery, isLong, longestShort, longestWork, longEvery, longFrom } from "./script.ts"
import type { Timeline } from "./timeline.ts"

export const shiftLength = 8 * 3_600_000
const shifts = 3

/** So many helpers a conversation has at most, and so many visits a thread. */
export const mostHelpers = 3
export const mostVisits = 4

/** Milliseconds since 1970 at which the shift begins that this moment is in. */
export const shiftStart = (at: number): number => Math.floor(at / shiftLength) * shiftLength

const pools = ["main", "helpers", "threads"] as const
type Pool = (typeof pools)[number]
type Pools = Readonly<Record<Pool, ReadonlyArray<number>>>

/** Where a user stands in the pools of a shift; -1 where not. */
type Places = Readonly<Record<Pool, number>>

export interface Agents {
  /** The number of the user who takes a conversation that starts then. */
  readonly main: (index: number, start: number) => number
  /** Who helps out, from 0 to below `mostHelpers`. */
  readonly helper: (index: number, start: number, place: number) => number
  /** Who answers a thread at this moment, at its visit from 0 to below `mostVisits`. */
  readonly thread: (index: number, at: number, visit: number) => number
  /** Whether the user has the shift that this moment is in. */
  readonly isOnShift: (user: number, at: number) => boolean
  /** The conversations that the user may have a part in between two moments: all that there are, and some others. */
  readonly candidates: (user: number, from: number, to: number) => Generator<number>
}

const modulo = (number: number, divisor: number) => ((number % divisor) + divisor) % divisor
const shiftAt = (at: number) => modulo(Math.floor(at / shiftLength), shifts)

/** A handful of people do everything. */
const handful = 6

const split = (all: ReadonlyArray<number>): Pools => {
  if (all.length < handful) return { main: all, helpers: all, threads: all }
  const threads = Math.max(1, Math.floor(all.length / 12))
  const rest = threads + Math.floor((all.length - threads) * 0.43)
  return { threads: all.slice(0, threads), helpers: all.slice(threads, rest), main: all.slice(rest) }
}

/** Of each shift, and of each user in each shift. */
const assign = (users: Users["Service"]) => {
  const active = Array.from({ length: users.count }, (_, number) => number).filter(
    (number) => users.field(number, "state") === "active"
  )
  const places = new Map<number, ReadonlyArray<Places | undefined>>()
  const ofShifts = Array.from({ length: shifts }, (_, shift) =>
    split(active.length < shifts ? active : active.filter((_user, place) => place % shifts === shift))
  )
  for (const user of active) {
    places.set(
      user,
      ofShifts.map(({ helpers, main, threads }) => {
        const found = { main: main.indexOf(user), helpers: helpers.indexOf(user), threads: threads.indexOf(user) }
        return pools.some((pool) => found[pool] >= 0) ? found : undefined
      })
    )
  }
  return { ofShifts, places }
}

const helperPlace = (index: number, place: number) => Math.floor(index / helpEvery) * mostHelpers + place
const threadPlace = (index: number, visit: number) => Math.floor(index / longEvery) * mostVisits + visit

export const make = (users: Users["Service"], timeline: Timeline): Agents => {
  let made: ReturnType<typeof assign> | undefined
  const assigned = () => (made ??= assign(users))
  const poolsAt = (at: number) => assigned().ofShifts[shiftAt(at)]!
  const nth = (pool: ReadonlyArray<number>, place: number) => pool[modulo(place, pool.length)]!
  const placesAt = (user: number, at: number) => assigned().places.get(user)?.[shiftAt(at)]

  /** Ordinary ones that start in one shift of theirs. */
  const ofShift = function* (places: Places, begin: number, from: number, to: number): Generator<number> {
    const { helpers, main } = poolsAt(begin)
    const first = timeline.firstFrom(Math.max(begin, from - longestShort - longestWork))
    const last = timeline.firstFrom(Math.min(begin + shiftLength, to))
    const isMain = (index: number) => places.main >= 0 && modulo(index - places.main, main.length) === 0
    const helps = (index: number) =>
      places.helpers >= 0 && modulo(places.helpers - helperPlace(index, 0), helpers.length) < mostHelpers
    for (let index = first; index < last; index++) {
      if (!isLong(index) && (isMain(index) || helps(index))) yield index
    }
  }

  const long = function* (user: number, from: number, to: number): Generator<number> {
    const last = timeline.firstFrom(to)
    const own = assigned()
      .places.get(user)!
      .flatMap((places, shift) =>
        places === undefined || places.threads < 0
          ? []
          : [{ place: places.threads, size: assigned().ofShifts[shift]!.threads.length }]
      )
    if (own.length === 0) return
    for (let index = longFrom(timeline.firstFrom(from - timeline.longestLong)); index < last; index += longEvery) {
      if (own.some(({ place, size }) => modulo(place - threadPlace(index, 0), size) < mostVisits)) yield index
    }
  }

  return {
    main: (index, start) => nth(poolsAt(start).main, index),
    helper: (index, start, place) => nth(poolsAt(start).helpers, helperPlace(index, place)),
    thread: (index, at, visit) => nth(poolsAt(at).threads, threadPlace(index, visit)),
    isOnShift: (user, at) => placesAt(user, at) !== undefined,
    candidates: function* (user, from, to) {
      if (!assigned().places.has(user)) return
      const oldest = from - longestShort - longestWork
      for (let begin = shiftStart(oldest); begin < to; begin += shiftLength) {
        const places = placesAt(user, begin)
        if (places !== undefined) yield* ofShift(places, begin, from, to)
      }
      yield* long(user, from, to)
    }
  }
}
