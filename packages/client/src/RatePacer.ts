/**
 * A rate limit for the calls of one process: a budget for all kinds of resources, and one for each kind that the host allows less
 * than others. Callers wait in the order in which they came. Who asks somebody else before a call goes puts a `Gate` before each budget.
 */
import type { AccessToken } from "@effect-genesys/auth/AccessToken"
import type * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import type * as Headers from "effect/http/Headers"
import type * as Scope from "effect/Scope"
import type { RateBudget } from "./RateBudget.ts"
import type { RatePass, RateRequest } from "./RatePass.ts"
import { type Place, RatePlan, type Told } from "./RatePlan.ts"

/** A whole number as a header has it; none for anything else. Each answer is read so: a schema takes several times as long. */
const wholeNumber = (text: string | undefined): number | undefined =>
  text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : undefined

/** What an answer says of the window, if it says all of it. */
const toldBy = (headers: Headers.Headers): Told | undefined => {
  const allowed = wholeNumber(headers["inin-ratelimit-allowed"])
  const count = wholeNumber(headers["inin-ratelimit-count"])
  const reset = wholeNumber(headers["inin-ratelimit-reset"])
  if (allowed === undefined || allowed === 0 || count === undefined || reset === undefined) return undefined
  return { allowed, count, reset }
}

/** A wait is looked at again this often: an answer may have told more. */
const longestSleep = 1000

/** Decides when the calls of one budget go. */
export interface Gate {
  /** When the next call may go; a moment that is not later than `now` means at once, and infinity that it is not known yet. */
  readonly nextAt: (now: number) => number
  /** Lets a call go, now. */
  readonly take: (now: number) => Place
  /** When the turn is likely to come of one who comes after so many others. */
  readonly turnAt: (now: number, others: number) => number
  /** The first of those who wait does so: for so many milliseconds, or until something has changed. */
  readonly rest: (millis: number) => Effect.Effect<void>
  /** An answer has told what the host counts. @param place of the call, unless the host counts it in another budget than was thought */
  readonly told?: (told: Told, place: Place | undefined, sentAt: number, receivedAt: number) => void
  /** The host has refused a call: nothing goes until then. */
  readonly refused?: (until: number) => void
}

/** What a gate is put before. */
export interface Lane {
  /** The first word of the paths that it is for; `*` is the one that all others share. */
  readonly kind: string
  /** What this process itself has sent, and what the answers told it. */
  readonly plan: RatePlan
  /** How many callers wait. */
  readonly waiting: () => number
}

/** Who else is asked before a call goes, and who is told of another token. */
export interface Options {
  /** Put before each budget, once. @default the plan of the budget itself */
  readonly gate?: (lane: Lane) => Gate
  /** Calls come with another token than before from now on: what was counted with that one counts no more. */
  readonly changed?: (token: AccessToken, now: number) => void
}

interface Open extends Lane {
  readonly gate: Gate
  readonly queue: Set<{ wake: () => void }>
}

const planned = ({ plan }: Lane): Gate => ({
  nextAt: (now) => plan.nextAt(now),
  take: (now) => plan.take(now),
  turnAt: (now, others) => plan.nextAt(now) + others * plan.pause,
  rest: Effect.sleep
})

/** The first word of a path after the version: `/api/v2/users/…` is of the kind `users`. */
const kindOf = (path: string): string => /^\/api\/v\d+\/([^/?#]+)/.exec(path)?.[1] ?? ""

/** The budgets of one process, from which `RateLimit.layer` is made. */
export class RatePacer {
  private readonly options: Options
  private readonly shared: Open
  /** The kinds that the host allows less than others. */
  private readonly own = new Map<string, Open>()
  private fingerprint: string | undefined
  private readonly watchers = new Set<(kind: string) => void>()

  constructor(options: Options = {}) {
    this.options = options
    this.shared = this.lane("*", new RatePlan())
  }

  readonly acquire = ({ onWait, path, token }: RateRequest): Effect.Effect<RatePass> =>
    Effect.clockWith((clock) => {
      const kind = kindOf(path)
      const now = clock.currentTimeMillisUnsafe()
      this.use(token, now)
      const lane = this.own.get(kind) ?? this.shared
      const nextAt = lane.queue.size === 0 ? lane.gate.nextAt(now) : Infinity
      const take = (at: number): RatePass => this.take(lane, kind, at)
      return nextAt <= now ? Effect.succeed(take(now)) : wait(lane, take, clock, onWait)
    })

  readonly describe = (now: number): ReadonlyArray<RateBudget> => [
    this.shared.plan.describe("*", now),
    ...Array.from(this.own, ([kind, { plan }]) => plan.describe(kind, now))
  ]

  readonly watch = (tell: (kind: string) => void): Effect.Effect<void, never, Scope.Scope> =>
    Effect.acquireRelease(
      Effect.sync(() => {
        this.watchers.add(tell)
        for (const kind of ["*", ...this.own.keys()]) tell(kind)
      }),
      () => Effect.sync(() => this.watchers.delete(tell))
    )

  /** Sees to it that calls of a kind have a budget of their own: the host allows less of them than of others. */
  ownOf(kind: string, now: number): Lane & { readonly gate: Gate } {
    const known = this.own.get(kind)
    if (known !== undefined) return known
    const lane = this.lane(kind, new RatePlan(now))
    this.own.set(kind, lane)
    for (const tell of this.watchers) tell(kind)
    return lane
  }

  private lane(kind: string, plan: RatePlan): Open {
    const queue: Open["queue"] = new Set()
    const lane = { kind, plan, waiting: () => queue.size }
    return { ...lane, queue, gate: (this.options.gate ?? planned)(lane) }
  }

  private take(lane: Open, kind: string, at: number): RatePass {
    const { fingerprint } = this
    const place = lane.gate.take(at)
    // What the host has counted for a token before says nothing of this one.
    const isOld = () => fingerprint !== this.fingerprint
    return {
      answered: (headers) =>
        headers["inin-ratelimit-allowed"] === undefined || isOld()
          ? Effect.void
          : Effect.clockWith((clock) => this.learn(lane, kind, place, headers, clock.currentTimeMillisUnsafe())),
      refused: (until) =>
        Effect.sync(() => {
          if (isOld()) return
          const refuses = this.own.get(kind) ?? lane
          refuses.plan.exhaust(until)
          refuses.gate.refused?.(until)
        })
    }
  }

  /** Learns from what an answer says about the window. */
  private learn(lane: Open, kind: string, place: Place, headers: Headers.Headers, receivedAt: number) {
    const told = toldBy(headers)
    if (told === undefined) return Effect.void
    if (lane !== this.shared || told.allowed >= lane.plan.allowance) {
      lane.plan.learn(told, place, receivedAt)
      lane.gate.told?.(told, place, place.sentAt, receivedAt)
    } else {
      const { gate, plan } = this.ownOf(kind, place.sentAt)
      plan.learn(told, { ...place, isAlone: false, epoch: 1 }, receivedAt)
      gate.told?.(told, undefined, place.sentAt, receivedAt)
    }
    return Effect.void
  }

  /** A token has windows of its own. */
  private use(token: AccessToken, now: number): void {
    if (this.fingerprint === token.fingerprint) return
    if (this.fingerprint !== undefined) for (const { plan } of [this.shared, ...this.own.values()]) plan.forget(now)
    this.fingerprint = token.fingerprint
    this.options.changed?.(token, now)
  }
}

/** Waits for a turn in a lane, and takes it. */
const wait = (
  lane: Open,
  take: (now: number) => RatePass,
  clock: Clock.Clock,
  onWait: RateRequest["onWait"]
): Effect.Effect<RatePass> =>
  Effect.suspend(() => {
    const { gate, queue } = lane
    const place = { wake: () => {} }
    queue.add(place)
    const first = () => queue.values().next().value
    const turn = Effect.callback<void>((resume) => {
      if (first() === place) resume(Effect.void)
      // Not before the one that wakes it has left: it would be overtaken.
      else place.wake = () => resume(Effect.yieldNow)
    })
    const pause = Effect.gen(function* () {
      onWait?.(gate.turnAt(clock.currentTimeMillisUnsafe(), queue.size - 1))
      yield* turn
      while (true) {
        const now = clock.currentTimeMillisUnsafe()
        const nextAt = gate.nextAt(now)
        if (nextAt <= now) return take(now)
        yield* gate.rest(Math.min(Math.ceil(nextAt - now), longestSleep))
      }
    })
    const leave = Effect.sync(() => {
      queue.delete(place)
      first()?.wake()
    })
    return Effect.ensuring(pause, leave)
  })
