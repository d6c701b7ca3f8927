/** The turn of a call under the rate limit, which it gets once there is a token. */
import type { TokenManager } from "@effect-genesys/auth/TokenManager"
import type * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Metric from "effect/Metric"
import * as Metrics from "../Metrics.ts"
import type { RateLimit } from "../RateLimit.ts"
import * as Waiting from "../Waiting.ts"
import * as Failure from "./failure.ts"

/** Waits until the call may go. */
export const make = (manager: TokenManager["Service"], rateLimit: RateLimit["Service"]) =>
  Effect.fnUntraced(function* (progress: Failure.Progress, clock: Clock.Clock) {
    const told = yield* Waiting.OnWait
    // Whoever waits for a token must not hold a place that others could use.
    const token = yield* Effect.mapError(
      told === undefined ? manager.token : Waiting.forToken(manager, manager.token, told),
      Failure.ofToken
    )
    const now = clock.currentTimeMillisUnsafe()
    const pass = yield* rateLimit.acquire({
      path: progress.request.url,
      token,
      onWait: (turnAt) => {
        progress.turnAt = turnAt
        const millis = turnAt - clock.currentTimeMillisUnsafe()
        if (millis >= Waiting.shortest) told?.({ reason: "Turn", millis, cause: undefined })
      }
    })
    if (progress.turnAt !== undefined) {
      progress.turnAt = undefined
      yield* Metric.update(Metrics.apiPacingSeconds, (clock.currentTimeMillisUnsafe() - now) / 1_000)
    }
    return pass
  })
