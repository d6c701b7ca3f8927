/**
 * The live side of `TokenManager`: one `Ref` with the state, one exchange at a time, one timer, and callers that wait
 * for the state to change. Every step from one state to the next is synchronous, so no lock is needed.
 */
import * as Clock from "effect/Clock"
import * as DateTime from "effect/DateTime"
import * as Deferred from "effect/Deferred"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Equal from "effect/Equal"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as FiberHandle from "effect/FiberHandle"
import * as FiberSet from "effect/FiberSet"
import * as Metric from "effect/Metric"
import * as MutableRef from "effect/MutableRef"
import * as PubSub from "effect/PubSub"
import * as Random from "effect/Random"
import * as Ref from "effect/Ref"
import * as Stream from "effect/Stream"
import type { AccessToken } from "../AccessToken.ts"
import { Credentials } from "../Credentials.ts"
import * as Metrics from "../Metrics.ts"
import { RefreshPolicy } from "../RefreshPolicy.ts"
import { TokenEndpoint } from "../TokenEndpoint.ts"
import type { TokenError } from "../TokenError.ts"
import { TokenStore } from "../TokenStore.ts"
import type { Outcome, TokenStatus } from "../TokenStatus.ts"
import * as Acquire from "./acquire.ts"
import * as Instant from "./Instant.ts"
import * as Report from "./report.ts"
import * as Timing from "./timing.ts"
import * as TokenState from "./tokenState.ts"
import * as Waiters from "./waiters.ts"

type Attempt = TokenState.Attempt
type Result = Deferred.Deferred<AccessToken, TokenError>

interface StartOptions {
  /** Waited for by whoever waits for the exchange that this one takes the place of. */
  readonly result?: Result
  /** Made in the same step. */
  readonly change?: Partial<TokenState.State>
  /** Ask the login host, whatever the store says. */
  readonly force?: boolean
}

export const make = Effect.gen(function* () {
  const credentials = yield* Credentials
  const endpoint = yield* TokenEndpoint
  const policy = yield* RefreshPolicy
  const store = yield* TokenStore
  const clock = yield* Clock.Clock
  const random = yield* Random.Random
  const draw = () => random.nextDoubleUnsafe()

  const statuses = yield* PubSub.unbounded<TokenStatus>()
  const runAttempt = yield* FiberSet.makeRuntime<never, void, never>()
  const runTimer = yield* FiberHandle.makeRuntime<never>()

  const context = yield* Effect.context()

  let source = yield* credentials.current
  const labels = Report.labelsOf(endpoint.host, source)
  const ref = yield* Ref.make<TokenState.State>({
    closed: false,
    generation: 0,
    grant: source,
    grantedAt: undefined,
    held: undefined,
    attempt: undefined,
    pause: undefined,
    pauseWaiting: undefined,
    refusal: undefined,
    error: undefined,
    failures: 0,
    rejections: 0,
    rejected: undefined,
    outcome: undefined
  })
  const state = () => Ref.getUnsafe(ref)

  /** The step from one state to the next: says so to whoever watches, and sets the timer for what is due then. */
  const step = (change: Partial<TokenState.State>) => {
    MutableRef.update(ref.ref, (current) => ({ ...current, ...change }))
    PubSub.publishUnsafe(statuses, TokenState.status(state(), clock))
    setTimer()
  }

  // --- asking -------------------------------------------------------------------------------------------------------

  /** Starts an exchange; one that still runs is for older credentials, and is ended first. */
  const start = (options: StartOptions = {}): Result => {
    const { change = {}, force = false, result = Deferred.makeUnsafe() } = options
    const old = state().attempt?.fiber
    const attempt: { result: Result; fiber: Fiber.Fiber<void> | undefined } = { result, fiber: undefined }
    step({ ...change, attempt })
    const run = exchange(attempt, force)
    // Even if this one is ended in its turn: two requests must never be under way.
    const ended = old === undefined ? Effect.void : Effect.uninterruptible(Fiber.interrupt(old))
    attempt.fiber = runAttempt(Effect.andThen(ended, run))
    return result
  }

  // Only the request itself can be interrupted: what it brought is always dealt with to the end.
  const exchange = (attempt: Attempt, force: boolean) =>
    Effect.suspend(() => {
      const { failures, grant, grantedAt, held, rejected } = state()
      const wanted = { source, grant, grantedAt, force, held: held?.token, rejected, failures }
      return Effect.exit(Acquire.acquire({ store, endpoint, policy, clock, draw }, wanted)).pipe(
        Effect.flatMap((exit) => {
          if (state().attempt !== attempt) return Effect.void
          if (Exit.isFailure(exit)) {
            const error = Report.unexpected(endpoint.host)
            return failed(attempt, { error, ...Acquire.pausesAfter(policy, error, failures + 1, draw) })
          }
          return exit.value._tag === "Issued" ? issued(attempt, exit.value) : failed(attempt, exit.value)
        })
      )
    }).pipe(Effect.uninterruptible)

  const issued = (attempt: Attempt, { next, since, token }: Extract<Acquire.Acquired, { readonly _tag: "Issued" }>) =>
    Effect.suspend(() => {
      const life = Duration.toMillis(token.expiresIn)
      const renewAfter = Timing.renewAfter(policy, life, draw())
      const usableFor = Timing.usableFor(policy, life)
      const held: TokenState.Held = {
        token,
        since,
        renewAfter,
        usableFor,
        provenAfter: Timing.provenAfter(policy, life),
        fresh: Instant.plus(since, Math.min(renewAfter, usableFor)),
        exit: Exit.succeed(token)
      }
      const previous = state().held
      const pause = Timing.pauseOfShort(life)
      const window = pause === 0 ? undefined : Instant.window(since, pause)
      step({
        grant: next,
        grantedAt: token.issuedAt.epochMilliseconds,
        held,
        attempt: undefined,
        pause: window,
        pauseWaiting: window,
        refusal: undefined,
        error: undefined,
        failures: 0,
        rejections: isProven(previous) ? 0 : state().rejections,
        outcome: outcome("issued")
      })
      return Effect.ensuring(Report.issued(labels, token, previous, clock), answer(attempt, held.exit))
    })

  const failed = (
    attempt: Attempt,
    { error, next, pause, pauseWaiting }: Omit<Extract<Acquire.Acquired, { readonly _tag: "Failed" }>, "_tag">
  ) =>
    Effect.suspend(() => {
      const current = state()
      const refusal = error._tag === "AuthenticationError" ? error : current.refusal
      // What was to be waited for before outlasts whatever a request meets meanwhile.
      const probe = refusal !== undefined && refusal !== error ? Timing.probe(policy, draw()) : 0
      const now = Instant.now(clock)
      const after = (earlier: Instant.Window | undefined, millis: number) =>
        Instant.later(earlier, Instant.window(now, Math.max(millis, probe)), clock)
      const window = after(current.pause, pause)
      const windowWaiting = after(current.pauseWaiting, pauseWaiting)
      step({
        ...(next === undefined ? {} : { grant: next, grantedAt: clock.currentTimeMillisUnsafe() }),
        attempt: undefined,
        pause: window,
        pauseWaiting: windowWaiting,
        refusal,
        error,
        failures: current.failures + 1,
        outcome: outcome(error._tag, error.message)
      })
      const serving = TokenState.isUsable(state().held, clock)
      const nextAttempt = Instant.remaining(waiters.size() > 0 ? windowWaiting : window, clock)
      return Effect.ensuring(
        Report.failed(error, nextAttempt, serving, policy.background),
        answer(attempt, Exit.fail(error))
      )
    })

  /** The last thing, so that a program that ends with its answer has said what happened. */
  const answer = (attempt: Attempt, exit: Exit.Exit<AccessToken, TokenError>) =>
    Effect.sync(() => {
      Deferred.doneUnsafe(attempt.result, exit)
      waiters.wake()
    })

  const outcome = (result: Outcome["result"], message = ""): Outcome => ({
    at: DateTime.makeUnsafe(clock.currentTimeMillisUnsafe()),
    result,
    message
  })

  const isProven = (held: TokenState.Held | undefined) =>
    held !== undefined && Instant.elapsed(held.since, clock) >= held.provenAfter

  // --- the timer ----------------------------------------------------------------------------------------------------

  /**
   * Milliseconds until the manager asks of its own accord. Whoever waits is served first; in the background it keeps what
   * was once asked for.
   */
  const dueIn = (): number | undefined => {
    const current = state()
    if (current.closed || current.attempt !== undefined) return undefined
    if (waiters.size() > 0 && !TokenState.isUsable(current.held, clock))
      return TokenState.pauseLeft(current, clock, true)
    if (!policy.background || current.outcome === undefined) return undefined
    return TokenState.renewalIn(current, clock) ?? TokenState.pauseLeft(current, clock, false)
  }

  const setTimer = () => {
    const due = dueIn()
    if (due === undefined) return
    // Not in the timer: an exchange that ends at once would set the next timer before this one is registered.
    if (due <= 0) start()
    else runTimer(timer)
  }

  const timer = Effect.gen(function* () {
    for (let due = dueIn(); due !== undefined; due = dueIn()) {
      if (due <= 0) {
        start()
        return
      }
      yield* Effect.sleep(Math.max(due, 1))
    }
  })

  // --- callers ------------------------------------------------------------------------------------------------------

  /** What a caller gets that has come without finding a token; nothing while there is hope. */
  const answerTo = (patienceLeft: number): Effect.Effect<AccessToken, TokenError> | undefined => {
    while (true) {
      const current = state()
      if (current.closed) return Effect.fail(Report.closed(endpoint.host))
      if (TokenState.isUsable(current.held, clock)) return current.held.exit
      if (current.attempt !== undefined) return undefined
      const pause = TokenState.pauseLeft(current, clock, true)
      if (pause > 0) {
        if (current.refusal !== undefined) return Effect.fail(current.refusal)
        if (pause > patienceLeft) return lastError()
        setTimer()
        return undefined
      }
      start()
    }
  }

  const lastError = (): Effect.Effect<never, TokenError> =>
    Effect.fail(state().error ?? Report.timeout(endpoint.host, policy.patience))

  const outOfPatience = Effect.suspend((): Effect.Effect<AccessToken, TokenError> => {
    const { held } = state()
    return TokenState.isUsable(held, clock) ? held.exit : lastError()
  })

  yield* Report.expiry(labels, () => state().held, clock)
  const waitingGauge = Metric.withAttributes(Metrics.waitingCallers, { ...labels })
  const waiters = yield* Waiters.make({
    clock,
    patience: policy.patience,
    answer: answerTo,
    outOfPatience,
    onSize: (size) => waitingGauge.updateUnsafe(size, context)
  })

  const read = Effect.suspend((): Effect.Effect<AccessToken, TokenError> => {
    const { held } = Ref.getUnsafe(ref)
    if (held !== undefined && Instant.isAhead(held.fresh, clock)) return held.exit
    if (!TokenState.isUsable(held, clock)) return waiters.wait
    // Timers are late, so a read looks too.
    if (policy.background && (dueIn() ?? 1) <= 0) start()
    return held.exit
  })

  /** `yield*` asks for the iterator when it runs: a fresh token is handed over as a kept `Exit`, in one turn, not two. */
  const token: typeof read = Object.assign(Object.create(read), {
    [Symbol.iterator]: () => {
      const { held } = Ref.getUnsafe(ref)
      return (held !== undefined && Instant.isAhead(held.fresh, clock) ? held.exit : read)[Symbol.iterator]()
    }
  })

  const renew = Effect.suspend((): Effect.Effect<AccessToken, TokenError> => {
    if (state().closed) return Effect.fail(Report.closed(endpoint.host))
    return Deferred.await(state().attempt?.result ?? start({ force: true })).pipe(
      Effect.timeoutOrElse({ duration: policy.patience, orElse: lastError })
    )
  })

  const reject = (refused: AccessToken) =>
    Effect.suspend(() => {
      const { held, pause, rejections } = state()
      if (held === undefined || !Equal.equals(held.token.value, refused.value)) return Effect.void
      const rejected = held.token.fingerprint
      if (isProven(held)) {
        step({ held: undefined, rejected, rejections: 0 })
        return Report.rejected(labels, held.token)
      }
      const backoff = Instant.window(Instant.now(clock), Timing.backoff(policy, rejections + 1, draw()))
      step({
        held: undefined,
        rejected,
        rejections: rejections + 1,
        error: Report.unproven(endpoint.host),
        pause: Instant.later(pause, backoff, clock),
        pauseWaiting: Instant.later(state().pauseWaiting, backoff, clock)
      })
      return Report.rejected(labels, held.token)
    })

  // --- changes of the credentials, and the end ----------------------------------------------------------------------

  const adopt = (grant: typeof source) =>
    Effect.suspend(() => {
      if (state().closed || Equal.equals(grant, source)) return Effect.void
      source = grant
      const { attempt, generation, outcome: last } = state()
      const change = {
        generation: generation + 1,
        grant,
        grantedAt: undefined,
        pause: undefined,
        pauseWaiting: undefined,
        refusal: undefined,
        error: undefined,
        failures: 0,
        rejections: 0
      }
      // What was never asked for is not asked for now, nor what nobody waits for where nothing is kept in the background.
      if (attempt === undefined && waiters.size() === 0 && (last === undefined || !policy.background)) step(change)
      else start({ change, ...(attempt === undefined ? {} : { result: attempt.result }) })
      return Report.changed(generation + 1)
    })

  yield* Effect.forkScoped(Stream.runForEach(credentials.changes, adopt), { startImmediately: true })
  // A change between the first look and the subscription.
  yield* Effect.flatMap(credentials.current, adopt)

  yield* Effect.addFinalizer(() =>
    Effect.sync(() => {
      const { attempt } = state()
      step({ closed: true, held: undefined, attempt: undefined })
      if (attempt !== undefined) Deferred.doneUnsafe(attempt.result, Exit.fail(Report.closed(endpoint.host)))
      waiters.wake()
    })
  )

  const status = Effect.sync(() => TokenState.status(state(), clock))

  const changes = Stream.unwrap(
    Effect.gen(function* () {
      const subscription = yield* PubSub.subscribe(statuses)
      return Stream.concat(Stream.fromEffect(status), Stream.fromSubscription(subscription)).pipe(
        Stream.takeUntil((current) => current.state === "closed")
      )
    })
  )

  return { token, reject, renew, status, changes }
})
