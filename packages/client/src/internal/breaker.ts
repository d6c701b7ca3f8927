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

export const make = Effect.gen(function* () {
  const store = yield* Layer.build(CircuitBreaker.layerStoreMemory())
  const breaker = yield* CircuitBreaker.make({
    tripPolicy: CircuitBreaker.consecutive(failuresInARow),
    openDuration: openMillis
  }).pipe(
    Effect.provideService(CircuitBreaker.CircuitBreakerStore, Context.get(store, CircuitBreaker.CircuitBreakerStore))
  )
  /** A host that has answered after it failed begins anew, with another circuit: each is remembered for an hour. */
  let circuit = 0
  /** The last one in which it failed. */
  let failed = -1
  let answeredAt = Number.NEGATIVE_INFINITY

  const answered: Breaker["answered"] = (now) =>
    Effect.sync(() => {
      answeredAt = now
      if (failed === circuit) circuit++
    })

  /** A request that fails while others are answered says nothing of the host. */
  const classify =
    (sentAt: number) =>
    (exit: Exit.Exit<unknown, Failure>): CircuitBreaker.Outcome => {
      if (Exit.isSuccess(exit)) return CircuitBreaker.success
      const said = Option.getOrUndefined(Cause.findErrorOption(exit.cause))?.host ?? "Unknown"
      if (said === "Up") return CircuitBreaker.success
      if (said === "Unknown" || sentAt < answeredAt) return CircuitBreaker.ignored
      failed = circuit
      return CircuitBreaker.failure()
    }

  const through = <A, R>(exchange: Effect.Effect<A, Failure, R>, sentAt: number) =>
    breaker.execute(exchange, { key: String(circuit), classify: classify(sentAt) })

  const state = Effect.suspend(() => breaker.state(String(circuit))).pipe(
    Effect.map((found) => {
      if (found._tag === "Open") return Duration.toMillis(found.retryAfter)
      return found._tag === "HalfOpen" && found.probing ? probeMillis : 0
    }),
    // A store in memory cannot fail.
    Effect.orDie
  )

  const made: Breaker = {
    answered,
    hold: Effect.suspend(() => (failed === circuit ? state : notHeld)),
    send: (exchange, { held, isLastChance, sentAt }) =>
      Effect.suspend(() =>
        // The circuit of a host that has not failed is closed: its failure is told to it, and nothing else.
        isLastChance || failed !== circuit
          ? Effect.tapError(exchange, (failure) => Effect.exit(through(Effect.fail(failure), sentAt)))
          : Effect.catchTag(through(exchange, sentAt), "CircuitBreakerError", ({ reason }) =>
              Effect.fail(held(reason._tag === "CircuitOpen" ? Duration.toMillis(reason.retryAfter) : probeMillis))
            )
      )
  }
  return made
})

const notHeld = Effect.succeed(0)
