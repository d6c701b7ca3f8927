/** The live side of `TokenManager`: what its callers and its credentials ask of the machine that keeps the token. */
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as PubSub from "effect/PubSub"
import * as Stream from "effect/Stream"
import type { AccessToken } from "../AccessToken.ts"
import { Credentials } from "../Credentials.ts"
import type { Grant } from "../Grant.ts"
import type { TokenError } from "../TokenError.ts"
import * as Instant from "./instant.ts"
import * as Errors from "./managerErrors.ts"
import * as TokenMachine from "./tokenMachine.ts"
import * as Reply from "./tokenReply.ts"
import * as TokenState from "./tokenState.ts"

type Token = Effect.Effect<AccessToken, TokenError>

export const make = Effect.gen(function* () {
  const credentials = yield* Credentials
  const machine = yield* TokenMachine.make(yield* credentials.current)
  const { clock, dispatch, draw, given, outcomeOf, policy, state, statuses } = machine
  const { host } = machine.endpoint

  const read = Effect.suspend((): Token => {
    const { held } = state()
    if (held !== undefined && Instant.isAhead(held.fresh, clock)) return held.exit
    if (!TokenState.isUsable(held, Instant.now(clock))) return machine.wait
    // Timers are late, so a read looks too.
    if (policy.background && (TokenState.dueIn(given(), state()) ?? 1) <= 0) dispatch({ _tag: "Asked", force: false })
    return held.exit
  })

  /** `yield*` asks for the iterator when it runs: a fresh token is handed over as a kept `Exit`, in one turn, not two. */
  const token: typeof read = Object.assign(Object.create(read), {
    [Symbol.iterator]: () => {
      const { held } = state()
      return (held !== undefined && Instant.isAhead(held.fresh, clock) ? held.exit : read)[Symbol.iterator]()
    }
  })

  const renew = Effect.suspend((): Token => {
    const { attempt, attempts, closed } = state()
    if (closed) return Effect.fail(Errors.closed(host))
    const outcome = outcomeOf(attempt ?? attempts + 1)
    dispatch({ _tag: "Asked", force: true })
    const orElse = () => Effect.suspend(() => Effect.fail(Reply.lastError(state(), policy, host)))
    return Effect.timeoutOrElse(Deferred.await(outcome), { duration: policy.patience, orElse })
  })

  const reject = (refused: AccessToken) =>
    Effect.suspend(() => dispatch({ _tag: "Rejected", token: refused, random: draw() }))

  const adopt = (grant: Grant) => Effect.suspend(() => dispatch({ _tag: "Changed", grant }))

  yield* Effect.forkScoped(Stream.runForEach(credentials.changes, adopt), { startImmediately: true })
  // A change between the first look and the subscription.
  yield* Effect.flatMap(credentials.current, adopt)

  yield* Effect.addFinalizer(() => Effect.suspend(() => dispatch({ _tag: "Closed" })))

  const status = Effect.sync(() => TokenState.status(state(), Instant.now(clock)))

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
