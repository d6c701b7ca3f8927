/**
 * One budget, as its keeper sees it: it plans the calls of all replicas, and those that want more than there is get equal shares.
 */
import { type Place, RatePlan } from "@effect-genesys/client/RatePlan"
import { horizon, type LaneRequest, longestRefusal, mostCalls, type News } from "./lease.ts"

/** Nobody is asked sooner than that for want of a permit, so that each request brings several. */
const shortestPause = horizon * 0.75
/** Who waits asks at least this often: something may have changed. */
const longestPause = 2_000
/** Who has not asked for so long waits no more. */
const patience = 1_500
/** What others do in so many milliseconds is not known yet when a call is planned. */
const unknown = 1_500
/** So many permits more than the others a replica may get before it has to wait. */
const mostDebt = 5

interface Waiter {
  readonly until: number
  /** How many permits it got more than its share. */
  debt: number
}

export interface Granted {
  readonly epoch: number
  readonly first: number
  readonly permits: ReadonlyArray<number>
  readonly again: number
}

export class KeptBudget {
  readonly plan: RatePlan
  /** Replicas whose callers wait. */
  private readonly waiters = new Map<string, Waiter>()
  /** Calls of the present window. */
  private readonly places = new Map<number, Place>()
  private epoch = 0

  constructor(now: number) {
    this.plan = new RatePlan(now, true)
  }

  /** What Genesys said to a replica. @param transit so many milliseconds the message may have been on its way */
  hear(news: News, transit: number, now: number): void {
    const { isPunctual, permit, received, sent, ...told } = news
    const planned = permit !== undefined && permit.epoch === this.epoch ? this.places.get(permit.index) : undefined
    const place: Place = {
      epoch: planned?.epoch ?? 0,
      index: planned?.index ?? 0,
      sentAt: now - sent - transit,
      isAlone: planned !== undefined && planned.isAlone && isPunctual
    }
    this.plan.learn(told, place, now - received, now)
  }

  refuse(until: number): void {
    if (until > this.plan.refusal) this.plan.exhaust(until)
  }

  /** How long Genesys refuses calls. */
  refusedFor(now: number): number {
    return Math.min(Math.max(0, this.plan.refusal - now), longestRefusal)
  }

  grant(replica: string, { ahead, waiting }: Pick<LaneRequest, "ahead" | "waiting">, now: number): Granted {
    const kept = this.plan.expected(unknown, now)
    const opensAt = this.plan.nextAt(now, kept)
    const { end } = this.plan
    const rivals = this.rivalsOf(replica, waiting > 0, now)
    const share = rivals.length === 0 ? mostCalls : this.shareOf(replica, opensAt, rivals.length, now)
    // Who only might need some gets them when nobody waits.
    const wanted = Math.min(rivals.length === 0 ? waiting + ahead : waiting, mostCalls)
    const permits: Array<number> = []
    let first = 0
    while (permits.length < Math.min(wanted, share)) {
      const at = Math.max(now, this.plan.nextAt(now, kept))
      // Who only might need one leaves what comes later to those who wait then.
      if (permits.length >= waiting && at > now + horizon / 2) break
      // A window begins only when it is there: until then the host may count in the one before.
      if (at > now + horizon || at >= end) break
      const place = this.planned(this.plan.take(at))
      if (permits.length === 0) first = place.index
      permits.push(at - now)
    }
    this.settle(replica, permits.length, rivals)
    const isShort = permits.length < waiting
    if (!isShort) this.waiters.delete(replica)
    return { epoch: this.epoch, first, permits, again: isShort ? this.again(now, kept, end) : 0 }
  }

  /** In how many milliseconds there may be more. */
  private again(now: number, kept: number, end: number): number {
    const nextAt = this.plan.nextAt(now, kept)
    if (nextAt >= end) return Math.min(Math.max(1, end - now, this.refusedFor(now)), longestPause)
    return Math.min(Math.max(shortestPause, nextAt - horizon - now), longestPause)
  }

  /** The others that wait too. */
  private rivalsOf(replica: string, waits: boolean, now: number): ReadonlyArray<Waiter> {
    for (const [name, { until }] of this.waiters) if (until <= now) this.waiters.delete(name)
    const debt = this.waiters.get(replica)?.debt ?? 0
    if (waits) this.waiters.set(replica, { until: now + patience, debt })
    else this.waiters.delete(replica)
    return Array.from(this.waiters)
      .filter(([name]) => name !== replica)
      .map(([, waiter]) => waiter)
  }

  /** How many of the permits that are left within the horizon a replica may have. */
  private shareOf(replica: string, nextAt: number, rivals: number, now: number): number {
    const left = Math.floor((now + horizon - nextAt) / this.plan.pause) + 1
    const debt = this.waiters.get(replica)?.debt ?? 0
    return Math.max(0, Math.ceil(Math.min(left, mostCalls) / (rivals + 1) - debt))
  }

  /** Whoever gets more than its share owes it to the others. */
  private settle(replica: string, granted: number, rivals: ReadonlyArray<Waiter>): void {
    const waiter = this.waiters.get(replica)
    if (rivals.length === 0) {
      if (waiter !== undefined) waiter.debt = 0
      return
    }
    const each = granted / (rivals.length + 1)
    if (waiter !== undefined) waiter.debt = Math.min(mostDebt, waiter.debt + granted - each)
    for (const rival of rivals) rival.debt = Math.max(-mostDebt, rival.debt - each)
  }

  private planned(place: Place): Place {
    if (place.epoch !== this.epoch) {
      this.epoch = place.epoch
      this.places.clear()
    }
    this.places.set(place.index, place)
    return place
  }
}
