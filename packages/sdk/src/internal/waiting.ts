/**
 * A program that was not written for us never says that it has ended: Node ends it once nothing is left to do. So the timers of
 * the token manager do not keep a process alive, and a call that is under way does, whatever it waits for.
 */
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"

export interface Waiting {
  /** A call begins; answers how to say that it has ended. */
  readonly start: () => () => void
}

/** The longest time that a timer of Node can have. */
const longest = 2 ** 31 - 1

export const make = (): Waiting => {
  let calls = 0
  let held: NodeJS.Timeout | undefined
  return {
    start: () => {
      if (calls++ === 0) held = setInterval(() => undefined, longest)
      return () => {
        if (--calls === 0) clearInterval(held)
      }
    }
  }
}

const sleep = (duration: Duration.Duration): Effect.Effect<void> => {
  const millis = Duration.toMillis(duration)
  if (millis <= 0) return Effect.yieldNow
  const rest = millis > longest ? sleep(Duration.millis(millis - longest)) : Effect.void
  return Effect.callback((resume) => {
    const timer = setTimeout(() => resume(rest), Math.min(millis, longest)).unref()
    return Effect.sync(() => clearTimeout(timer))
  })
}

/** The clock as it is, but for its timers. */
const quiet = (clock: Clock.Clock): Clock.Clock => Object.assign(Object.create(clock), { sleep })

export const layerClock: Layer.Layer<never> = Layer.effect(Clock.Clock, Effect.map(Clock.Clock, quiet))
