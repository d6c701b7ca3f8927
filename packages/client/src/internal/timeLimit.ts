/**
 * Bounds effects in time, for less than `Effect.timeout` costs: one timer watches all that are under way, and the limit of each
 * may be moved while it runs. While nothing is under way there is no timer, so that a program can end.
 */
import * as Cause from "effect/Cause"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as FiberHandle from "effect/FiberHandle"
import * as Option from "effect/Option"

interface Watched {
  /** Milliseconds since 1970. */
  at: number
  isOver: boolean
  end: () => void
}

/** Moves the limit of an effect that runs. */
export type SetLimit = (at: number) => void

export interface TimeLimit {
  /** Runs an effect until `at`, in milliseconds since 1970; none if it was not done by then. */
  readonly run: <A, E, R>(
    at: number,
    body: (setLimit: SetLimit) => Effect.Effect<A, E, R>
  ) => Effect.Effect<Option.Option<A>, E, R>
}

export const make = Effect.gen(function* () {
  const clock = yield* Clock.Clock
  const handle = yield* FiberHandle.make<void>()
  const startTimer = yield* FiberHandle.runtime(handle)()
  const watched = new Set<Watched>()
  let wakesAt = Infinity

  const timer = Effect.gen(function* () {
    while (wakesAt < Infinity) {
      yield* Effect.sleep(Math.max(1, wakesAt - clock.currentTimeMillisUnsafe()))
      const now = clock.currentTimeMillisUnsafe()
      const over = Array.from(watched).filter(({ at }) => at <= now)
      for (const one of over) {
        one.isOver = true
        watched.delete(one)
      }
      wakesAt = Math.min(Infinity, ...Array.from(watched, ({ at }) => at))
      // Last, for whoever is ended may begin anew at once, and start the timer anew.
      for (const one of over) one.end()
    }
  })

  const look = ({ at }: Watched) => {
    if (at >= wakesAt) return
    wakesAt = at
    startTimer(timer)
  }

  /** Callers that make one call after the other keep the timer. */
  const stopSoon = () => {
    setImmediate(() => {
      if (watched.size > 0 || wakesAt === Infinity) return
      wakesAt = Infinity
      startTimer(Effect.void)
    })
  }

  const run: TimeLimit["run"] = (at, body) =>
    Effect.suspend(() => {
      const one: Watched = { at, isOver: false, end: () => {} }
      const setLimit = (moved: number) => {
        one.at = moved
        if (watched.has(one)) look(one)
      }
      const leave = () => {
        watched.delete(one)
        if (watched.size === 0) stopSoon()
      }
      return Effect.flatMap(Effect.forkChild(body(setLimit), { startImmediately: true }), (fiber) => {
        const done = fiber.pollUnsafe()
        if (done !== undefined) return Exit.map(done, Option.some)
        one.end = () => fiber.interruptUnsafe()
        watched.add(one)
        look(one)
        return Fiber.await(fiber).pipe(
          Effect.onInterrupt(() => Fiber.interrupt(fiber)),
          Effect.onExit(() => Effect.sync(leave)),
          Effect.flatMap((exit) =>
            one.isOver && Exit.isFailure(exit) && Cause.hasInterruptsOnly(exit.cause)
              ? Effect.succeedNone
              : Exit.map(exit, Option.some)
          )
        )
      })
    })
  return { run } satisfies TimeLimit
})
