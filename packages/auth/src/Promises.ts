/**
 * A token manager as promises, for whoever has no Effect, here and in `client`: built when it is first used, and with the same
 * guarantees and errors, since it is the same manager. A token that is held costs a look at two clocks, and no fiber.
 */
import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Redacted from "effect/Redacted"
import type * as Scope from "effect/Scope"
import { AccessToken } from "./AccessToken.ts"
import * as Instant from "./internal/instant.ts"
import * as Checks from "./internal/promiseChecks.ts"
import * as Runtime from "./internal/promiseRuntime.ts"
import type { Live } from "./internal/tokenManager.ts"
import type { TokenStatus } from "./TokenStatus.ts"

/** How long the process lives, and what the effects run in. */
type Options = Runtime.Options
/** What ends a wait before its time. */
type WaitOptions = Runtime.WaitOptions

export type { Live, Options, WaitOptions }

/** `TokenStatus`, with moments as `Date`. */
export interface PromiseTokenStatus {
  /**
   * - `empty`: no token was asked for yet.
   * - `ready`: a token is held and handed out.
   * - `waiting`: no token that can be used; one is being asked for, or will be.
   * - `refused`: no token that can be used, and the credentials were refused.
   * - `closed`: the manager has ended.
   */
  readonly state: "empty" | "ready" | "waiting" | "refused" | "closed"
  /** Whether a request for a token is under way. */
  readonly renewing: boolean
  /** How often the credentials have changed. */
  readonly generation: number
  /** Names the held token, if any, also when it has expired since. */
  readonly fingerprint?: string
  readonly issuedAt?: Date
  readonly expiresAt?: Date
  /** When it is due for renewal in the background. */
  readonly renewAt?: Date
  /** Nothing is sent before this moment of our own accord: after a failure, a refusal or a rate limit. */
  readonly notBefore?: Date
  /** How the last exchange with the login host ended: `issued`, or the tag of its error, with what that says. */
  readonly lastOutcome?: {
    readonly at: Date
    readonly result: "issued" | "AuthenticationError" | "RateLimitError" | "UnavailableError"
    readonly message: string
  }
  /** Why the token is not shared by the `store`, though one is set: what went wrong last, until it works again. */
  readonly storeProblem?: string
}

/**
 * One OAuth client's token for as long as a program runs, as promises. `createTokenManager` makes it; `close` ends it.
 */
export interface PromiseTokenManager {
  /**
   * A token that is good to use now. Rejects with an `AuthenticationError`, `RateLimitError`, `UnavailableError` or, for
   * wrong options, `ConfigurationError`; each is an `Error` with a `_tag`.
   */
  readonly getToken: (options?: WaitOptions) => Promise<string>
  /** Says that the API answered this very token with 401. A newer one is kept. */
  readonly rejectToken: (token: string) => Promise<void>
  /** Asks for a new token now, even after the credentials were refused. */
  readonly renewToken: (options?: WaitOptions) => Promise<string>
  /** What is held and how the last renewal went. Never asks for a token. */
  readonly getStatus: () => Promise<PromiseTokenStatus>
  /** Calls the listener with the present status and with every change of it, until the returned function is called. */
  readonly onChange: (listener: (status: PromiseTokenStatus) => unknown) => () => void
  /** Ends everything: the timer, the request under way, and every wait. */
  readonly close: () => Promise<void>
  /** The same, for `await using`. */
  readonly [Symbol.asyncDispose]: () => Promise<void>
}

/** What is built when a manager is first used. */
export interface Parts {
  readonly live: Live
}

/** The manager, and a way to whatever else was built with it. */
export interface Promises<P extends Parts> {
  readonly manager: PromiseTokenManager
  /** Runs what is made of it; the signal, or the end of the manager, interrupts that. */
  readonly run: <A, E>(use: (parts: P) => Effect.Effect<A, E>, signal?: AbortSignal) => Promise<A>
}

/** Makes promises of what an Effect builds. It is built by the first call that needs it, and released by `close`. */
export const make = <P extends Parts, E>(
  build: Effect.Effect<P, E, Scope.Scope>,
  options: Options = {}
): Promises<P> => {
  const listeners = new Set<(status: PromiseTokenStatus) => void>()
  const tellAll = (status: PromiseTokenStatus) => {
    for (const listener of listeners) listener(status)
  }
  /** While there is one to be asked. */
  let live: Live | undefined
  const runtime = Runtime.make(build, options, (parts) => {
    live = parts.live
    live.listen((status) => tellAll(plain(status, parts.live.storeProblem())))
  })

  const current = (signal?: AbortSignal): Promise<string> => {
    const token = signal?.aborted === true ? undefined : live?.ready()
    if (token !== undefined) return textOf(token)
    return signal === undefined ? together() : alone(signal)
  }

  const renewed = (signal?: AbortSignal) =>
    runtime.run((parts) => Effect.map(parts.live.service.renew, valueOf), signal)

  const alone = (signal?: AbortSignal, told: () => void = ignored) =>
    runtime.promised<string, unknown>(
      (parts, tell) =>
        parts.live.wait((exit) => {
          told()
          tell(Exit.map(exit, valueOf))
        }),
      signal,
      told
    )

  /** Those who come in the same millisecond wait as one: their patience ends together, and so they are told the same. */
  const together = () => {
    const { monotonicNanos, wallMillis: wall } = Instant.now(runtime.clock)
    const monotonic = monotonicNanos / nanosPerMilli
    if (joint?.wall === wall && joint.monotonic === monotonic) return joint.text
    let isTold = false
    const text = alone(undefined, () => {
      isTold = true
      joint = undefined
    })
    // What was told is not told again: the token may be rejected in the same moment.
    if (!isTold) joint = { wall, monotonic, text }
    return text
  }
  let joint: { readonly wall: number; readonly monotonic: bigint; readonly text: Promise<string> } | undefined

  /** One promise for each token, made when it is first handed out. */
  const textOf = (token: AccessToken) => {
    if (handedOut?.token !== token) handedOut = { token, text: Promise.resolve(valueOf(token)) }
    return handedOut.text
  }
  let handedOut: { readonly token: AccessToken; readonly text: Promise<string> } | undefined

  const status = (): PromiseTokenStatus =>
    live === undefined ? { ...unbuilt, state: stateOf[runtime.state()] } : plain(live.status(), live.storeProblem())

  const close = () => {
    // What was built tells its end itself.
    if (runtime.state() === "idle" || runtime.state() === "building") tellAll({ ...unbuilt, state: "closed" })
    live = undefined
    handedOut = undefined
    return runtime.close()
  }

  const manager: PromiseTokenManager = {
    getToken: (waiting) => (waiting === undefined ? current() : waited("getToken", waiting, current)),
    rejectToken: async (token) => {
      if (typeof token !== "string") throw Checks.wrong("token", "the token that the API refused, as getToken gave it")
      return runtime.run((parts) => parts.live.service.reject(named(token)))
    },
    renewToken: (waiting) => waited("renewToken", waiting === undefined ? {} : waiting, renewed),
    getStatus: async () => status(),
    onChange: listening(listeners, status),
    close,
    [Symbol.asyncDispose]: close
  }
  return { manager, run: runtime.run }
}

const waitNames = ["signal"]

/** With the signal of the options, if they are what they should be. */
const waited = (where: string, waiting: WaitOptions, use: (signal?: AbortSignal) => Promise<string>) => {
  const wrong = Checks.object(where, "options", waiting, waitNames) ?? Checks.signal(waiting.signal)
  return wrong === undefined ? use(waiting.signal) : Promise.reject(wrong)
}

const listening =
  (listeners: Set<(status: PromiseTokenStatus) => void>, status: () => PromiseTokenStatus) =>
  (listener: (status: PromiseTokenStatus) => unknown) => {
    if (typeof listener !== "function") throw Checks.wrong("listener", "a function that is told the status")
    let isOver = false
    let told = Promise.resolve()
    // One after the other, and later: it may call the manager, and what goes wrong in it is its own.
    const tell = (change: PromiseTokenStatus) => {
      told = told.then(async () => void (isOver || (await listener(change)))).catch(() => undefined)
    }
    tell(status())
    listeners.add(tell)
    return () => {
      isOver = true
      listeners.delete(tell)
    }
  }

const ignored = () => undefined
const nanosPerMilli = 1_000_000n

const valueOf = ({ value }: AccessToken) => Redacted.value(value)

const unbuilt = { renewing: false, generation: 0 }
const stateOf = { idle: "empty", building: "waiting", built: "waiting", closed: "closed" } as const

/** Only the value of a rejected token is looked at. */
const named = (token: string) =>
  new AccessToken({
    value: Redacted.make(token),
    fingerprint: "",
    issuedAt: DateTime.makeUnsafe(0),
    expiresIn: Duration.zero
  })

const plain = (status: TokenStatus, storeProblem: string | undefined): PromiseTokenStatus => {
  const { expiresAt, fingerprint, generation, issuedAt, lastOutcome, notBefore, renewAt, renewing, state } = status
  return {
    state,
    renewing,
    generation,
    ...(fingerprint === undefined ? {} : { fingerprint }),
    ...(issuedAt && { issuedAt: DateTime.toDateUtc(issuedAt) }),
    ...(expiresAt && { expiresAt: DateTime.toDateUtc(expiresAt) }),
    ...(renewAt && { renewAt: DateTime.toDateUtc(renewAt) }),
    ...(notBefore && { notBefore: DateTime.toDateUtc(notBefore) }),
    ...(lastOutcome && { lastOutcome: { ...lastOutcome, at: DateTime.toDateUtc(lastOutcome.at) } }),
    ...(storeProblem === undefined ? {} : { storeProblem })
  }
}
