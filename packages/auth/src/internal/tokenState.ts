/** What a token manager knows, as one immutable value, and what follows from it at a moment. */
import * as DateTime from "effect/DateTime"
import type * as Exit from "effect/Exit"
import type { AccessToken } from "../AccessToken.ts"
import type { Grant } from "../Grant.ts"
import type { Policy } from "../RefreshPolicy.ts"
import type { AuthenticationError, TokenError } from "../TokenError.ts"
import { type Outcome, TokenStatus } from "../TokenStatus.ts"
import * as Instant from "./instant.ts"

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

export interface State {
  readonly closed: boolean
  /** Counts the changes of the credentials. */
  readonly generation: number
  /** What the program was given. */
  readonly source: Grant
  /** What to show the next time. */
  readonly grant: Grant
  /** When it was issued, in milliseconds since 1970, if it came with a token. */
  readonly grantedAt: number | undefined
  readonly held: Held | undefined
  /** Counts the exchanges. */
  readonly attempts: number
  /** Which of them is under way. */
  readonly attempt: number | undefined
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

/** What else decides what follows. */
export interface Given {
  readonly policy: Policy
  /** The login host, for errors. */
  readonly host: string
  readonly now: Instant.Instant
  /** How many callers wait. */
  readonly waiting: number
}

export const initial = (source: Grant): State => ({
  closed: false,
  generation: 0,
  source,
  grant: source,
  grantedAt: undefined,
  held: undefined,
  attempts: 0,
  attempt: undefined,
  pause: undefined,
  pauseWaiting: undefined,
  refusal: undefined,
  error: undefined,
  failures: 0,
  rejections: 0,
  rejected: undefined,
  outcome: undefined
})

export const isUsable = (held: Held | undefined, now: Instant.Instant): held is Held =>
  held !== undefined && Instant.elapsed(held.since, now) < held.usableFor

/** Whether it was held for long enough to have worked. */
export const isProven = (held: Held | undefined, now: Instant.Instant): boolean =>
  held !== undefined && Instant.elapsed(held.since, now) >= held.provenAfter

/** Milliseconds until something may be sent of our own accord; zero or less means now. */
export const pauseLeft = (state: State, now: Instant.Instant, waitedFor: boolean): number => {
  const pause = waitedFor ? state.pauseWaiting : state.pause
  return pause === undefined ? 0 : Instant.remaining(pause, now)
}

/** Milliseconds until the held token is due for renewal in the background; none if there is nothing to renew. */
export const renewalIn = (state: State, now: Instant.Instant): number | undefined =>
  state.held === undefined
    ? undefined
    : Math.max(pauseLeft(state, now, false), state.held.renewAfter - Instant.elapsed(state.held.since, now))

/**
 * Milliseconds until the manager asks of its own accord. Whoever waits is served first; in the background it keeps what
 * was once asked for.
 */
export const dueIn = ({ now, policy, waiting }: Omit<Given, "host">, state: State): number | undefined => {
  if (state.closed || state.attempt !== undefined) return undefined
  if (waiting > 0 && !isUsable(state.held, now)) return pauseLeft(state, now, true)
  if (!policy.background || state.outcome === undefined) return undefined
  return renewalIn(state, now) ?? pauseLeft(state, now, false)
}

/** Milliseconds in which a store that is out of order can be waited for: half of those in which the token is due and still good. */
export const spareIn = ({ held }: State, now: Instant.Instant): number =>
  held === undefined ? 0 : Math.max(0, (held.renewAfter + held.usableFor) / 2 - Instant.elapsed(held.since, now))

const after = (since: Instant.Instant, millis: number) => DateTime.makeUnsafe(since.wallMillis + millis)

export const status = (state: State, now: Instant.Instant): TokenStatus => {
  const { held, pause } = state
  return new TokenStatus({
    state: state.closed
      ? "closed"
      : isUsable(held, now)
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
    ...(pause === undefined || Instant.isOver(pause, now) ? {} : { notBefore: after(pause.since, pause.millis) }),
    ...(state.outcome === undefined ? {} : { lastOutcome: state.outcome })
  })
}
