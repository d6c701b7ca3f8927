/** The rate limit of a replica, over whatever brings its requests to the keeper of the token in use. */
import { RateLimit } from "@effect-genesys/client/RateLimit"
import { RatePacer } from "@effect-genesys/client/RatePacer"
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Latch from "effect/Latch"
import * as Option from "effect/Option"
import * as Random from "effect/Random"
import { HeldBudgets } from "./heldBudgets.ts"
import type * as Lease from "./lease.ts"

/** A keeper answers in milliseconds. Who waits longer has no permit left. */
const patience = Duration.millis(500)

export interface Options {
  /** Asks the keeper of a token, named by the token's fingerprint, once. */
  readonly ask: (fingerprint: string, request: Lease.Request) => Effect.Effect<Lease.Answer, unknown>
  readonly replicas: number
}

export const make = Effect.fnUntraced(function* ({ ask, replicas }: Options) {
  const scope = yield* Effect.scope
  const replica = (yield* Random.nextIntBetween(0, Number.MAX_SAFE_INTEGER)).toString(16)
  const changed = Latch.makeUnsafe()
  let fingerprint: string | undefined
  const held = new HeldBudgets({
    replica,
    replicas,
    opened: (kind, now) => void pacer.ownOf(kind, now),
    changed: () => void changed.openUnsafe()
  })
  const pacer: RatePacer = new RatePacer({
    gate: (lane) => held.open(lane),
    changed: (token) => {
      fingerprint = token.fingerprint
      held.forget()
      changed.openUnsafe()
    }
  })

  /** One request and its answer, if there is one in time. */
  const exchange = Effect.fnUntraced(function* (name: string, now: number) {
    const fiber = yield* Effect.forkIn(Effect.exit(Effect.suspend(() => ask(name, held.request(now)))), scope)
    const exit = yield* Effect.timeoutOption(Fiber.join(fiber), patience)
    // Not awaited: who cannot ask cannot take a question back either.
    if (Option.isNone(exit)) fiber.interruptUnsafe()
    // Of another token.
    if (name !== fingerprint) return
    const end = yield* Clock.currentTimeMillis
    if (Option.isSome(exit) && Exit.isSuccess(exit.value)) {
      if (held.answered(exit.value.value, end)) yield* Effect.logInfo("the rate limit is shared again")
    } else if (held.missed(end)) {
      yield* Effect.logWarning(
        `the runner that keeps the rate limit does not answer: this replica goes on with its own part, 1 of ${held.parts}. ` +
          "Check that the runners reach each other and their database."
      )
    }
  })

  yield* Effect.gen(function* () {
    while (true) {
      changed.closeUnsafe()
      const now = yield* Clock.currentTimeMillis
      const askAt = fingerprint === undefined ? Infinity : held.askAt(now)
      if (askAt <= now && fingerprint !== undefined) yield* exchange(fingerprint, now)
      else if (askAt === Infinity) yield* changed.await
      else yield* Effect.raceFirst(changed.await, Effect.sleep(Math.ceil(askAt - now)))
    }
  }).pipe(Effect.annotateLogs({ module: "SharedRateLimit" }), Effect.forkIn(scope))

  return RateLimit.of(pacer)
})
