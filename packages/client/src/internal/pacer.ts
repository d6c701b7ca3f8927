/**
 * The rate limit of one process: a budget for all kinds of resources, and one for each kind that the host allows less than
 * others. Callers wait in the order in which they came.
 */
import type { AccessToken } from "@effect-genesys/auth/AccessToken"
import type * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import type * as Headers from "effect/http/Headers"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import type * as Scope from "effect/Scope"
import type { RateBudget } from "../RateBudget.ts"
import type { RatePass, RateRequest } from "../RatePass.ts"
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

/** The first word of a path after the version: `/api/v2/users/…` is of the kind `users`. */
const kindOf = (path: string): string => /^\/api\/v\d+\/([^/?#]+)/.exec(path)?.[1] ?? ""

class Pacer {
  private readonly shared: Lane = { budget: new Budget(), queue: new Set() }
  /** The kinds that the host allows less than others. */
  private readonly own = new Map<string, Lane>()
  private fingerprint: string | undefined
  private readonly watchers = new Set<(kind: string) => void>()

  readonly acquire = ({ onWait, path, token }: RateRequest): Effect.Effect<RatePass> =>
    Effect.clockWith((clock) => {
      const kind = kindOf(path)
      const now = clock.currentTimeMillisUnsafe()
      this.use(token, now)
      const lane = this.own.get(kind) ?? this.shared
      const nextAt = lane.queue.size === 0 ? lane.budget.nextAt(now) : Infinity
      const take = (at: number): RatePass => this.take(lane, kind, at)
      return nextAt <= now ? Effect.succeed(take(now)) : wait(lane, take, clock, onWait)
    })

  readonly describe = (now: number): ReadonlyArray<RateBudget> => [
    this.shared.budget.describe("*", now),
    ...Array.from(this.own, ([kind, { budget }]) => budget.describe(kind, now))
  ]

  readonly watch = (tell: (kind: string) => void): Effect.Effect<void, never, Scope.Scope> =>
    Effect.acquireRelease(
      Effect.sync(() => {
        this.watchers.add(tell)
        for (const kind of ["*", ...this.own.keys()]) tell(kind)
      }),
      () => Effect.sync(() => this.watchers.delete(tell))
    )

  private take(lane: Lane, kind: string, at: number): RatePass {
    const { fingerprint } = this
    const place = lane.budget.take(at)
    // What the host has counted for a token before says nothing of this one.
    const isOld = () => fingerprint !== this.fingerprint
    return {
      answered: (headers) =>
        headers["inin-ratelimit-allowed"] === undefined || isOld()
          ? Effect.void
          : Effect.clockWith((clock) => this.learn(lane, kind, place, headers, clock.currentTimeMillisUnsafe())),
      refused: (until) =>
        Effect.sync(() => {
          if (!isOld()) (this.own.get(kind) ?? lane).budget.exhaust(until)
        })
    }
  }

  /** Learns from what an answer says about the window. */
  private learn(lane: Lane, kind: string, place: Place, headers: Headers.Headers, receivedAt: number) {
    const said = decode(headers)
    if (Option.isNone(said)) return Effect.void
    const told = {
      allowed: said.value["inin-ratelimit-allowed"],
      count: said.value["inin-ratelimit-count"],
      reset: said.value["inin-ratelimit-reset"]
    }
    if (lane !== this.shared || told.allowed >= lane.budget.allowance) lane.budget.learn(told, place, receivedAt)
    else this.ownOf(kind, place.sentAt).budget.learn(told, { ...place, isAlone: false, epoch: 1 }, receivedAt)
    return Effect.void
  }

  /** A token has windows of its own. */
  private use(token: AccessToken, now: number): void {
    if (this.fingerprint === token.fingerprint) return
    if (this.fingerprint !== undefined) for (const { budget } of [this.shared, ...this.own.values()]) budget.forget(now)
    this.fingerprint = token.fingerprint
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
}

/** Waits for a turn in a lane, and takes it. */
const wait = (
  lane: Lane,
  take: (now: number) => RatePass,
  clock: Clock.Clock,
  onWait: RateRequest["onWait"]
): Effect.Effect<RatePass> =>
  Effect.suspend(() => {
    const { budget, queue } = lane
    const place = { wake: () => {} }
    queue.add(place)
    const first = () => queue.values().next().value
    const turn = Effect.callback<void>((resume) => {
      if (first() === place) resume(Effect.void)
      // Not before the one that wakes it has left: it would be overtaken.
      else place.wake = () => resume(Effect.yieldNow)
    })
    const pause = Effect.gen(function* () {
      onWait?.(budget.nextAt(clock.currentTimeMillisUnsafe()) + (queue.size - 1) * budget.pause)
      yield* turn
      while (true) {
        const now = clock.currentTimeMillisUnsafe()
        const nextAt = budget.nextAt(now)
        if (nextAt <= now) return take(now)
        yield* Effect.sleep(Math.min(Math.ceil(nextAt - now), longestSleep))
      }
    })
    const leave = Effect.sync(() => {
      queue.delete(place)
      first()?.wake()
    })
    return Effect.ensuring(pause, leave)
  })

export const make = (): Pick<Pacer, "acquire" | "describe" | "watch"> => new Pacer()
