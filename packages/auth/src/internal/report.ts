/** What the token manager says: its log lines, and the errors that are not an answer of the login host. */
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
import { AuthenticationError, RateLimitError, type TokenError, UnavailableError } from "../TokenError.ts"
import * as Instant from "./Instant.ts"
import type { Held } from "./tokenState.ts"

/** Which manager it is: several orgs of a region share a host. */
export interface Labels {
  readonly host: string
  readonly client_id: string
}

export const labelsOf = (host: string, grant: Grant): Labels => ({ host, client_id: grant.clientId })

/** One exchange: how it ended and how long it took. Tokens that come from a store are none. */
export const exchanged = (labels: Labels, outcome: string, took: number): Effect.Effect<void> =>
  Effect.andThen(
    Metric.update(Metric.withAttributes(Metrics.tokenRequests, { ...labels, outcome }), 1),
    Metric.update(Metric.withAttributes(Metrics.exchangeTime, { ...labels }), Duration.millis(took))
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
          return Math.max(0, Duration.toSeconds(now.token.expiresIn) - Instant.elapsed(now.since, clock) / 1_000)
        })
      ),
      ({ remove }) => Effect.sync(remove)
    )
  )

const seconds = (millis: number) => Math.round(millis / 100) / 10

export const issued = (
  labels: Labels,
  token: AccessToken,
  previous: Held | undefined,
  clock: Clock.Clock
): Effect.Effect<void> => {
  const left =
    previous === undefined ? 0 : Duration.toMillis(previous.token.expiresIn) - Instant.elapsed(previous.since, clock)
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

export const timeout = (host: string, after: Duration.Duration): UnavailableError =>
  new UnavailableError({
    reason: "Timeout",
    host,
    message: `${host} gave no token within ${Duration.format(after)}. Check the network and the login URL.`
  })

export const stillborn = (host: string): UnavailableError =>
  new UnavailableError({
    reason: "Timeout",
    host,
    message: `${host} took longer to issue a token than the token lives. Raise the token duration of the OAuth client.`
  })

export const unexpected = (host: string): UnavailableError =>
  new UnavailableError({
    reason: "InvalidResponse",
    host,
    message: `The request for a token from ${host} ended in a way that it should not: a defect of the token endpoint.`
  })

export const unproven = (host: string): UnavailableError =>
  new UnavailableError({
    reason: "Rejected",
    host,
    message:
      `The API refuses tokens that ${host} has just issued. ` +
      `Check that the login URL and the API URL belong to the same region; another token is asked for after a pause.`
  })

export const closed = (host: string): UnavailableError =>
  new UnavailableError({
    reason: "Closed",
    host,
    message: `The token manager for ${host} is closed: its layer has ended.`
  })

/** Each exchange that ends so may leave a token behind. */
export const isUnusable = (error: TokenError): boolean =>
  error._tag === "UnavailableError" && error.reason === "UnusableToken"

/** The error that another process was given, told as what it is: not new. */
export const remembered = (error: TokenError, pause: number): TokenError => {
  const left = Duration.format(Duration.seconds(Math.ceil(pause / 1_000)))
  const again = ` This answer is remembered for another ${left}; a renewal asks again at once.`
  switch (error._tag) {
    case "AuthenticationError":
      return new AuthenticationError({
        code: error.code,
        description: error.description,
        region: error.region,
        message: `${error.message}${again}`
      })
    case "RateLimitError":
      return new RateLimitError({ source: error.source, message: error.message, retryAfter: Duration.millis(pause) })
    case "UnavailableError":
      return isUnusable(error)
        ? new UnavailableError({
            reason: error.reason,
            host: error.host,
            ...(error.status === undefined ? {} : { status: error.status }),
            message: `${error.message}${again}`
          })
        : error
  }
}
