/**
 * A token for somebody who waits for it: the wait is told of, and what waiting alone does not mend ends it within seconds, as it ends
 * a call.
 */
import { Policy } from "@effect-genesys/auth/RefreshPolicy"
import { lasts, type TokenError } from "@effect-genesys/auth/TokenError"
import { TokenManager } from "@effect-genesys/auth/TokenManager"
import { RetryPolicy } from "@effect-genesys/client/RetryPolicy"
import * as Waiting from "@effect-genesys/client/Waiting"
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Result from "effect/Result"
import { TimeoutFlag } from "./CallFlags.ts"

/** How long a token manager is waited for before it is asked again. */
const turn = Duration.seconds(4)
/** How soon it is asked again after it had no token, in milliseconds. */
const pause = 1_000
/** How long somebody waits where `--timeout` says nothing. */
const usual = Duration.seconds(30)

/** For a program that ends by itself: it renews nothing in the background, and hears in between that a host cannot be reached. */
export const brief = new Policy({ background: false, patience: turn })

/** How long somebody waits for a token. */
export const patience = Effect.map(Effect.serviceOption(TimeoutFlag), (flag) =>
  Option.getOrElse(Option.flatten(flag), () => usual)
)

/** The policy of a manager whose token is got with `get`. */
export const policy = (minLife: Duration.Duration) =>
  Effect.map(patience, (whole) => new Policy({ background: false, minLife, patience: Duration.min(turn, whole) }))

/** Asks for a token in one way or another, and tells of the wait. */
export const told = <A, E>(ask: Effect.Effect<A, E>) =>
  Effect.gen(function* () {
    const manager = yield* TokenManager
    const tell = yield* Waiting.OnWait
    return yield* tell === undefined ? ask : Waiting.forToken(manager, ask, tell)
  })

/** The token of a manager that was made with `policy`. */
export const get = Effect.gen(function* () {
  const manager = yield* TokenManager
  const { unreachable } = yield* RetryPolicy
  const end = (yield* Clock.currentTimeMillis) + Duration.toMillis(yield* patience)
  let lastError: TokenError | undefined
  /** Since when nothing is met but what lasts. */
  let since: number | undefined
  while (true) {
    const triedAt = yield* Clock.currentTimeMillis
    const token = told(manager.token)
    const before = lastError
    const asked =
      before === undefined
        ? token
        : Effect.timeoutOrElse(token, { duration: end - triedAt, orElse: () => Effect.fail(before) })
    const result = yield* Effect.result(asked)
    if (Result.isSuccess(result)) return result.success
    const error = result.failure
    lastError = error
    if (error._tag === "AuthenticationError" || (error._tag === "UnavailableError" && error.reason === "Closed")) {
      return yield* error
    }
    const now = yield* Clock.currentTimeMillis
    const wait = Math.max(pause, error.retryAfter === undefined ? 0 : Duration.toMillis(error.retryAfter))
    since = lasts(error) ? (since ?? triedAt) : undefined
    // What took its time takes as long again.
    const soon = now + wait + (now - triedAt)
    const isHopeless =
      since !== undefined && unreachable !== undefined && soon - since >= Duration.toMillis(unreachable)
    if (isHopeless || now + wait >= end) return yield* error
    yield* Effect.sleep(wait)
  }
})
