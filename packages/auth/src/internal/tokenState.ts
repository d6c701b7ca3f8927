/**
 * What a token manager knows, as one immutable value, and what follows from it at a moment. Changes of it are made in
 * `tokenManager.ts`; nothing here has an effect.
 */
import type * as Clock from "effect/Clock"
import * as DateTime from "effect/DateTime"
import type * as Deferred from "effect/Deferred"
import type * as Exit from "effect/Exit"
import type * as Fiber from "effect/Fiber"
import type { AccessToken } from "../AccessToken.ts"
import type { Grant } from "../Grant.ts"
import type { AuthenticationError, TokenError } from "../TokenError.ts"
import { type Outcome, TokenStatus } from "../TokenStatus.ts"
import * as Instant from "./Instant.ts"

/** A token with its windows, in milliseconds since the request for it was sent. */
export interface Held {
  readonly token: AccessToken
  readonly since: Instant.Instant
  readonly renewAfter: number
  readonly usableFor: number
  readonly provenAfter: number
  /** Until then, on both clocks, it is neither due nor gone: a read has nothing else to look at. */
  readonly fresh: Instant.Instant
  /** Made once, so that a read of the token allocates nothing. */
  readonly exit: Exit.Exit<AccessToken>
}

/** The exchange in flight. */
export interface Attempt {
  readonly fiber: Fiber.Fiber<void> | undefined
  /** For `renew`: the outcome of this attempt, or of the one that took its place. */
  readonly result: Deferred.Deferred<AccessToken, TokenError>
}

export interface State {
  readonly closed: boolean
  /** Counts the changes of the credentials. */
  readonly generation: number
  /** What to show the next time. */
  readonly grant: Grant
  /** When it was issued, in milliseconds since 1970, if it came with a token. */
  readonly grantedAt: number | undefined
  readonly held: Held | undefined
  readonly attempt: Attempt | undefined
  /** Nothing is sent of our own accord before this is over: backoff, `Retry-After`, or the probe interval. */
  readonly pause: Instant.Window | undefined
  /** The same for a token that somebody waits for; it is never longer. */
  readonly pauseWaiting: Instant.Window | undefined
  /** Set while the credentials count as refused. */
  readonly refusal: AuthenticationError | undefined
  /** The last error since the last success. */
  readonly error: TokenError | undefined
  /** Failed exchanges in a row. */
  readonly failures: number
  /** Tokens in a row that the API refused before they ever worked. */
  readonly rejections: number
  /** The fingerprint of the last token that the API refused. */
  readonly rejected: string | undefined
  readonly outcome: Outcome | undefined
}

export const isUsable = (held: Held | undefined, clock: Clock.Clock): held is Held =>
  held !== undefined && Instant.elapsed(held.since, clock) < held.usableFor

/** Milliseconds until something may be sent of our own accord; zero or less means now. */
export const pauseLeft = (state: State, clock: Clock.Clock, waitedFor: boolean): number => {
  const pause = waitedFor ? state.pauseWaiting : state.pause
  return pause === undefined ? 0 : Instant.remaining(pause, clock)
}

/** Milliseconds until the held token is due for renewal in the background; none if there is nothing to renew. */
export const renewalIn = (state: State, clock: Clock.Clock): number | undefined =>
  state.held === undefined
    ? undefined
    : Math.max(pauseLeft(state, clock, false), state.held.renewAfter - Instant.elapsed(state.held.since, clock))

const after = (since: Instant.Instant, millis: number) => DateTime.makeUnsafe(since.wallMillis + millis)

export const status = (state: State, clock: Clock.Clock): TokenStatus => {
  const { held, pause } = state
  return new TokenStatus({
    state: state.closed
      ? "closed"
      : isUsable(held, clock)
        ? "ready"
        : state.refusal !== undefined
          ? "refused"
          : held === undefined && state.attempt === undefined && state.outcome === undefined
            ? "empty"
            : "waiting",
    renewing: state.attempt !== undefined,
    generation: state.generation,
    ...(held === undefined
      ? {}
      : {
          fingerprint: held.token.fingerprint,
          issuedAt: held.token.issuedAt,
          expiresAt: held.token.expiresAt,
          renewAt: after(held.since, held.renewAfter)
        }),
    ...(pause === undefined || Instant.isOver(pause, clock) ? {} : { notBefore: after(pause.since, pause.millis) }),
    ...(state.outcome === undefined ? {} : { lastOutcome: state.outcome })
  })
}
