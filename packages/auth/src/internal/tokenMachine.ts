/**
 * Runs what `tokenTransition.ts` decides: keeps the state in one `Ref`, makes the exchanges, sets the timer, and answers callers that
 * wait. Every step from one state to the next is synchronous, so no lock is needed.
 */
import * as Clock from "effect/Clock"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as FiberHandle from "effect/FiberHandle"
import * as FiberSet from "effect/FiberSet"
import * as Metric from "effect/Metric"
import * as MutableRef from "effect/MutableRef"
import * as Option from "effect/Option"
import * as Random from "effect/Random"
import type { AccessToken } from "../AccessToken.ts"
import type { Grant } from "../Grant.ts"
import * as Metrics from "../Metrics.ts"
import type { Policy } from "../RefreshPolicy.ts"
import type { TokenEndpoint } from "../TokenEndpoint.ts"
import type { TokenError } from "../TokenError.ts"
import type { TokenStatus } from "../TokenStatus.ts"
import * as Acquire from "./acquire.ts"
import * as Instant from "./instant.ts"
import * as Errors from "./managerErrors.ts"
import * as Report from "./report.ts"
import * as Reply from "./tokenReply.ts"
import type { TokenStoreService } from "./tokenBackend.ts"
import * as TokenState from "./tokenState.ts"
import * as Transition from "./tokenTransition.ts"
import * as Waiters from "./waiters.ts"

type Event = Transition.Event
type Outcome = Deferred.Deferred<AccessToken, TokenError>

/** An exchange that was begun. */
interface Running {
  fiber: Fiber.Fiber<void> | undefined
  /** For `renew`: its outcome, or that of the one that took its place. */
  readonly outcome: Outcome
}

export interface Options {
  /** What the program is given first. */
  readonly source: Grant
  readonly endpoint: TokenEndpoint["Service"]
  readonly policy: Policy
  readonly store: TokenStoreService
}

export const make = Effect.fnUntraced(function* ({ source, ...options }: Options) {
  const clock = yield* Clock.Clock
  const random = yield* Random.Random
  const around = { ...options, clock, draw: () => random.nextDoubleUnsafe() }
  const { endpoint, policy } = around
  const context = yield* Effect.context()
  const labels = Report.labelsOf(endpoint.host, source)
  const listeners = new Set<(status: TokenStatus) => void>()
  const ref = MutableRef.make(TokenState.initial(source))
  const state = () => ref.current

  const given = (): TokenState.Given => ({
    policy,
    host: endpoint.host,
    now: Instant.now(clock),
    waiting: waiters.size()
  })

  /** Takes the step and runs its commands; what is left to do, such as to say so, is the effect. */
  const dispatch = (event: Event): Effect.Effect<void> => {
    const step = Transition.transition(given(), state(), event)
    MutableRef.set(ref, step.state)
    let rest: Effect.Effect<void> = Effect.void
    for (const command of step.commands) {
      const effect = run(command)
      if (effect !== undefined) rest = Effect.ensuring(rest, effect)
    }
    return rest
  }

  /** Those that begin or set something are run at once. */
  const run = (command: Transition.Command): Effect.Effect<void> | undefined => {
    switch (command._tag) {
      case "Tell":
        for (const listener of listeners) listener(command.status)
        return undefined
      case "Wait":
        timer.set(command.millis)
        return undefined
      case "Exchange":
        exchanges.start(command)
        return undefined
      case "Answer":
        return Effect.sync(() => {
          exchanges.settle(command)
          waiters.wake()
        })
      default:
        return report(labels, policy.background, command)
    }
  }

  const exchanges = yield* makeExchanges({ ...around, state, dispatch })
  const timer = yield* makeTimer({ dueIn: () => TokenState.dueIn(given(), state()), dispatch })

  yield* Report.began(labels)
  yield* Report.expiry(labels, () => state().held, clock)
  const waitingGauge = Metric.withAttributes(Metrics.waitingCallers, { ...labels })
  const waiters = yield* Waiters.make<AccessToken, TokenError>({
    clock,
    patience: policy.patience,
    answer: (now, patienceLeft) => {
      while (true) {
        const reply = Reply.reply({ policy, host: endpoint.host, now }, state(), patienceLeft)
        if (typeof reply !== "string") return reply
        if (reply === "WaitAndSee") dispatch({ _tag: "Waiting" })
        if (reply !== "Ask") return undefined
        dispatch({ _tag: "Asked", force: false })
      }
    },
    outOfPatience: () => Reply.lastReply(given(), state()),
    onSize: (size) => waitingGauge.updateUnsafe(size, context)
  })

  const { look, outcomeOf } = exchanges
  return { ...around, listeners, state, given, dispatch, waiters, outcomeOf, look }
})

const report = (labels: Report.Labels, isBackground: boolean, command: Transition.Report): Effect.Effect<void> => {
  switch (command._tag) {
    case "ReportIssued":
      return Report.issued(labels, command.token, command.previousLeft)
    case "ReportFailed":
      return Report.failed(command.error, command.nextAttempt, command.serving, isBackground)
    case "ReportRejected":
      return Report.rejected(labels, command.token)
    case "ReportChanged":
      return Report.changed(command.generation)
  }
}

interface Timed {
  readonly dueIn: () => number | undefined
  readonly dispatch: (event: Event) => unknown
}

const makeTimer = Effect.fnUntraced(function* ({ dispatch, dueIn }: Timed) {
  const runTimer = yield* FiberHandle.makeRuntime<never>()
  const wait = Effect.fnUntraced(function* (millis: number) {
    for (let due: number | undefined = millis; due !== undefined; due = dueIn()) {
      if (due <= 0) {
        dispatch({ _tag: "Asked", force: false })
        return
      }
      yield* Effect.sleep(Math.max(due, 1))
    }
  })
  return { set: (millis: number) => void runTimer(wait(millis)) }
})

interface Exchanging extends Acquire.Context {
  readonly state: () => TokenState.State
  readonly dispatch: (event: Event) => Effect.Effect<void>
}

const makeExchanges = Effect.fnUntraced(function* (options: Exchanging) {
  const { dispatch, draw, endpoint, policy, state } = options
  const runExchange = yield* FiberSet.makeRuntime<never, void, never>()
  const running = new Map<number, Running>()

  const wanted = (force: boolean): Acquire.Wanted => {
    const { failures, grant, grantedAt, held, rejected, source } = state()
    const spare = TokenState.spareIn(state(), Instant.now(options.clock))
    return { source, grant, grantedAt, force, held: held?.token, spare, rejected, failures }
  }

  // Only the request itself can be interrupted: what it brought is always dealt with to the end.
  const exchange = (attempt: number, force: boolean) =>
    Effect.suspend(() => {
      const { failures } = state()
      return Effect.exit(Acquire.acquire(options, wanted(force))).pipe(
        Effect.flatMap((exit) => {
          if (Exit.isSuccess(exit)) return dispatch({ ...exit.value, attempt, random: draw() })
          const error = Errors.unexpected(endpoint.host)
          const pauses = Acquire.pausesAfter(policy, error, failures + 1, draw)
          return dispatch({ _tag: "Failed", error, ...pauses, attempt, random: draw() })
        })
      )
    }).pipe(Effect.uninterruptible)

  /** Of one that is under way, or about to begin. */
  const outcomeOf = (attempt: number): Outcome => {
    const { outcome } = running.get(attempt) ?? { outcome: Deferred.makeUnsafe() }
    if (!running.has(attempt)) running.set(attempt, { fiber: undefined, outcome })
    return outcome
  }

  return {
    outcomeOf,

    look: Effect.suspend(() => {
      const { source } = state()
      return Effect.flatMap(Acquire.look(options, wanted(false)), (found) =>
        Option.isNone(found)
          ? Effect.void
          : Effect.suspend(() => dispatch({ ...found.value, _tag: "Found", source, random: draw() }))
      )
    }),

    start: ({ attempt, force, replaces }: Extract<Transition.Command, { readonly _tag: "Exchange" }>) => {
      const old = replaces === undefined ? undefined : running.get(replaces)
      if (replaces !== undefined) running.delete(replaces)
      const begun: Running = { fiber: undefined, outcome: old?.outcome ?? outcomeOf(attempt) }
      running.set(attempt, begun)
      // Even if this one is ended in its turn: two requests must never be under way.
      const ended = old?.fiber === undefined ? Effect.void : Effect.uninterruptible(Fiber.interrupt(old.fiber))
      begun.fiber = runExchange(Effect.andThen(ended, exchange(attempt, force)))
    },

    settle: ({ attempt, exit }: Extract<Transition.Command, { readonly _tag: "Answer" }>) => {
      if (attempt === undefined) return
      Deferred.doneUnsafe(outcomeOf(attempt), exit)
      running.delete(attempt)
    }
  }
})
