/**
 * The live side of `TokenManager`: what its callers ask of the machine that keeps the token, as effects, and, for promises, as
 * plain functions over the same steps.
 */
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as FiberHandle from "effect/FiberHandle"
import type * as Exit from "effect/Exit"
import * as Queue from "effect/Queue"
import type * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import type { AccessToken } from "../AccessToken.ts"
import type { Grant } from "../Grant.ts"
import type { TokenError } from "../TokenError.ts"
import type { TokenStatus } from "../TokenStatus.ts"
import * as Instant from "./instant.ts"
import * as Errors from "./managerErrors.ts"
import * as TokenMachine from "./tokenMachine.ts"
import * as Reply from "./tokenReply.ts"
import * as TokenState from "./tokenState.ts"

type Token = Effect.Effect<AccessToken, TokenError>

/** As `TokenManager` documents it. */
interface Service {
  readonly token: Token
  readonly reject: (token: AccessToken) => Effect.Effect<void>
  readonly renew: Token
  readonly status: Effect.Effect<TokenStatus>
  readonly changes: Stream.Stream<TokenStatus>
}

/** A manager that runs. */
export interface Live {
  readonly service: Service
  /** The token that may be handed out now, from memory; none if a caller has to wait. */
  readonly ready: () => AccessToken | undefined
  /** Waits for one as `service.token` does, and tells its outcome once, now or later. What it returns gives up the wait. */
  readonly wait: (tell: (exit: Exit.Exit<AccessToken, TokenError>) => void) => (() => void) | undefined
  readonly status: () => TokenStatus
  /** Why the token is not shared, if there is a store. */
  readonly storeProblem: () => string | undefined
  /** Tells every change of status, while it happens, until what it returns is called. It must not call the manager. */
  readonly listen: (listener: (status: TokenStatus) => void) => () => void
  /** The credentials have changed, or may have. */
  readonly adopt: (grant: Grant) => Effect.Effect<void>
}

export type Options = TokenMachine.Options

/** Over what it is given, so that it brings no service that is not used. */
export const make = Effect.fnUntraced(function* (options: Options): Effect.fn.Return<Live, never, Scope.Scope> {
  const machine = yield* TokenMachine.make(options)
  const { clock, dispatch, draw, given, listeners, look, outcomeOf, policy, state, store, waiters } = machine
  const { host } = machine.endpoint

  /** Nothing is to be done about it: this is all that most reads come to. */
  const fresh = () => {
    const { held } = state()
    return held !== undefined && Instant.isAhead(held.fresh, clock) ? held : undefined
  }
  const usable = () => {
    const { held } = state()
    if (!TokenState.isUsable(held, Instant.now(clock))) return undefined
    // Timers are late, so a read looks too.
    if (policy.background && (TokenState.dueIn(given(), state()) ?? 1) <= 0) dispatch({ _tag: "Asked", force: false })
    return held
  }
  const read = Effect.suspend((): Token => (fresh() ?? usable())?.exit ?? waiters.wait)

  /** `yield*` asks for the iterator when it runs: a fresh token is handed over as a kept `Exit`, in one turn, not two. */
  const token: typeof read = Object.assign(Object.create(read), {
    [Symbol.iterator]: () => (fresh()?.exit ?? read)[Symbol.iterator]()
  })

  const renew: Token = Effect.suspend((): Token => {
    const { attempt, attempts, closed, held } = state()
    if (closed) return Effect.fail(Errors.closed(host))
    const outcome = outcomeOf(attempt ?? attempts + 1)
    dispatch({ _tag: "Asked", force: true })
    // The one that was under way may have come to nothing but to wait for the store.
    const next = (found: AccessToken) =>
      attempt !== undefined && found === held?.token ? renew : Effect.succeed(found)
    const orElse = () => Effect.suspend(() => Effect.fail(Reply.lastError(state(), policy, host)))
    return Effect.flatMap(Effect.timeoutOrElse(Deferred.await(outcome), { duration: policy.patience, orElse }), next)
  })

  const reject = (refused: AccessToken) =>
    Effect.suspend(() => dispatch({ _tag: "Rejected", token: refused, random: draw() }))

  const watcher = yield* FiberHandle.make()
  /** Takes over what others put into the store, where it tells of that. Credentials that change have another entry. */
  const watch = Effect.suspend(() => {
    if (!policy.background || store.changes === undefined) return Effect.void
    const changed = store.changes({ host, grant: state().source })
    return Effect.asVoid(
      FiberHandle.run(
        watcher,
        Stream.runForEach(changed, () => look)
      )
    )
  })

  const adopt = (grant: Grant) =>
    Effect.suspend(() => {
      const { source } = state()
      return Effect.andThen(
        dispatch({ _tag: "Changed", grant }),
        Effect.suspend(() => (state().source === source ? Effect.void : watch))
      )
    })
  yield* watch

  yield* Effect.addFinalizer(() => Effect.suspend(() => dispatch({ _tag: "Closed" })))

  const status = () => TokenState.status(state(), Instant.now(clock))

  const listen = (listener: (status: TokenStatus) => void) => {
    // Of its own, so that one who listens twice is told twice.
    const tell = (told: TokenStatus) => listener(told)
    listeners.add(tell)
    return () => void listeners.delete(tell)
  }

  const changes = Stream.unwrap(
    Effect.gen(function* () {
      const told = yield* Queue.unbounded<TokenStatus>()
      const offer = (change: TokenStatus) => void Queue.offerUnsafe(told, change)
      yield* Effect.acquireRelease(
        Effect.sync(() => listen(offer)),
        (stop) => Effect.sync(stop)
      )
      offer(status())
      return Stream.takeUntil(Stream.fromQueue(told), (current) => current.state === "closed")
    })
  )

  const service = { token, reject, renew, status: Effect.sync(status), changes }
  const storeProblem = () => options.store.problem?.()
  return { service, ready: () => (fresh() ?? usable())?.token, wait: waiters.add, status, storeProblem, listen, adopt }
})
