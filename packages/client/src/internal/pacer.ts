/**
 * Lets calls go at the rate that Genesys allows: at once while the window is mostly unused, evenly when it is not. One pacer
 * is shared by all the clients of a token manager. Callers wait in the order in which they came.
 */
import type { AccessToken } from "@effect-genesys/auth/AccessToken"
import type { TokenManager } from "@effect-genesys/auth/TokenManager"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import type * as Headers from "effect/http/Headers"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import type { RateBudget } from "../RateBudget.ts"
import { Budget, type Place } from "./budget.ts"

const Count = Schema.NumberFromString.check(Schema.isInt(), Schema.isGreaterThanOrEqualTo(0))
const decode = Schema.decodeUnknownOption(
  Schema.Struct({
    "inin-ratelimit-allowed": Schema.NumberFromString.check(Schema.isInt(), Schema.isGreaterThan(0)),
    "inin-ratelimit-count": Count,
    "inin-ratelimit-reset": Count
  })
)

/** A wait is looked at again this often: an answer may have told more. */
const longestSleep = 1000

interface Lane {
  readonly budget: Budget
  readonly queue: Set<{ wake: () => void }>
}

/** A call that may go. */
export interface Pass {
  readonly lane: Lane
  readonly kind: string
  readonly place: Place
}

/** The first word of a path after the version: `/api/v2/users/…` is of the kind `users`. */
const kindOf = (path: string): string => /^\/api\/v\d+\/([^/?#]+)/.exec(path)?.[1] ?? ""

export class Pacer {
  private readonly shared: Lane = { budget: new Budget(), queue: new Set() }
  /** The kinds that the host allows less than others. */
  private readonly own = new Map<string, Lane>()
  private fingerprint: string | undefined
  private readonly watchers = new Set<(kind: string) => void>()

  /** Waits until a call may go. `onWait` is told when that may be, should it have to wait. */
  acquire(path: string, onWait: (nextAt: number) => void): Effect.Effect<Pass> {
    return Effect.clockWith((clock) => {
      const kind = kindOf(path)
      const lane = this.own.get(kind) ?? this.shared
      const now = clock.currentTimeMillisUnsafe()
      const nextAt = lane.queue.size === 0 ? lane.budget.nextAt(now) : Infinity
      return nextAt <= now ? Effect.succeed(take(lane, kind, now)) : wait(lane, kind, clock, onWait)
    })
  }

  /** A token has windows of its own. */
  use(token: AccessToken, now: number): void {
    if (this.fingerprint === token.fingerprint) return
    if (this.fingerprint !== undefined) for (const { budget } of this.lanes()) budget.renew(now)
    this.fingerprint = token.fingerprint
  }

  /** Learns from what an answer says about the window. */
  learn({ kind, lane, place }: Pass, headers: Headers.Headers, receivedAt: number): void {
    if (headers["inin-ratelimit-allowed"] === undefined) return
    const said = decode(headers)
    if (Option.isNone(said)) return
    const told = {
      allowed: said.value["inin-ratelimit-allowed"],
      count: said.value["inin-ratelimit-count"],
      reset: said.value["inin-ratelimit-reset"]
    }
    if (lane !== this.shared || told.allowed >= lane.budget.allowance) lane.budget.learn(told, place, receivedAt)
    else this.ownOf(kind, place.sentAt).budget.learn(told, { ...place, isAlone: false, epoch: 1 }, receivedAt)
  }

  /** The host refused a call because of its rate. */
  refused({ kind, lane }: Pass, until: number): void {
    const { budget } = this.own.get(kind) ?? lane
    budget.exhaust(until)
  }

  describe(now: number): ReadonlyArray<RateBudget> {
    return [
      this.shared.budget.describe("*", now),
      ...Array.from(this.own, ([kind, { budget }]) => budget.describe(kind, now))
    ]
  }

  /** Tells of each kind that has a budget, now and from now on. The result ends that. */
  watch(tell: (kind: string) => void): () => void {
    this.watchers.add(tell)
    for (const { kind } of this.describe(0)) tell(kind)
    return () => void this.watchers.delete(tell)
  }

  /** The lane of a kind that the host allows less than others. */
  private ownOf(kind: string, now: number): Lane {
    const known = this.own.get(kind)
    if (known !== undefined) return known
    const lane: Lane = { budget: new Budget(now), queue: new Set() }
    this.own.set(kind, lane)
    for (const tell of this.watchers) tell(kind)
    return lane
  }

  private lanes(): ReadonlyArray<Lane> {
    return [this.shared, ...this.own.values()]
  }
}

const take = (lane: Lane, kind: string, now: number): Pass => ({ lane, kind, place: lane.budget.take(now) })

const wait = (lane: Lane, kind: string, clock: Clock.Clock, onWait: (nextAt: number) => void): Effect.Effect<Pass> =>
  Effect.suspend(() => {
    const { budget, queue } = lane
    const place = { wake: () => {} }
    queue.add(place)
    const first = () => queue.values().next().value
    const turn = Effect.callback<void>((resume) => {
      if (first() === place) resume(Effect.void)
      else place.wake = () => resume(Effect.void)
    })
    const pause = Effect.gen(function* () {
      onWait(budget.nextAt(clock.currentTimeMillisUnsafe()) + (queue.size - 1) * budget.pause)
      yield* turn
      while (true) {
        const now = clock.currentTimeMillisUnsafe()
        const nextAt = budget.nextAt(now)
        if (nextAt <= now) return take(lane, kind, now)
        yield* Effect.sleep(Math.min(Math.ceil(nextAt - now), longestSleep))
      }
    })
    const leave = Effect.sync(() => {
      queue.delete(place)
      first()?.wake()
    })
    return Effect.ensuring(pause, leave)
  })

const pacers = new WeakMap<TokenManager["Service"], Pacer>()

/** The pacer of all the clients that take their tokens from this manager. */
export const of = (manager: TokenManager["Service"]): Pacer => {
  const pacer = pacers.get(manager) ?? new Pacer()
  pacers.set(manager, pacer)
  return pacer
}
