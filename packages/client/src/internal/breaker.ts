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
  /** Says that the host has answered something that only a host can say that is not down. */
  readonly answered: (now: number) => Effect.Effect<void>
  /** Tells of a failure that `send` did not see, of a request that was sent at that moment, and fails with it. */
  readonly report: (failure: Failure, sentAt: number) => Effect.Effect<never, Failure>
  /**
   * Sends a request; none is sent, and `held` is the answer, if the host has to be spared. A call that will have no other
   * chance is sent in any case.
   */
  readonly send: <A, R>(
    exchange: Effect.Effect<A, Failure, R>,
    options: {
      readonly sentAt: number
      readonly isLastChance: boolean
      readonly held: (millis: number) => Failure
    }
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
  let answeredAt = Number.NEGATIVE_INFINITY

  const answered: Breaker["answered"] = (now) =>
    Effect.suspend(() => {
      answeredAt = now
      if (isWell) return Effect.void
      isWell = true
      // Failures in a row begin anew.
      return Effect.ignore(breaker.execute(Effect.void, { key: host }))
    })

  /** A request that fails while others are answered says nothing of the host. */
  const isOfHost = (failure: Failure, sentAt: number) => failure.isDown && sentAt >= answeredAt

  const report: Breaker["report"] = (failure, sentAt) => {
    if (!isOfHost(failure, sentAt)) return Effect.fail(failure)
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
    answered,
    report,
    hold: Effect.suspend(() => (isWell ? notHeld : state)),
    send: (exchange, { held, isLastChance, sentAt }) =>
      Effect.suspend(() => {
        if (isWell || isLastChance) return Effect.catch(exchange, (failure) => report(failure, sentAt))
        return breaker
          .execute(exchange, options)
          .pipe(
            Effect.catchTag("CircuitBreakerError", ({ reason }) =>
              Effect.fail(held(reason._tag === "CircuitOpen" ? Duration.toMillis(reason.retryAfter) : probeMillis))
            )
          )
      })
  }
  return made
})

const notHeld = Effect.succeed(0)
