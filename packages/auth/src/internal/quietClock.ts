/**
 * A clock whose timers do not keep a process alive: it is for what goes on behind a program, such as the renewal of a token. Whoever
 * waits for something keeps the process alive himself, with `hold`.
 */
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"

/** Milliseconds. A timer of the machine that is set for longer goes off at once. */
const longest = 2_147_483_647

const timer = (millis: number): Effect.Effect<void> => {
  if (millis <= 0) return Effect.yieldNow
  if (!Number.isFinite(millis)) return Effect.never
  const rest = millis > longest ? Effect.suspend(() => timer(millis - longest)) : Effect.void
  return Effect.callback((resume) => {
    const handle = setTimeout(() => resume(rest), Math.min(millis, longest))
    handle.unref()
    return Effect.sync(() => clearTimeout(handle))
  })
}

/** The clock of the machine, but for its timers. */
export const make = (): Clock.Clock =>
  Object.assign(Object.create(Clock.Clock.defaultValue()), {
    sleep: (duration: Duration.Duration) => timer(Duration.toMillis(duration))
  })

/** Keeps the process alive until what it returns is called, once for each. */
export const holds = (): (() => () => void) => {
  let held = 0
  let handle: NodeJS.Timeout | undefined
  return () => {
    if (held++ === 0) handle = setInterval(() => undefined, longest)
    let isHeld = true
    return () => {
      if (isHeld && --held === 0) clearInterval(handle)
      isHeld = false
    }
  }
}
