/**
 * One budget, as a replica sees it: the permits that it holds, and when to ask for more. While there is no keeper to ask it goes by
 * its own plan, of which it takes a part.
 */
import type { Gate, Lane } from "@effect-genesys/client/RatePacer"
import type { Place, RatePlan, Told } from "@effect-genesys/client/RatePlan"
import * as Effect from "effect/Effect"
import * as Lease from "./lease.ts"

/** A call is on time if it goes so many milliseconds after its turn. */
const punctual = 50
/** What was heard and goes with no question is told so many milliseconds later. */
const newsPause = 5_000
/** What a replica has not told for so long is not worth telling. */
const stale = 10_000

interface Permit {
  readonly at: number
  /** Who leased it. */
  readonly keeper: number
  readonly epoch: number
  readonly index: number
}

interface Heard {
  readonly told: Told
  readonly permit: Permit | undefined
  readonly isPunctual: boolean
  readonly sentAt: number
  readonly receivedAt: number
}

/** What all budgets of a replica have in common. */
export interface Holder {
  /** What time it is; another one than was thought, if the clock was set back. */
  readonly observe: (now: number) => void
  /** Each goes on with its own part: no keeper leases anything. */
  readonly isAlone: (now: number) => boolean
  /** When the keeper was asked last. */
  readonly askedAt: number
  /** There may be something to ask for or to tell. */
  readonly changed: () => void
}

export class HeldBudget implements Gate {
  private readonly lane: Lane
  private readonly holder: Holder
  private permits: Array<Permit> = []
  private keeper = 0
  private readonly usedBy = new WeakMap<Place, Permit>()
  /** When calls of the last second went. */
  private recent: Array<number> = []
  private heard: Heard | undefined
  private refusedUntil: number | undefined
  /** What was told in the request that is under way. */
  private saying: { readonly heard: Heard | undefined; readonly refusedUntil: number | undefined } | undefined
  private returned = { epoch: 0, calls: 0 }
  /** It is of no use to ask for more before then. */
  private askAgainAt = Number.NEGATIVE_INFINITY
  private wake = () => {}

  constructor(lane: Lane, holder: Holder) {
    this.lane = lane
    this.holder = holder
  }

  nextAt(now: number): number {
    this.holder.observe(now)
    this.prune(now)
    const { plan } = this
    const [permit] = this.permits
    // Whatever was leased: what the host has told this replica itself holds.
    if (permit !== undefined) return Math.max(permit.at, plan.opensAt(now))
    return this.holder.isAlone(now) ? plan.nextAt(now, plan.expected(2 * plan.pause, now)) : Infinity
  }

  take(now: number): Place {
    this.recent.push(now)
    this.holder.changed()
    const permit = this.permits.shift()
    if (permit === undefined) return this.plan.take(now)
    const place = this.plan.record(now)
    if (this.holder.isAlone(now)) this.plan.hold(now + this.plan.pause)
    this.usedBy.set(place, permit)
    return place
  }

  turnAt(now: number, others: number): number {
    const nextAt = this.nextAt(now)
    return (nextAt === Infinity ? Math.max(now, this.plan.opensAt(now)) : nextAt) + others * this.plan.pause
  }

  rest(millis: number): Effect.Effect<void> {
    const woken = Effect.callback<void>((resume) => {
      this.wake = () => resume(Effect.void)
      this.holder.changed()
    })
    return Effect.raceFirst(woken, Effect.sleep(millis))
  }

  told(told: Told, place: Place | undefined, sentAt: number, receivedAt: number): void {
    const permit = place === undefined ? undefined : this.usedBy.get(place)
    const isPunctual = permit !== undefined && sentAt - permit.at <= punctual
    this.heard = { told, permit, isPunctual, sentAt, receivedAt }
    this.holder.changed()
  }

  refused(until: number): void {
    this.refusedUntil = until
    this.holder.changed()
  }

  /** When the keeper is to be asked. */
  askAt(now: number): number {
    this.prune(now)
    if (this.refusedUntil !== undefined && this.refusedUntil <= now) this.refusedUntil = undefined
    if (this.refusedUntil !== undefined) return now
    const held = this.permits.length
    if (this.lane.waiting() > held) return Math.max(now, this.askAgainAt)
    if (held * 2 < this.likely) return Math.max(now, this.askAgainAt, this.holder.askedAt + Lease.horizon / 2)
    if (held > 0 || this.returned.calls > 0) return Math.max(now, this.holder.askedAt + Lease.reportPause)
    return this.heard === undefined ? Infinity : Math.max(now, this.heard.receivedAt + newsPause)
  }

  /** What the keeper is asked and told, once. */
  request(now: number): Lease.LaneRequest {
    this.prune(now)
    const waiting = this.lane.waiting()
    // Nobody has called for a while: what is left is for others.
    if (waiting === 0 && this.recent.length === 0) this.void(this.permits.splice(0))
    const held = this.permits.length
    const { heard, keeper, refusedUntil, returned } = this
    this.saying = { heard, refusedUntil }
    this.heard = undefined
    this.refusedUntil = undefined
    this.returned = { epoch: returned.epoch, calls: 0 }
    return {
      kind: this.lane.kind,
      waiting: Math.min(Math.max(0, waiting - held), Lease.mostCalls),
      ahead: Math.min(Math.max(0, this.likely - Math.max(0, held - waiting)), Lease.mostCalls),
      returned,
      ...(heard === undefined ? {} : { news: newsOf(heard, keeper, now) }),
      refused: refusedUntil === undefined ? 0 : Math.min(Math.max(0, refusedUntil - now), Lease.longestRefusal)
    }
  }

  /** The keeper has not answered: it may not know what it was told. */
  missed(): void {
    this.heard ??= this.saying?.heard
    this.refusedUntil ??= this.saying?.refusedUntil
    this.saying = undefined
  }

  /** From now on another keeper is asked. Permits of the one before are good as long as they are valid. */
  changeTo(keeper: number): void {
    this.keeper = keeper
    this.returned = { epoch: 0, calls: 0 }
  }

  /** The keeper has answered. */
  answered({ again, epoch, first, permits, refused }: Lease.LaneAnswer, now: number): void {
    const { keeper } = this
    permits.forEach((millis, nth) => this.permits.push({ at: now + millis, keeper, epoch, index: first + nth }))
    this.askAgainAt = again === 0 ? Number.NEGATIVE_INFINITY : now + again
    if (refused > 0 && now + refused > this.plan.refusal + Lease.reportPause) this.plan.exhaust(now + refused)
    this.wake()
  }

  /** No keeper leases anything for so long. */
  alone(millis: number, now: number): void {
    this.askAgainAt = now + Math.min(millis, Lease.horizon / 2)
    this.wake()
  }

  /** Another token: what was leased is of no use. */
  forget(): void {
    this.permits = []
    this.recent = []
    this.heard = undefined
    this.refusedUntil = undefined
    this.saying = undefined
    this.returned = { epoch: 0, calls: 0 }
    this.askAgainAt = Number.NEGATIVE_INFINITY
    this.wake()
  }

  get plan(): RatePlan {
    return this.lane.plan
  }

  /** How many calls are likely to come while a permit is valid: as many as in the last second, if that was no single one. */
  private get likely(): number {
    return this.recent.length > 1 ? this.recent.length : 0
  }

  private prune(now: number): void {
    const kept = this.permits.findIndex(({ at }) => at + Lease.life > now)
    if (kept !== 0 && this.permits.length > 0) this.void(this.permits.splice(0, kept === -1 ? Infinity : kept))
    const fresh = this.recent.findIndex((at) => at > now - Lease.reportPause)
    if (fresh !== 0) this.recent.splice(0, fresh === -1 ? Infinity : fresh)
    if (this.heard !== undefined && now - this.heard.receivedAt > stale) this.heard = undefined
  }

  /** These will not be used. */
  private void(permits: ReadonlyArray<Permit>): void {
    for (const { epoch, keeper } of permits) {
      if (keeper !== this.keeper) continue
      const calls = epoch === this.returned.epoch ? this.returned.calls : 0
      if (epoch >= this.returned.epoch) this.returned = { epoch, calls: calls + 1 }
    }
  }
}

const newsOf = ({ isPunctual, permit, receivedAt, sentAt, told }: Heard, keeper: number, now: number): Lease.News => ({
  allowed: Math.min(told.allowed, Lease.mostCalls),
  count: Math.min(told.count, 1_000_000),
  reset: Math.min(told.reset, Lease.longestReset),
  sent: Math.max(0, now - sentAt),
  received: Math.max(0, now - receivedAt),
  isPunctual,
  // Nobody else knows what it leased.
  ...(permit?.keeper !== keeper ? {} : { permit: { epoch: permit.epoch, index: permit.index } })
})
