/**
 * What promises of ours run on: it builds its parts when the first of them is asked for, keeps the process alive for as long as
 * somebody waits, and ends all of them when it is closed.
 */
import * as Cause from "effect/Cause"
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import type * as Fiber from "effect/Fiber"
import * as Logger from "effect/Logger"
import * as Scope from "effect/Scope"
import * as Errors from "./managerErrors.ts"
import * as Checks from "./promiseChecks.ts"
import * as QuietClock from "./quietClock.ts"

/** What ends a wait before its time. */
export interface WaitOptions {
  /** Ends this wait at once, with its reason. What is waited for goes on for the others. */
  readonly signal?: AbortSignal | undefined
}

/** How long the process lives, and what the effects run in. */
export interface Options {
  /** Whether the process lives as long as what was built; else as long as somebody waits. */
  readonly keepAlive?: boolean | undefined
  /** What the effects run in. Tests bring their clock. @default a clock whose timers keep no process alive, and no logger */
  readonly context?: Context.Context<never> | undefined
}

/** A library does not write to a program's console, nor do its calls. */
const quiet = () =>
  Context.empty().pipe(
    Context.add(Clock.Clock, QuietClock.make()),
    Context.add(Logger.CurrentLoggers, new Set<Logger.Logger<unknown, unknown>>())
  )

type Tell<A, E> = (exit: Exit.Exit<A, E>) => void
/** How to wait no longer, if there is still something to wait for. */
type GiveUp = (() => void) | undefined

type WhenBuilt<P, E> = (tell: Tell<P, E>) => GiveUp
type Start<P, A, E> = (parts: P, tell: Tell<A, E>) => GiveUp

/** A promise of what is told, once. Until then the process lives; the signal ends it before that, and what is waited for goes on. */
const settled = <P, A, E, E2>(
  whenBuilt: WhenBuilt<P, E>,
  start: Start<P, A, E2>,
  hold: () => () => void,
  signal: AbortSignal | undefined
) =>
  new Promise<A>((resolve, reject) => {
    const wrong = Checks.signal(signal)
    if (wrong !== undefined) return reject(wrong)
    if (signal?.aborted === true) return reject(signal.reason)
    const letGo = hold()
    let stopWatching: GiveUp
    let giveUp: GiveUp
    const abort = () => {
      reject(signal?.reason)
      end()
      stopWatching?.()
      giveUp?.()
    }
    const end = () => {
      letGo()
      signal?.removeEventListener("abort", abort)
    }
    const tell = (exit: Exit.Exit<A, E | E2>) => {
      end()
      if (Exit.isSuccess(exit)) resolve(exit.value)
      else reject(errorOf(exit.cause))
    }
    /** Whatever is thrown, nothing may hold the process for ever. */
    const attempt = (run: () => void) => {
      try {
        run()
      } catch (error) {
        tell(Exit.die(error))
      }
    }
    attempt(() => {
      signal?.addEventListener("abort", abort)
      stopWatching = whenBuilt((exit) =>
        attempt(() => {
          if (Exit.isFailure(exit)) tell(Exit.failCause(exit.cause))
          else giveUp = start(exit.value, tell)
        })
      )
    })
  })

/** @param built is told of the parts, each time that there are new ones */
export const make = <P, E>(build: Effect.Effect<P, E, Scope.Scope>, options: Options, built: (parts: P) => void) => {
  const context = options.context ?? quiet()
  const fork = Effect.runForkWith(context)
  const hold = QuietClock.holds()
  const running = new Set<Fiber.Fiber<unknown, unknown>>()
  let scope = Scope.makeUnsafe()
  let building: Fiber.Fiber<P, E> | undefined
  let parts: P | undefined
  let release: GiveUp
  let closing: Promise<void> | undefined

  const begin = () => {
    const fiber = fork(Scope.provide(build, scope))
    building = fiber
    fiber.addObserver((exit) => {
      if (closing !== undefined) return
      if (Exit.isSuccess(exit)) {
        parts = exit.value
        if (options.keepAlive === true) release = hold()
        return built(parts)
      }
      // The next call tries again: what was wrong may be mended.
      building = undefined
      fork(Scope.close(scope, Exit.void))
      scope = Scope.makeUnsafe()
    })
    return fiber
  }

  /** Tells once what was built, or why it could not be. */
  const whenBuilt: WhenBuilt<P, E> = (tell) => {
    if (parts === undefined) return (building ?? begin()).addObserver(tell)
    tell(Exit.succeed(parts))
    return undefined
  }

  /** @param failed called when the parts could not be built, before that is told */
  const promised = <A, E2>(start: Start<P, A, E2>, signal: AbortSignal | undefined, failed?: () => void) => {
    if (closing !== undefined) return Promise.reject<A>(closed())
    const noticed: WhenBuilt<P, E> = (tell) =>
      whenBuilt((exit) => {
        if (Exit.isFailure(exit)) failed?.()
        tell(exit)
      })
    return settled(failed === undefined ? whenBuilt : noticed, start, hold, signal)
  }

  const run = <A, E2>(use: (parts: P) => Effect.Effect<A, E2>, signal?: AbortSignal) =>
    promised<A, E2>((known, tell) => {
      const fiber = fork(use(known))
      running.add(fiber)
      fiber.addObserver((exit) => {
        running.delete(fiber)
        tell(exit)
      })
      return () => fiber.interruptUnsafe()
    }, signal)

  const close = (): Promise<void> => {
    closing ??= new Promise((done) => {
      const letGo = hold()
      for (const fiber of running) fiber.interruptUnsafe()
      building?.interruptUnsafe()
      fork(Scope.close(scope, Exit.void)).addObserver(() => {
        letGo()
        release?.()
        done()
      })
    })
    return closing
  }

  return {
    clock: Context.get(context, Clock.Clock),
    promised,
    run,
    close,
    state: () =>
      closing !== undefined ? "closed" : parts !== undefined ? "built" : building !== undefined ? "building" : "idle"
  } as const
}

const closed = () => Errors.closed("the login host")

/** Interrupted is only what was under way at the end. */
const errorOf = (cause: Cause.Cause<unknown>): unknown =>
  Cause.hasInterruptsOnly(cause) ? closed() : Cause.squash(cause)
