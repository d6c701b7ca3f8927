/**
 * Where a token comes from: the store, if another process has put a good one there, else the login host, under the
 * store's lock. What an exchange brought, good or bad, is left in the store for the others.
 */
import * as Cause from "effect/Cause"
import * as Clock from "effect/Clock"
import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import type { AccessToken } from "../AccessToken.ts"
import { type Grant, RefreshToken } from "../Grant.ts"
import type { Policy } from "../RefreshPolicy.ts"
import type { TokenEndpoint } from "../TokenEndpoint.ts"
import { TokenEntry } from "../TokenEntry.ts"
import type { TokenError } from "../TokenError.ts"
import * as Instant from "./instant.ts"
import * as Errors from "./managerErrors.ts"
import * as Report from "./report.ts"
import * as Stored from "./stored.ts"
import * as Timing from "./timing.ts"
import type { TokenStoreService } from "./tokenBackend.ts"

export interface Wanted {
  /** What the program was given: it names the entry of the store. */
  readonly source: Grant
  /** What to show now; for a login, the newest refresh token that we know. */
  readonly grant: Grant
  /** When the exchange that brought it was made, in milliseconds since 1970, if it was ours. */
  readonly grantedAt: number | undefined
  /** Ask the login host, whatever the store says. */
  readonly force: boolean
  /** The token that is held; the store's is of use only if it is a better one. */
  readonly held: AccessToken | undefined
  /** Milliseconds in which one may wait for the store with that token; none without one. */
  readonly spare: number
  /** A token that the API refused: not to be taken from the store. */
  readonly rejected: string | undefined
  /** Failed exchanges in a row before this one. */
  readonly failures: number
}

export type Acquired =
  | {
      readonly _tag: "Issued"
      readonly token: AccessToken
      readonly next: Grant
      /** When the request for it was sent. */
      readonly since: Instant.Instant
    }
  | {
      readonly _tag: "Failed"
      readonly error: TokenError
      /** Milliseconds in which nothing is sent of our own accord. */
      readonly pause: number
      /** The same while somebody waits. */
      readonly pauseWaiting: number
      /** What to show the next time, if the exchange brought that much. */
      readonly next?: Grant
    }
  /** The token that is held is good for long enough to wait so many milliseconds for the store. */
  | { readonly _tag: "Postponed"; readonly millis: number }

export type Issued = Extract<Acquired, { readonly _tag: "Issued" }>

export interface Context {
  readonly store: TokenStoreService
  readonly endpoint: TokenEndpoint["Service"]
  readonly policy: Policy
  readonly clock: Clock.Clock
  readonly draw: () => number
}

/** What the change of a store's entry comes to. */
type Changed = readonly [Acquired, TokenEntry | undefined]

/** How soon a store that was out of order is tried again, in milliseconds. */
const storePause = 15_000

/** A program that ends by itself takes a good token as it finds it: only who asks for a new one needs the lock. */
export const acquire = (context: Context, wanted: Wanted): Effect.Effect<Acquired> =>
  context.policy.background || wanted.force
    ? locked(context, wanted)
    : Effect.flatMap(look(context, wanted), (found) =>
        Option.isSome(found) ? Effect.succeed(found.value) : locked(context, wanted)
      )

const locked = (context: Context, wanted: Wanted): Effect.Effect<Acquired> =>
  context.store.modify(ownerOf(context, wanted), (stored, isDown): Effect.Effect<Changed> => {
    // All others have that token too, and each of them would ask for one.
    if (isDown && !wanted.force && wanted.spare > 0) {
      return Effect.succeed([{ _tag: "Postponed", millis: Math.min(wanted.spare, storePause) }, undefined])
    }
    const entry = Option.map(stored, (known) => Stored.without(known, wanted.rejected))
    const found = wanted.force ? Option.none() : Option.flatMap(entry, (known) => fromStore(context, wanted, known))
    return Option.match(found, {
      onNone: () => exchange(context, wanted, entry),
      onSome: (acquired) => Effect.succeed([acquired, Option.getOrThrow(entry)])
    })
  })

/** The better token that another process has put into the store; none if there is none. */
export const look = (context: Context, wanted: Wanted): Effect.Effect<Option.Option<Issued>> =>
  Effect.map(context.store.get(ownerOf(context, wanted)), (stored) =>
    Option.flatMap(stored, (entry) =>
      Option.filter(fromStore(context, wanted, Stored.without(entry, wanted.rejected)), isIssued)
    )
  )

const isIssued = (acquired: Acquired): acquired is Issued => acquired._tag === "Issued"

const ownerOf = ({ endpoint }: Context, { source }: Wanted) => ({ host: endpoint.host, grant: source })

/** What the store's entry saves us: a token that will do, or the answer that another process just got. */
const fromStore = (context: Context, wanted: Wanted, entry: TokenEntry): Option.Option<Acquired> => {
  const { clock, policy } = context
  const { token } = entry
  const now = clock.currentTimeMillisUnsafe()
  // A program that runs one command takes whatever it may hand out; a service wants one that it need not renew at once.
  const usableFor = policy.background ? (life: number) => Timing.renewAfter(policy, life, 1) : undefined
  const other = token?.fingerprint !== wanted.held?.fingerprint
  if (token !== undefined && other && Stored.isGood(policy, token, now, usableFor)) {
    return Option.some({
      _tag: "Issued",
      token,
      next: newest(wanted, entry),
      since: Instant.ago(Instant.now(clock), Math.max(now - token.issuedAt.epochMilliseconds, 0))
    })
  }
  const pause = pauseOf(context, entry)
  if (entry.error === undefined || pause <= 0) return Option.none()
  return Option.some({ _tag: "Failed", error: Errors.remembered(entry.error, pause), pause, pauseWaiting: pause })
}

/** Milliseconds that are left of what another process was told. A clock that was set back must not make it longer. */
const pauseOf = ({ clock, draw, policy }: Context, { error, notBefore, outcome }: TokenEntry): number => {
  const now = clock.currentTimeMillisUnsafe()
  const age = now - outcome.at.epochMilliseconds
  if (error === undefined || notBefore === undefined || age < -Stored.skew) return 0
  if (error._tag === "AuthenticationError") {
    // A service probes as seldom as if it had been refused itself; a person who mends the secret waits for less.
    return policy.background
      ? Timing.probe(policy, draw()) - age
      : Math.min(notBefore.epochMilliseconds - now, Duration.toMillis(policy.sharedRefusal))
  }
  const longest = Errors.isUnusable(error)
    ? Timing.longestProbe
    : Duration.toMillis(error.retryAfter ?? policy.backoffMax)
  return Math.min(notBefore.epochMilliseconds - now, longest)
}

/** What an entry keeps of the grant that an exchange brought. */
const refreshed = (next: Grant, when: DateTime.Utc) =>
  next._tag === "RefreshToken" ? { refreshToken: next.refreshToken, refreshedAt: when } : {}

const exchange = (context: Context, wanted: Wanted, entry: Option.Option<TokenEntry>): Effect.Effect<Changed> =>
  Effect.gen(function* () {
    const { clock, draw, endpoint, policy } = context
    const since = Instant.now(clock)
    const grant = Option.match(entry, { onNone: () => wanted.grant, onSome: (known) => newest(wanted, known) })
    // The one part that can be interrupted: what it brings is dealt with to the end, or a login could be lost.
    const bounded = Effect.interruptible(
      Effect.timeoutOrElse(endpoint.exchange(grant), {
        duration: policy.exchangeTimeout,
        orElse: () => Effect.fail(Errors.timeout(endpoint.host, policy.exchangeTimeout))
      })
    )
    const at = () => DateTime.makeUnsafe(clock.currentTimeMillisUnsafe())
    const failed = (error: TokenError, issued?: { readonly next: Grant; readonly when: DateTime.Utc }): Changed => {
      const known = Option.getOrUndefined(entry)
      const failures = Math.max(wanted.failures, known?.failures ?? 0) + 1
      const { pause, pauseWaiting } = pausesAfter(policy, error, failures, draw)
      const shared = error._tag === "AuthenticationError" ? Duration.toMillis(policy.sharedRefusal) : pauseWaiting
      const before = known === undefined ? 0 : pauseOf(context, known)
      const stored = new TokenEntry({
        ...(known?.token === undefined ? {} : { token: known.token }),
        ...(known?.refreshToken === undefined ? {} : { refreshToken: known.refreshToken }),
        ...(known?.refreshedAt === undefined ? {} : { refreshedAt: known.refreshedAt }),
        ...(issued === undefined ? {} : refreshed(issued.next, issued.when)),
        outcome: { at: at(), result: error._tag, message: error.message },
        error,
        failures,
        notBefore: DateTime.makeUnsafe(clock.currentTimeMillisUnsafe() + Math.max(Math.min(shared, pause), before))
      })
      return [{ _tag: "Failed", error, pause, pauseWaiting, ...(issued && { next: issued.next }) }, stored]
    }
    const changed = yield* Effect.matchCauseEffect(bounded, {
      onFailure: (cause): Effect.Effect<Changed> => {
        if (Cause.hasInterruptsOnly(cause)) return Effect.interrupt
        return Effect.succeed(
          failed(Option.getOrElse(Cause.findErrorOption(cause), () => Errors.unexpected(endpoint.host)))
        )
      },
      onSuccess: ({ next, token }): Effect.Effect<Changed> => {
        const life = Duration.toMillis(token.expiresIn)
        // It took longer to come than it lives: asking again at once would go on for ever.
        if (Instant.elapsed(since, Instant.now(clock)) >= Timing.usableFor(policy, life)) {
          return Effect.succeed(failed(Errors.stillborn(endpoint.host), { next, when: token.issuedAt }))
        }
        const stored = new TokenEntry({
          token,
          ...refreshed(next, token.issuedAt),
          outcome: { at: at(), result: "issued", message: "" },
          failures: 0
        })
        return Effect.succeed([{ _tag: "Issued", token, next, since }, stored])
      }
    })
    const [acquired] = changed
    const result = acquired._tag === "Failed" ? acquired.error._tag : "issued"
    yield* Report.exchanged(Report.labelsOf(endpoint.host, grant), result, Instant.elapsed(since, Instant.now(clock)))
    return changed
  })

/** What the host asks for is kept to the letter; our own backoff is shorter while somebody waits. */
export const pausesAfter = (policy: Policy, error: TokenError, failures: number, draw: () => number) => {
  if (error._tag === "AuthenticationError") {
    const pause = Timing.probe(policy, draw())
    return { pause, pauseWaiting: pause }
  }
  const random = draw()
  if (Errors.isUnusable(error)) {
    const pause = Timing.probeAgain(policy, failures, random)
    return { pause, pauseWaiting: pause }
  }
  const backoff = {
    pause: Timing.backoff(policy, failures, random),
    pauseWaiting: Timing.backoff(policy, failures, random, Duration.min(policy.backoffWaitingMax, policy.backoffMax))
  }
  const asked = error.retryAfter === undefined ? 0 : Duration.toMillis(error.retryAfter)
  // A host that asks for no pause at all gets the same as one that does not ask.
  if (asked === 0) return backoff
  const pause = Math.max(asked, Timing.backoff(policy, 1, random))
  return { pause, pauseWaiting: pause }
}

/** Of our own grant and the store's refresh token the newer one: the older one is used up. */
const newest = ({ grant, grantedAt }: Wanted, { refreshToken, refreshedAt }: TokenEntry): Grant => {
  if (grant._tag !== "RefreshToken" && grant._tag !== "AuthorizationCode") return grant
  if (refreshToken === undefined || refreshedAt === undefined) return grant
  if (grantedAt !== undefined && grantedAt >= refreshedAt.epochMilliseconds) return grant
  return new RefreshToken({
    clientId: grant.clientId,
    ...(grant.clientSecret === undefined ? {} : { clientSecret: grant.clientSecret }),
    refreshToken
  })
}
