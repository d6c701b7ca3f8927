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

/** How many long ones have numbers from `first` (inclusive) to `last` (exclusive). */
export const longBetween = (first: number, last: number): number => (longFrom(last) - longFrom(first)) / longEvery

/** Computed from what was drawn for a conversation. */
export type Read = (drawn: number, long: boolean) => number

/** Milliseconds from one moment to the next. */
export interface Spans {
  readonly wait: Read
  readonly talk: Read
  /** After-call work. */
  readonly work: Read
  /** How late the wrap-up code is. */
  readonly code: Read
  /** 1 if the pipeline rewrites it, unless it is still running then. */
  readonly rewritten: Read
}

export interface Timeline {
  /** What all about a conversation is computed from. */
  readonly drawn: (index: number) => number
  readonly spans: Spans
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
export const nightOf = (start: number): number => (Math.floor(start / day) + 2) * day + 2 * hour

export const make = (settings: Settings["Service"]): Timeline => {
  const { conversationsPerHour, lateWrapUps, longestConversation, nightlyRewrites, seed } = settings
  const longestLong = longestConversation * 1000
  const slot = hour / conversationsPerHour
  const { draw, of } = Random.units(seed, Random.streams.conversation)

  // Waiting: 2 to 60 seconds. Talking: 20 seconds to 30 minutes, mostly short.
  const spans: Spans = {
    wait: (drawn) => 2000 + Math.floor(draw(drawn, 5) * 58_000),
    talk: (drawn, long) => {
      const share = draw(drawn, 6)
      return long
        ? hour + Math.floor(share * share * (longestLong - 2 * hour))
        : 20_000 + Math.floor(share * share * share * 1_780_000)
    },
    work: (drawn) => 5000 + Math.floor(draw(drawn, 7) * 175_000),
    code: (drawn) => (draw(drawn, 15) >= lateWrapUps ? 0 : 2 * minute + Math.floor(draw(drawn, 16) ** 2 * 8 * hour)),
    rewritten: (drawn) => (draw(drawn, 17) < nightlyRewrites ? 1 : 0)
  }
  const { code, rewritten, talk, wait, work } = spans
  const start = (index: number, drawn: number) => Math.floor((index + draw(drawn, 4)) * slot)
  const end = (index: number, drawn: number) => start(index, drawn) + wait(drawn, false) + talk(drawn, isLong(index))
  const startOf = (index: number) => start(index, of(index))
  const endOf = (index: number) => end(index, of(index))
  const workOf = (index: number) => {
    const drawn = of(index)
    return end(index, drawn) + work(drawn, false)
  }

  return {
    drawn: of,
    spans,
    longestLong,
    startOf,
    answerOf: (index) => {
      const drawn = of(index)
      return start(index, drawn) + wait(drawn, false)
    },
    endOf,
    workOf,
    codeOf: (index) => workOf(index) + code(of(index), false),
    rewriteOf: (index) => {
      if (rewritten(of(index), false) === 0) return Infinity
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
