/**
 * When things happen to a conversation, computed from the seed and its number: one starts at a random moment of each slot of
 * a grid that has no beginning and no end. All moments are milliseconds since 1970.
 */
import * as Random from "./Random.ts"
import type { Settings } from "./Settings.ts"

const minute = 60_000
const hour = 60 * minute
export const day = 24 * hour

/** One conversation in so many is a long one: an e-mail or message thread of hours or days. */
export const longEvery = 256
const longPlace = 37

/** No ordinary conversation lasts longer. */
export const longestShort = 31 * minute
/** No conversation at all lasts longer. */
export const longestLong = 81 * hour
/** No conversation changes when its start is longer ago: long ones end, then come work and code; or the pipeline comes. */
export const settledAfter = longestLong + 9 * hour

export const isLong = (index: number): boolean => (index & (longEvery - 1)) === longPlace

/** The first long one with this number or a greater one. */
export const longFrom = (index: number): number => Math.ceil((index - longPlace) / longEvery) * longEvery + longPlace

/** How many long ones have numbers from `first` (inclusive) to `last` (exclusive). */
export const longBetween = (first: number, last: number): number => (longFrom(last) - longFrom(first)) / longEvery

export interface Timeline {
  readonly startOf: (index: number) => number
  /** When an agent takes it. */
  readonly answerOf: (index: number) => number
  /** When it ends, whether or not that moment has come. */
  readonly endOf: (index: number) => number
  /** When the after-call work ends. */
  readonly workOf: (index: number) => number
  /** When the wrap-up code is known. */
  readonly codeOf: (index: number) => number
  /** When the nightly pipeline rewrites it; `Infinity` if it never does. */
  readonly rewriteOf: (index: number) => number
  /** The first conversation that starts at this moment or later. */
  readonly firstFrom: (millis: number) => number
}

export const make = (settings: Settings["Service"]): Timeline => {
  const { conversationsPerHour, lateWrapUps, nightlyRewrites, seed } = settings
  const slot = hour / conversationsPerHour
  const { draw, of } = Random.units(seed, Random.streams.conversation)
  const unit = (index: number, number: number) => draw(of(index), number)

  // Waiting: 2 to 60 seconds. Talking: 20 seconds to 30 minutes, mostly short.
  const start = (index: number, drawn: number) => Math.floor((index + draw(drawn, 4)) * slot)
  const wait = (drawn: number) => 2000 + Math.floor(draw(drawn, 5) * 58_000)
  const length = (index: number, drawn: number) => {
    const share = draw(drawn, 6)
    return isLong(index)
      ? hour + Math.floor(share * share * 79 * hour)
      : 20_000 + Math.floor(share * share * share * 1_780_000)
  }
  const startOf = (index: number) => start(index, of(index))
  const answerOf = (index: number) => {
    const drawn = of(index)
    return start(index, drawn) + wait(drawn)
  }
  const endOf = (index: number) => {
    const drawn = of(index)
    return start(index, drawn) + wait(drawn) + length(index, drawn)
  }
  const workOf = (index: number) => endOf(index) + 5000 + Math.floor(unit(index, 7) * 175_000)

  return {
    startOf,
    answerOf,
    endOf,
    workOf,
    codeOf: (index) => {
      if (unit(index, 15) >= lateWrapUps) return workOf(index)
      return workOf(index) + 2 * minute + Math.floor(unit(index, 16) ** 2 * 8 * hour)
    },
    rewriteOf: (index) => {
      if (unit(index, 17) >= nightlyRewrites) return Infinity
      const night = (Math.floor(startOf(index) / day) + 2) * day + 2 * hour
      return endOf(index) <= night ? night : Infinity
    },
    firstFrom: (millis) => {
      const index = Math.floor(millis / slot)
      if (startOf(index) >= millis) return startOf(index - 1) >= millis ? index - 1 : index
      return startOf(index + 1) >= millis ? index + 1 : index + 2
    }
  }
}
