/**
 * When a conversation starts and ends, computed from the seed and its number: one starts at a random moment of each slot of
 * a grid that has no beginning and no end. All moments are milliseconds since 1970. What happens in between is told by stories.ts.
 */
import * as Random from "../shared/random.ts"
import type { Settings } from "../shared/settings.ts"
import * as Script from "./script.ts"

const hour = 3_600_000
export const day = 24 * hour

export interface Timeline {
  /** No conversation at all lasts longer. */
  readonly longestLong: number
  readonly startOf: (index: number) => number
  /** When it ends, whether or not that moment has come. The after-call work of its last agent follows. */
  readonly endOf: (index: number) => number
  readonly scriptOf: (index: number) => Script.Script
  readonly direction: (index: number) => "inbound" | "outbound"
  /** When the nightly pipeline rewrites it; `Infinity` if it never does. */
  readonly rewriteOf: (index: number) => number
  /** The first conversation that starts at this moment or later. */
  readonly firstFrom: (millis: number) => number
}

/** The night in which the pipeline comes to what started then. */
const nightOf = (start: number): number => (Math.floor(start / day) + 2) * day + 2 * hour

export const make = (settings: Settings["Service"]): Timeline => {
  const { conversationsPerHour, longestConversation, nightlyRewrites, seed } = settings
  const slot = hour / conversationsPerHour
  const units = Random.units(seed, Random.streams.conversation)
  const { draw, of } = units
  const scripts = Script.make(settings, units)

  const start = (index: number, drawn: number) => Math.floor((index + draw(drawn, 4)) * slot)
  const startOf = (index: number) => start(index, of(index))
  const endOf = (index: number) => {
    const drawn = of(index)
    return start(index, drawn) + scripts.lengthOf(index, drawn)
  }

  return {
    longestLong: longestConversation * 1000,
    startOf,
    endOf,
    scriptOf: (index) => scripts.of(index, of(index)),
    direction: (index) => (scripts.isOutbound(index, of(index)) ? "outbound" : "inbound"),
    rewriteOf: (index) => {
      const drawn = of(index)
      if (draw(drawn, 17) >= nightlyRewrites) return Infinity
      const begun = start(index, drawn)
      const night = nightOf(begun)
      return begun + scripts.lengthOf(index, drawn) <= night ? night : Infinity
    },
    firstFrom: (millis) => {
      const index = Math.floor(millis / slot)
      if (startOf(index) >= millis) return startOf(index - 1) >= millis ? index - 1 : index
      return startOf(index + 1) >= millis ? index + 1 : index + 2
    }
  }
}
