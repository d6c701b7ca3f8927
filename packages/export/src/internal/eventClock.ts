/** Moments of this machine as those of Genesys: its clock has no say in what is written, as far as that can be told. */
import * as Clock from "effect/Clock"
import type * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as GenesysTime from "../GenesysTime.ts"

/** What a `Date` header leaves out, and what is under way, in milliseconds. */
const precision = 1_500

/** How far Genesys' clock is ahead of this one: nothing, if it is not known to be wrong. */
const shiftOf = Effect.gen(function* () {
  const sent = yield* Clock.currentTimeMillis
  const date = yield* GenesysTime.ofToken
  const came = yield* Clock.currentTimeMillis
  const shift = date + 500 - (sent + came) / 2
  return Math.abs(shift) <= precision + (came - sent) ? 0 : Math.round(shift)
})

/** All in milliseconds since 1970. */
export const make = Effect.gen(function* () {
  const clock = yield* Clock.Clock
  let shift = yield* shiftOf
  return {
    now: (): number => clock.currentTimeMillisUnsafe() + shift,
    at: ({ epochMilliseconds }: DateTime.Utc): number => epochMilliseconds + shift,
    /** One of the clocks may have been set. */
    setAgain: Effect.map(shiftOf, (found) => void (shift = found))
  }
})
export type EventClock = Effect.Success<typeof make>
