/**
 * Callers that wait for a token. They stand in the order in which they came, share one timer for their patience, and
 * cost no fiber each: ten thousand of them may come at once.
 */
import type * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type * as Exit from "effect/Exit"
import * as FiberHandle from "effect/FiberHandle"
import * as Instant from "./instant.ts"

export interface WaitersOptions<A, E> {
  readonly clock: Clock.Clock
  readonly patience: Duration.Duration
  /** What a caller gets now whose patience lasts for so many milliseconds yet; nothing if it has to wait. */
  readonly answer: (now: Instant.Instant, patienceLeft: number) => Exit.Exit<A, E> | undefined
  /** What a caller gets whose patience is over. */
  readonly outOfPatience: () => Exit.Exit<A, E>
  /** Told how many wait, after each change. */
  readonly onSize: (size: number) => void
}

interface Waiter<A, E> {
  readonly since: Instant.Instant
  readonly tell: (answer: Exit.Exit<A, E>) => void
}

export const make = Effect.fnUntraced(function* <A, E>(options: WaitersOptions<A, E>) {
  const { answer, clock, onSize, outOfPatience } = options
  const patience = Duration.toMillis(options.patience)
  const runTimer = yield* FiberHandle.makeRuntime<never>()
  const waiters = new Set<Waiter<A, E>>()
  let timed = false

  const patienceLeft = (waiter: Waiter<A, E>, now: Instant.Instant) => patience - Instant.elapsed(waiter.since, now)

  /** Gives a caller its answer, if there is one. */
  const look = (waiter: Waiter<A, E>, now: Instant.Instant) => {
    const found = answer(now, patienceLeft(waiter, now))
    // While the answer was made, it may have been given already.
    if (found !== undefined && waiters.delete(waiter)) waiter.tell(found)
  }

  /** All have the same patience, so the first that came is the first that has none left. */
  const timer = Effect.gen(function* () {
    for (const waiter of waiters) {
      const left = () => patienceLeft(waiter, Instant.now(clock))
      for (let millis = left(); millis > 0 && waiters.has(waiter); millis = left()) {
        yield* Effect.sleep(Math.max(millis, 1))
      }
      if (waiters.delete(waiter)) waiter.tell(outOfPatience())
      onSize(waiters.size)
    }
    timed = false
  })

  /** Tells a caller its answer, once, now or later. What it returns takes this caller out, and nobody else. */
  const add = (tell: Waiter<A, E>["tell"]): (() => void) | undefined => {
    const waiter: Waiter<A, E> = { since: Instant.now(clock), tell }
    waiters.add(waiter)
    look(waiter, waiter.since)
    if (!waiters.has(waiter)) return undefined
    onSize(waiters.size)
    if (!timed) {
      timed = true
      runTimer(timer)
    }
    return () => {
      waiters.delete(waiter)
      onSize(waiters.size)
    }
  }

  return {
    size: () => waiters.size,
    add,

    /** The same, for a fiber: interrupting it takes it out. */
    wait: Effect.callback<A, E>((resume) => {
      const leave = add(resume)
      return leave && Effect.sync(leave)
    }),

    /** Looks at each caller again. */
    wake: () => {
      const now = Instant.now(clock)
      for (const waiter of Array.from(waiters)) if (waiters.has(waiter)) look(waiter, now)
      onSize(waiters.size)
    }
  }
})
