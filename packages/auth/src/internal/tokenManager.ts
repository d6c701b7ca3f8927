/**
 * The live side of `TokenManager`: one `Ref` with the state, one exchange at a time, one timer, and callers that wait
 * for the state to change. Every step from one state to the next is synchronous, so no lock is needed.
 */
import * as Cause from "effect/Cause"
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
import * as MutableRef from "effect/MutableRef"
import * as Option from "effect/Option"
import * as PubSub from "effect/PubSub"
import * as Random from "effect/Random"
import * as Ref from "effect/Ref"
import * as Stream from "effect/Stream"
import type { AccessToken } from "../AccessToken.ts"
import { Credentials } from "../Credentials.ts"
import { RefreshPolicy } from "../RefreshPolicy.ts"
import { type Issued, TokenEndpoint } from "../TokenEndpoint.ts"
import type { TokenError } from "../TokenError.ts"
import type { Outcome, TokenStatus } from "../TokenStatus.ts"
import * as Instant from "./Instant.ts"
import * as Report from "./report.ts"
import * as Timing from "./timing.ts"
import * as TokenState from "./tokenState.ts"

type Attempt = TokenState.Attempt
type Result = Deferred.Deferred<AccessToken, TokenError>

export const make = Effect.gen(function* () {
  const credentials = yield* Credentials
  const endpoint = yield* TokenEndpoint
  const policy = yield* RefreshPolicy
  const clock = yield* Clock.Clock
  const random = yield* Random.Random
  const draw = () => random.nextDoubleUnsafe()

  const statuses = yield* PubSub.unbounded<TokenStatus>()
  const runAttempt = yield* FiberSet.makeRuntime<never, void, never>()
  const runTimer = yield* FiberHandle.makeRuntime<never>()

  let source = yield* credentials.current
  const ref = yield* Ref.make<TokenState.State>({
    closed: false,
    generation: 0,
    grant: source,
    held: undefined,
    attempt: undefined,
    pause: undefined,
    refusal: undefined,
    error: undefined,
    failures: 0,
    rejections: 0,
    outcome: undefined,
    changed: Deferred.makeUnsafe()
  })
  const state = () => Ref.getUnsafe(ref)

  /** The step from one state to the next: says so to whoever watches, and sets the timer for what is due then. */
  const step = (change: Partial<TokenState.State>) => {
    MutableRef.update(ref.ref, (current) => ({ ...current, ...change }))
    PubSub.publishUnsafe(statuses, TokenState.status(state(), clock))
    setTimer()
  }

  /** Lets waiting callers look at the state again. */
  const wake = () => {
    const { changed } = state()
    MutableRef.update(ref.ref, (current) => ({ ...current, changed: Deferred.makeUnsafe<void>() }))
    Deferred.doneUnsafe(changed, Exit.void)
  }

  // --- asking -------------------------------------------------------------------------------------------------------

  /** Starts an exchange; one that still runs is for older credentials, and is ended first. */
  const start = (result: Result = Deferred.makeUnsafe(), change: Partial<TokenState.State> = {}): Result => {
    const old = state().attempt?.fiber
    const attempt: { result: Result; fiber: Fiber.Fiber<void> | undefined } = { result, fiber: undefined }
    step({ ...change, attempt })
    const run = exchange(attempt, state().grant)
    attempt.fiber = runAttempt(old === undefined ? run : Effect.andThen(Fiber.interrupt(old), run))
    return result
  }

  // Only the exchange itself can be interrupted: what it brought is always dealt with to the end.
  const exchange = (attempt: Attempt, grant: typeof source) =>
    Effect.uninterruptibleMask((restore) =>
      Effect.gen(function* () {
        const since = Instant.now(clock)
        const bounded = Effect.timeoutOrElse(endpoint.exchange(grant), {
          duration: policy.exchangeTimeout,
          orElse: () => Effect.fail(Report.timeout(endpoint.host, policy.exchangeTimeout))
        })
        const exit = yield* Effect.exit(restore(bounded))
        if (state().attempt !== attempt) return
        if (Exit.isSuccess(exit)) return yield* issued(attempt, since, exit.value)
        const error = Cause.findErrorOption(exit.cause)
        yield* failed(
          attempt,
          Option.getOrElse(error, () => Report.unexpected(endpoint.host, exit.cause))
        )
      })
    )

  const issued = (attempt: Attempt, since: Instant.Instant, { next, token }: Issued) =>
    Effect.suspend(() => {
      const life = Duration.toMillis(token.expiresIn)
      const held: TokenState.Held = {
        token,
        since,
        renewAfter: Timing.renewAfter(policy, life, draw()),
        usableFor: Timing.usableFor(policy, life),
        provenAfter: Timing.provenAfter(policy, life),
        exit: Exit.succeed(token)
      }
      // It took longer to come than it lives: asking again at once would go on for ever.
      if (!TokenState.isUsable(held, clock)) return failed(attempt, Report.stillborn(endpoint.host))
      const previous = state().held
      step({
        grant: next,
        held,
        attempt: undefined,
        pause: undefined,
        refusal: undefined,
        error: undefined,
        failures: 0,
        rejections: isProven(previous) ? 0 : state().rejections,
        outcome: outcome("issued")
      })
      return Effect.andThen(Report.issued(token, previous, clock), answer(attempt, held.exit))
    })

  const failed = (attempt: Attempt, error: TokenError) =>
    Effect.suspend(() => {
      const failures = state().failures + 1
      const refusal = error._tag === "AuthenticationError" ? error : state().refusal
      const pause = Instant.window(
        Instant.now(clock),
        refusal !== undefined ? Timing.probe(policy, draw()) : pauseAfter(error, failures)
      )
      step({ attempt: undefined, pause, refusal, error, failures, outcome: outcome(error._tag, error.message) })
      const serving = TokenState.isUsable(state().held, clock)
      return Effect.andThen(Report.failed(error, pause, serving, policy.background), answer(attempt, Exit.fail(error)))
    })

  /** The last thing, so that a program that ends with its answer has said what happened. */
  const answer = (attempt: Attempt, exit: Exit.Exit<AccessToken, TokenError>) =>
    Effect.sync(() => {
      Deferred.doneUnsafe(attempt.result, exit)
      wake()
    })

  const pauseAfter = (error: TokenError, failures: number) => {
    const asked = error._tag !== "AuthenticationError" ? error.retryAfter : undefined
    return asked === undefined
      ? Timing.backoff(policy, failures, draw())
      : Math.max(Duration.toMillis(asked), Timing.backoff(policy, 1, draw()))
  }

  const outcome = (result: Outcome["result"], message = ""): Outcome => ({
    at: DateTime.makeUnsafe(clock.currentTimeMillisUnsafe()),
    result,
    message
  })

  const isProven = (held: TokenState.Held | undefined) =>
    held !== undefined && Instant.elapsed(held.since, clock) >= held.provenAfter

  // --- the timer ----------------------------------------------------------------------------------------------------

  let waiting = 0

  /** In the background the manager keeps what was once asked for; otherwise it acts only while somebody waits. */
  const dueIn = () =>
    policy.background || waiting > 0
      ? TokenState.dueIn(state(), clock, waiting > 0 || state().outcome !== undefined)
      : undefined

  const setTimer = () => {
    if (dueIn() !== undefined) runTimer(timer)
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

  const wait = Effect.gen(function* () {
    const since = Instant.now(clock)
    while (true) {
      const current = state()
      if (current.closed) return yield* Report.closed(endpoint.host)
      if (TokenState.isUsable(current.held, clock)) return yield* current.held.exit
      if (current.attempt === undefined) {
        const pause = current.pause === undefined ? 0 : Instant.remaining(current.pause, clock)
        if (pause > 0) {
          if (current.refusal !== undefined) return yield* current.refusal
          const patience = Duration.toMillis(policy.patience) - Instant.elapsed(since, clock)
          if (pause > patience) return yield* lastError()
          setTimer()
        } else {
          start()
          continue
        }
      }
      yield* Deferred.await(current.changed)
    }
  }).pipe(Effect.timeoutOrElse({ duration: policy.patience, orElse: () => Effect.suspend(() => lastError()) }))

  const lastError = (): Effect.Effect<never, TokenError> =>
    Effect.fail(state().error ?? Report.timeout(endpoint.host, policy.patience))

  const slow = Effect.acquireUseRelease(
    Effect.sync(() => {
      waiting++
    }),
    () => wait,
    () =>
      Effect.sync(() => {
        waiting--
      })
  )

  const token = Effect.withFiber<AccessToken, TokenError>((fiber) => {
    const { held } = Ref.getUnsafe(ref)
    if (held === undefined) return slow
    const age = Instant.elapsed(held.since, fiber.getRef(Clock.Clock))
    if (age >= held.usableFor) return slow
    // Timers are late, so a read looks too.
    if (age >= held.renewAfter && policy.background && (dueIn() ?? 1) <= 0) start()
    return held.exit
  })

  const renew = Effect.suspend((): Effect.Effect<AccessToken, TokenError> => {
    if (state().closed) return Effect.fail(Report.closed(endpoint.host))
    return Deferred.await(state().attempt?.result ?? start()).pipe(
      Effect.timeoutOrElse({ duration: policy.patience, orElse: lastError })
    )
  })

  const reject = (refused: AccessToken) =>
    Effect.suspend(() => {
      const { held, pause, rejections } = state()
      if (held === undefined || !Equal.equals(held.token.value, refused.value)) return Effect.void
      if (isProven(held)) {
        step({ held: undefined, rejections: 0 })
        return Report.rejected(held.token)
      }
      const backoff = Instant.window(Instant.now(clock), Timing.backoff(policy, rejections + 1, draw()))
      step({
        held: undefined,
        rejections: rejections + 1,
        error: Report.unproven(endpoint.host),
        pause: Instant.later(pause, backoff, clock)
      })
      return Report.rejected(held.token)
    })

  // --- changes of the credentials, and the end ----------------------------------------------------------------------

  const adopt = (grant: typeof source) =>
    Effect.suspend(() => {
      if (Equal.equals(grant, source)) return Effect.void
      source = grant
      const { attempt, generation, outcome: last } = state()
      const change = {
        generation: generation + 1,
        grant,
        pause: undefined,
        refusal: undefined,
        error: undefined,
        failures: 0,
        rejections: 0
      }
      // The layer asks when first used; a change before that asks for nothing.
      if (attempt === undefined && last === undefined) step(change)
      else start(attempt?.result, change)
      return Report.changed(generation + 1)
    })

  yield* Effect.forkScoped(Stream.runForEach(credentials.changes, adopt))

  yield* Effect.addFinalizer(() =>
    Effect.sync(() => {
      const { attempt } = state()
      step({ closed: true, held: undefined, attempt: undefined })
      if (attempt !== undefined) Deferred.doneUnsafe(attempt.result, Exit.fail(Report.closed(endpoint.host)))
      wake()
    })
  )

  const status = Effect.withFiberSucceed((fiber) => TokenState.status(state(), fiber.getRef(Clock.Clock)))

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
