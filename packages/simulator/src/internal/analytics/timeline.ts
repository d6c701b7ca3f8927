/**
 * When things happen to a conversation, computed from the seed and its number: one starts at a random moment of each slot of
 * a grid that has no beginning and no end. All moments are milliseconds since 1970.
 */
import * as Random from "../shared/random.ts"
import type { Settings } from "../shared/settings.ts"

const minute = 60_000
const hour = 60 * minute
export const day = 24 * hour

/** One conversation in so many is a long one: an e-mail or message thread of hours or days. */
export const longEvery = 256
const longPlace = 37

/** No ordinary conversation lasts longer. */
export const longestShort = 31 * minute

export const isLong = (index: number): boolean => (index & (longEvery - 1)) === longPlace

/** The first long one with this number or a greater one. */
export const longFrom = (index: number): number => Math.ceil((index - longPlace) / longEvery) * longEvery + longPlace

export interface Timeline {
  /** No conversation at all lasts longer. */
  readonly longestLong: number
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

/** The night in which the pipeline comes to what started then. */
const nightOf = (start: number): number => (Math.floor(start / day) + 2) * day + 2 * hour

export const make = (settings: Settings["Service"]): Timeline => {
  const { conversationsPerHour, lateWrapUps, longestConversation, nightlyRewrites, seed } = settings
  const longestLong = longestConversation * 1000
  const slot = hour / conversationsPerHour
  const { draw, of } = Random.units(seed, Random.streams.conversation)

  const start = (index: number, drawn: number) => Math.floor((index + draw(drawn, 4)) * slot)
  // Waiting: 2 to 60 seconds. Talking: 20 seconds to 30 minutes, mostly short.
  const answer = (index: number, drawn: number) => start(index, drawn) + 2000 + Math.floor(draw(drawn, 5) * 58_000)
  const talk = (index: number, drawn: number) => {
    const share = draw(drawn, 6)
    return isLong(index)
      ? hour + Math.floor(share * share * (longestLong - 2 * hour))
      : 20_000 + Math.floor(share * share * share * 1_780_000)
  }
  const end = (index: number, drawn: number) => answer(index, drawn) + talk(index, drawn)
  const work = (index: number, drawn: number) => end(index, drawn) + 5000 + Math.floor(draw(drawn, 7) * 175_000)
  const late = (drawn: number) =>
    draw(drawn, 15) >= lateWrapUps ? 0 : 2 * minute + Math.floor(draw(drawn, 16) ** 2 * 8 * hour)
  const startOf = (index: number) => start(index, of(index))
  const endOf = (index: number) => end(index, of(index))

  return {
    longestLong,
    startOf,
    answerOf: (index) => answer(index, of(index)),
    endOf,
    workOf: (index) => work(index, of(index)),
    codeOf: (index) => {
      const drawn = of(index)
      return work(index, drawn) + late(drawn)
    },
    rewriteOf: (index) => {
      if (draw(of(index), 17) >= nightlyRewrites) return Infinity
      const night = nightOf(startOf(index))
      return endOf(index) <= night ? night : Infinity
    },
    firstFrom: (millis) => {
      const index = Math.floor(millis / slot)
      if (startOf(index) >= millis) return startOf(index - 1) >= millis ? index - 1 : index
      return startOf(index + 1) >= millis ? index + 1 : index + 2
    }
  }
}
