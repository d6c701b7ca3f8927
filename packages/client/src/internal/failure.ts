/**
 * What one failed attempt means for the next: whether the call may be sent again, and after which wait. Only what is
 * safe is sent twice.
 */
import * as Data from "effect/Data"
import * as Duration from "effect/Duration"
import type * as HttpClientError from "effect/http/HttpClientError"
import type * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as Option from "effect/Option"
import type { AccessToken } from "@effect-genesys/auth/AccessToken"
import * as ConnectionFailure from "@effect-genesys/core/ConnectionFailure"
import * as NoResponse from "@effect-genesys/core/NoResponse"
import * as Redirect from "@effect-genesys/core/Redirect"
import * as ResponseText from "@effect-genesys/core/ResponseText"
import * as TokenErrors from "@effect-genesys/auth/TokenError"
import type { GenesysError } from "../GenesysError.ts"
import type { Policy } from "../RetryPolicy.ts"
import * as Route from "../Route.ts"

export class Failure extends Data.TaggedError("Failure")<{
  readonly error: GenesysError
  /**
   * - `Final`: the answer will be the same again.
   * - `Rejected`: 401, nothing happened; a token that is issued from now on may help.
   * - `Refused`: nothing happened; any method may be sent again.
   * - `NoToken`: nothing was sent.
   * - `Held`: nothing was sent, to spare a host that is down.
   * - `Ambiguous`: it may have happened; only what is safe to repeat is sent again.
   */
  readonly kind: "Final" | "Rejected" | "Refused" | "NoToken" | "Held" | "Ambiguous"
  readonly wait: number | undefined
  /** The token that the API refused. */
  readonly token: AccessToken | undefined
  /** What it says of the host, whatever it says of this call. */
  readonly host: "Up" | "Down" | "Unknown"
  /** Genesys could not be reached, and waiting alone does not change that. */
  readonly isUnreachable: boolean
}> {}

const make = (
  kind: Failure["kind"],
  error: GenesysError,
  more: Partial<Pick<Failure, "wait" | "token" | "host" | "isUnreachable">> = {}
) => new Failure({ kind, error, wait: undefined, token: undefined, host: "Up", isUnreachable: false, ...more })

export const final = (error: GenesysError) => make("Final", error)
export const rejected = (error: GenesysError, token: AccessToken) => make("Rejected", error, { token })
/** The answer cannot be used. */
export const unusable = (error: GenesysError) => make("Ambiguous", error)
export const timedOut = (error: GenesysError) => make("Ambiguous", error, { host: "Down" })
/** The deadline has come. */
export const late = (error: GenesysError) => make("Final", error, { host: "Unknown" })
export const held = (error: GenesysError, wait: number) => make("Held", error, { wait, host: "Unknown" })

/** Something else than Genesys sent a page in its place. */
export const stranger = (error: GenesysError) => make("Ambiguous", error, { isUnreachable: true })

/**
 * Without a connection nothing was sent; with one, nobody knows what arrived. A redirect that was followed, and an answer that is
 * too long, come again. A host that drops connections may have a bad moment, unless it has never answered at all.
 */
export const ofTransport = (cause: HttpClientError.HttpClientError, error: GenesysError, hasAnswered: boolean) => {
  if (NoResponse.of(cause) !== undefined || Redirect.isFollowed(cause) || ResponseText.isTooLong(cause))
    return final(error)
  const why = "cause" in cause.reason ? cause.reason.cause : undefined
  const lasts = ConnectionFailure.lasts(why)
  const isUnreachable = lasts || (!hasAnswered && ConnectionFailure.isDropped(why))
  return make(lasts ? "Refused" : "Ambiguous", error, { host: "Down", isUnreachable })
}

/** The token manager paces its own requests; here it is only asked again. */
export const ofToken = (error: TokenErrors.TokenError) =>
  error._tag === "AuthenticationError" || (error._tag === "UnavailableError" && error.reason === "Closed")
    ? make("Final", error, { host: "Unknown" })
    : make("NoToken", error, {
        host: "Unknown",
        wait: error.retryAfter && Duration.toMillis(error.retryAfter),
        isUnreachable: TokenErrors.lasts(error)
      })

export const ofStatus = (status: number, error: GenesysError, retryAfter: Option.Option<Duration.Duration>) => {
  const wait = Option.getOrUndefined(Option.map(retryAfter, Duration.toMillis))
  if (status === 429) return make("Refused", error, { wait })
  // The host waited for a request that came late, or not at all; it is not down.
  if (status === 408) return make("Ambiguous", error, { wait })
  return status === 502 || status === 503 || status === 504
    ? make("Ambiguous", error, { wait, host: "Down" })
    : make("Final", error)
}

/** What a call has been through. */
export interface Progress {
  readonly request: HttpClientRequest.HttpClientRequest
  /** Milliseconds since 1970, as all moments here. */
  readonly startedAt: number
  retries: number
  /** When the API last answered 401, if it has answered nothing else since. */
  unauthorizedAt: number | undefined
  renewals: number
  /** While it waits for its turn under the rate limit: when that may come. */
  turnAt: number | undefined
  /** An attempt before may have arrived. */
  repeated: boolean
  last: GenesysError | undefined
  /** When the last attempt began. */
  triedAt: number
  /** Since when Genesys cannot be reached; none if it answered last. */
  unreachableSince: number | undefined
}

export const start = (request: HttpClientRequest.HttpClientRequest, now: number): Progress => ({
  request,
  startedAt: now,
  retries: 0,
  unauthorizedAt: undefined,
  renewals: 0,
  turnAt: undefined,
  repeated: false,
  last: undefined,
  triedAt: now,
  unreachableSince: undefined
})

/** Genesys' advice for 502, 503 and 504: 3 s at a time, 9 s after five minutes, 27 s after ten. */
const pauses = { short: 3_000, longer: 9_000, longest: 27_000 }
const minute = 60_000

/** A long pause ends in time for a last attempt before the deadline. */
const ownPause = (spent: number, left: number): number => {
  const pause = spent < 5 * minute ? pauses.short : spent < 10 * minute ? pauses.longer : pauses.longest
  return Math.max(pauses.short, Math.min(pause, left - pauses.short))
}
/** How soon the token manager is asked again after it had no token. */
const tokenPause = 1_000
/** A bound for an API that takes tokens and refuses them again and again. */
const maxRenewals = 5

/** Milliseconds until the next attempt; none if the call has failed. */
export const next = (progress: Progress, failure: Failure, policy: Policy, now: number): number | undefined => {
  // Whoever waits for a token waits while several requests for one fail, and would do so again.
  const asking = failure.kind === "NoToken" ? now - progress.triedAt : 0
  if (failure.kind !== "Held") {
    if (failure.isUnreachable) progress.unreachableSince ??= now - asking
    else progress.unreachableSince = undefined
  }
  const wait = waitFor(progress, failure, policy, now)
  if (wait === undefined) return undefined
  progress.triedAt = now + wait
  if (progress.unreachableSince === undefined || policy.unreachable === undefined) return wait
  return now + wait + asking - progress.unreachableSince < Duration.toMillis(policy.unreachable) ? wait : undefined
}

const waitFor = (progress: Progress, failure: Failure, policy: Policy, now: number): number | undefined => {
  const { request } = progress
  if (failure.kind === "Held") return failure.wait
  progress.last = failure.error
  // A stream that was half read cannot be sent from its beginning.
  if (failure.kind !== "NoToken" && request.body._tag === "Stream") return undefined
  const left = progress.startedAt + Duration.toMillis(policy.deadline) - now
  const pause = ownPause(now - progress.startedAt, left)
  switch (failure.kind) {
    case "Final":
      return undefined
    case "NoToken":
      return Math.max(failure.wait ?? 0, tokenPause)
    case "Rejected": {
      const before = progress.unauthorizedAt
      progress.unauthorizedAt = now
      const fresh = before !== undefined && (failure.token?.issuedAt.epochMilliseconds ?? now) >= before
      return fresh || progress.renewals++ >= maxRenewals ? undefined : 0
    }
    case "Refused": {
      const wait = failure.wait ?? pause
      if (wait > Duration.toMillis(policy.maxRetryAfter) || progress.retries >= policy.maxRetries) return undefined
      progress.retries++
      return wait
    }
    case "Ambiguous":
      if (!isSafe(request) || progress.retries >= policy.maxRetries) return undefined
      progress.retries++
      progress.repeated = true
      return failure.wait ?? pause
  }
}

const safeMethods = new Set(["GET", "HEAD", "OPTIONS", "PUT", "DELETE"])

/** Reads, and writes that have the same effect twice. Searches and queries are POSTs that only read. */
const isSafe = (request: HttpClientRequest.HttpClientRequest) =>
  safeMethods.has(request.method) || (request.method === "POST" && Route.isQuery(request.url))
