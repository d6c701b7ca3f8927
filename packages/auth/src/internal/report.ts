/** What the token manager says: its log lines and its metrics. */
import * as PresentGauge from "@effect-genesys/core/PresentGauge"
import type * as Clock from "effect/Clock"
import type * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Metric from "effect/Metric"
import type * as Scope from "effect/Scope"
import type { AccessToken } from "../AccessToken.ts"
import type { Grant } from "../Grant.ts"
import * as Metrics from "../Metrics.ts"
import type { TokenError } from "../TokenError.ts"
import * as Instant from "./instant.ts"
import type { Held } from "./tokenState.ts"

/** Which manager it is: several orgs of a region share a host. */
export interface Labels {
  readonly host: string
  readonly client_id: string
}

export const labelsOf = (host: string, grant: Grant): Labels => ({ host, client_id: grant.clientId })

/** How an exchange can end. */
const outcomes: ReadonlyArray<"issued" | TokenError["_tag"]> = [
  "issued",
  "AuthenticationError",
  "RateLimitError",
  "UnavailableError"
]

/** Of a manager that is there now: what is counted begins with 0, so that the first time can be told from nothing. */
export const began = (labels: Labels): Effect.Effect<void> =>
  Effect.forEach(
    [
      ...outcomes.map((outcome) => Metric.withAttributes(Metrics.tokenRequests, { ...labels, outcome })),
      Metric.withAttributes(Metrics.tokenRenewals, { ...labels }),
      Metric.withAttributes(Metrics.tokenRejections, { ...labels })
    ],
    (counter) => Metric.update(counter, 0),
    { discard: true }
  )

/** One exchange: how it ended and how long it took. Tokens that come from a store are none. */
export const exchanged = (labels: Labels, outcome: string, took: number): Effect.Effect<void> =>
  Effect.andThen(
    Metric.update(Metric.withAttributes(Metrics.tokenRequests, { ...labels, outcome }), 1),
    Metric.update(Metric.withAttributes(Metrics.exchangeSeconds, { ...labels }), took / 1_000)
  )

/** Until the scope is closed. */
export const expiry = (
  labels: Labels,
  held: () => Held | undefined,
  clock: Clock.Clock
): Effect.Effect<void, never, Scope.Scope> =>
  Effect.contextWith((context: Context.Context<never>) =>
    Effect.acquireRelease(
      Effect.sync(() =>
        PresentGauge.register(Metric.withAttributes(Metrics.secondsToExpiry, { ...labels }), context, () => {
          const now = held()
          if (now === undefined) return 0
          return Math.max(
            0,
            Duration.toSeconds(now.token.expiresIn) - Instant.elapsed(now.since, Instant.now(clock)) / 1_000
          )
        })
      ),
      ({ remove }) => Effect.sync(remove)
    )
  )

const seconds = (millis: number) => Math.round(millis / 100) / 10

/** @param left milliseconds that the previous token had left to live */
export const issued = (labels: Labels, token: AccessToken, left: number): Effect.Effect<void> => {
  const renewed = left > 0 ? Metric.update(Metric.withAttributes(Metrics.tokenRenewals, { ...labels }), 1) : Effect.void
  const log = Effect.logInfo(left > 0 ? "token renewed ahead of time" : "token issued").pipe(
    Effect.annotateLogs({
      event: left > 0 ? "token.renewed" : "token.issued",
      fingerprint: token.fingerprint,
      expiresInSeconds: Duration.toSeconds(token.expiresIn),
      ...(left > 0 ? { previousSecondsLeft: seconds(left) } : {})
    })
  )
  return Effect.andThen(renewed, log)
}

/** @param loud whether nobody else reports it: in the background there is no caller */
export const failed = (
  error: TokenError,
  /** Milliseconds. */
  nextAttempt: number,
  serving: boolean,
  loud: boolean
): Effect.Effect<void> => {
  const fields = {
    event: "token.failed",
    error: error._tag,
    reason: error.message,
    nextAttemptInSeconds: seconds(nextAttempt)
  }
  const refused = error._tag === "AuthenticationError"
  const what = refused ? "credentials refused" : serving ? "token not renewed" : "no token"
  const then = serving
    ? "the held token is used until it expires"
    : refused
      ? "callers get this answer until they change, or the next attempt"
      : "callers wait"
  return Effect.logWithLevel(loud ? (refused ? "Error" : "Warn") : "Debug")(`${what}; ${then}`).pipe(
    Effect.annotateLogs(fields)
  )
}

export const rejected = (labels: Labels, token: AccessToken): Effect.Effect<void> =>
  Effect.andThen(
    Metric.update(Metric.withAttributes(Metrics.tokenRejections, { ...labels }), 1),
    Effect.logWarning("token rejected by the API").pipe(
      Effect.annotateLogs({ event: "token.rejected", fingerprint: token.fingerprint })
    )
  )

export const changed = (generation: number): Effect.Effect<void> =>
  Effect.logInfo("credentials changed").pipe(Effect.annotateLogs({ event: "credentials.changed", generation }))
