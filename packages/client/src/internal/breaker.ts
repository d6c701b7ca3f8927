/**
 * Spares a host that is down: after a few failures in a row only one request in a few seconds is sent to see whether it is
 * back, however many calls wait for it. It never fails a call by itself: a call that is held back goes on waiting.
 */
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Cause from "effect/Cause"
import * as CircuitBreaker from "effect/persistence/CircuitBreaker"
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import type { Failure } from "./failure.ts"

/** As many failures in a row are no accident. One call alone, with its retries, does not get there. */
const failuresInARow = 5
/** Genesys' own pause for an outage. A longer one could keep a call from an attempt that would have succeeded. */
const openMillis = 3_000
/** How soon a call looks again while another one tries the host. */
const probeMillis = 500

export interface Breaker {
  /** How long the host is to be spared yet, in milliseconds; 0 if a request may be sent. */
  readonly hold: Effect.Effect<number>
  /** Tells of a failure that `send` did not see, and fails with it. */
  readonly report: (failure: Failure) => Effect.Effect<never, Failure>
  /** Sends a request; none is sent, and `held` is the answer, if the host has to be spared. */
  readonly send: <A, R>(
    exchange: Effect.Effect<A, Failure, R>,
    held: (millis: number) => Failure
  ) => Effect.Effect<A, Failure, R>
}

const classify = (exit: Exit.Exit<unknown, Failure>): CircuitBreaker.Outcome => {
  if (Exit.isSuccess(exit)) return CircuitBreaker.success
  const failed = Option.getOrUndefined(Cause.findErrorOption(exit.cause))
  if (failed === undefined || failed.kind === "NoToken") return CircuitBreaker.ignored
  return failed.isDown ? CircuitBreaker.failure() : CircuitBreaker.success
}

export const make = Effect.fnUntraced(function* (host: string) {
  const store = yield* Layer.build(CircuitBreaker.layerStoreMemory())
  const breaker = yield* CircuitBreaker.make({
    tripPolicy: CircuitBreaker.consecutive(failuresInARow),
    openDuration: openMillis
  }).pipe(
    Effect.provideService(CircuitBreaker.CircuitBreakerStore, Context.get(store, CircuitBreaker.CircuitBreakerStore))
  )
  const options = { key: host, classify }
  /** While it is well, the host is asked directly: the breaker costs as much as all the rest of a call. */
  let isWell = true

  const report: Breaker["report"] = (failure) => {
    if (!failure.isDown) return Effect.fail(failure)
    isWell = false
    return Effect.andThen(Effect.exit(breaker.execute(Effect.fail(failure), options)), Effect.fail(failure))
  }

  const state = breaker.state(host).pipe(
    Effect.map((found) => {
      if (found._tag === "Open") return Duration.toMillis(found.retryAfter)
      return found._tag === "HalfOpen" && found.probing ? probeMillis : 0
    }),
    // A store in memory cannot fail.
    Effect.orDie
  )

  const made: Breaker = {
    report,
    hold: Effect.suspend(() => (isWell ? notHeld : state)),
    send: (exchange, held) =>
      Effect.suspend(() => {
        if (isWell) return Effect.catch(exchange, report)
        return breaker.execute(exchange, options).pipe(
          Effect.tap(() => Effect.sync(() => void (isWell = true))),
          Effect.catchTag("CircuitBreakerError", ({ reason }) =>
            Effect.fail(held(reason._tag === "CircuitOpen" ? Duration.toMillis(reason.retryAfter) : probeMillis))
          )
        )
      })
  }
  return made
})

const notHeld = Effect.succeed(0)
