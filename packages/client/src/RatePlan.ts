/**
 * One budget of calls: so many in each window of the host. It plans when the next call may go, and learns from each answer
 * what the host counts. It knows neither fibers nor clocks; all moments are milliseconds since 1970.
 */
import type { RateBudget } from "./RateBudget.ts"

/** What an answer says about the window in which its request was counted. */
export interface Told {
  readonly allowed: number
  /** Calls of the window so far, this one included, whoever made them. */
  readonly count: number
  /** Whole seconds until the window is over. */
  readonly reset: number
}

/** Genesys' windows last about a minute; it allows so many calls in each, unless its answers say otherwise. */
const windowMillis = 60_000
const defaultAllowed = 300

/** An idle client saves up this share of the allowance, to send it at once: five calls must not wait for each other. */
const burstShare = 0.2
/** Calls are this much slower than allowed, so that a window holds the last one although some come late and some early. */
const margin = 1.004
/** Calls of several processes do so more: each comes late by itself. No minute, wherever it begins, is to hold one too many. */
const sharedMargin = 1.012
/** No more than this share of the allowance is kept back for calls of others that nobody has told of yet. */
const mostKept = 0.05

/** A call that was planned. */
export interface Place {
  /** The window, by number. */
  readonly epoch: number
  /** Which of this client's calls in the window it is, counted from 1. */
  readonly index: number
  readonly sentAt: number
  /** No other call went close to it, so the host has counted all calls before it, and none after it. */
  isAlone: boolean
}

/** When the next call of one budget may go. A plain object that is told the time, and asks nobody. */
export class RatePlan {
  private epoch = 0
  private allowed = defaultAllowed
  /** This client's calls in the window, and those of others. */
  private taken = 0
  private others = 0
  /** What the first answer of the window told of others. */
  private firstTold = { others: 0, at: Number.NEGATIVE_INFINITY }
  /** When the window began for this client. */
  private begun = Number.NEGATIVE_INFINITY
  /** Between these two moments the window ends, as far as is known. */
  private earliestEnd = Number.NEGATIVE_INFINITY
  private latestEnd = Number.NEGATIVE_INFINITY
  /** Hosts round the seconds that are left up or down. Taken to be down until it shows that a window ended sooner. */
  private rounding = 1
  /** When the next call may go; it lags behind the clock while there is a burst to spend. */
  private next = Number.NEGATIVE_INFINITY
  /** The host has said that nothing may go before then. */
  private refusedUntil = Number.NEGATIVE_INFINITY
  private last: Place | undefined
  /** So many clients share the budget, each with a plan of its own and an equal part. */
  private parts = 1
  private readonly isShared: boolean

  /** @param isShared it is for the calls of several processes */
  constructor(now = Number.NEGATIVE_INFINITY, isShared = false) {
    this.isShared = isShared
    this.begin(now)
  }

  /**
   * When the next call may go; a moment that is not later than `now` means at once.
   * @param kept so many calls of the window are left to others
   */
  nextAt(now: number, kept = 0): number {
    const opensAt = this.opensAt(now, kept)
    return Math.max(this.next, opensAt)
  }

  /** When the host takes another call, however fast they come. */
  opensAt(now: number, kept = 0): number {
    // The clock was set back: what was planned by it would hold calls up until it is that late again.
    if (this.begun - now > windowMillis) this.forget(now)
    if (now >= this.latestEnd) this.begin(now)
    return this.used + kept < this.allowed ? this.refusedUntil : Math.max(this.refusedUntil, this.latestEnd)
  }

  /** Plans a call that goes now. */
  take(now: number): Place {
    // After a burst, what is left of the window is shared out evenly over what is left of its time.
    const even = ((this.latestEnd - now) / (this.allowed - this.used)) * this.parts
    const most = this.used < this.allowed / 2 ? this.allowed * burstShare : 1
    const saved = this.parts === 1 ? most : 0
    this.next = Math.max(this.next, now - saved * this.pause) + Math.max(this.pause, even)
    return this.record(now)
  }

  /** Counts a call that goes now, since somebody else has planned it. */
  record(now: number): Place {
    const isAlone = this.last === undefined || now - this.last.sentAt >= this.pause / this.parts / 2
    if (this.last !== undefined && !isAlone) this.last.isAlone = false
    this.last = { epoch: this.epoch, index: ++this.taken, sentAt: now, isAlone }
    return this.last
  }

  /** So many calls of a window were planned and will not go. */
  giveBack(epoch: number, calls: number): void {
    if (epoch === this.epoch) this.taken = Math.max(0, this.taken - calls)
  }

  /** Takes one of so many equal parts from now on. Who has a part saves nothing up: the others may do it too. */
  share(parts: number): void {
    const since = this.last?.sentAt ?? Number.NEGATIVE_INFINITY
    const before = this.pause
    this.parts = parts
    if (this.next > since) this.next = since + ((this.next - since) * this.pause) / before
  }

  /** Nothing that was saved up until then is spent. */
  hold(until: number): void {
    this.next = Math.max(this.next, until)
  }

  /** How many calls others are likely to make within so many milliseconds, if they go on as in this window so far. */
  expected(millis: number, now: number): number {
    const { at, others } = this.firstTold
    const grown = ((this.others - others) * millis) / Math.max(millis, now - at)
    return Math.min(Math.ceil(grown), Math.floor(this.allowed * mostKept))
  }

  /** The host has refused a call because of its rate: nothing goes until then. */
  exhaust(until: number): void {
    this.others = Math.max(this.others, this.allowed - this.taken)
    this.latestEnd = until
    this.refusedUntil = until
    this.rounding = 1
  }

  /** @param now when this is known, if that is later than when the answer was received */
  learn({ allowed, count, reset }: Told, place: Place, receivedAt: number, now = receivedAt): void {
    this.allowed = allowed
    const earliest = place.sentAt + (reset - 1) * 1000
    const latest = receivedAt + Math.min((reset + this.rounding) * 1000, windowMillis)
    const isOld = place.epoch !== this.epoch
    if ((isOld && earliest <= now) || latest < this.earliestEnd) return
    if (earliest > this.latestEnd) {
      if (receivedAt < this.earliestEnd + 1000) this.rounding = 0
      this.begin(receivedAt)
      this.others = count
    } else {
      const others = place.isAlone && !isOld ? count - place.index : count - this.taken
      this.others = Math.max(this.others, others)
    }
    if (this.earliestEnd === Number.NEGATIVE_INFINITY) this.firstTold = { others: this.others, at: receivedAt }
    // Until an answer tells, the end of a window is a guess.
    this.latestEnd = this.earliestEnd === Number.NEGATIVE_INFINITY ? latest : Math.min(this.latestEnd, latest)
    this.earliestEnd = Math.max(this.earliestEnd, earliest)
  }

  /** Begins anew: what was counted and planned counts no more. */
  forget(now: number): void {
    this.next = Number.NEGATIVE_INFINITY
    this.refusedUntil = Number.NEGATIVE_INFINITY
    this.begin(now)
  }

  describe(kind: string, now: number): RateBudget {
    const isOver = now >= this.latestEnd
    return { kind, allowed: this.allowed, used: isOver ? 0 : this.used, resetAt: isOver ? undefined : this.latestEnd }
  }

  get allowance(): number {
    return this.allowed
  }

  /** Milliseconds between two calls of a client that always has another one. */
  get pause(): number {
    return (windowMillis / this.allowed) * (this.isShared || this.parts > 1 ? sharedMargin : margin) * this.parts
  }

  /** Until when nothing goes because the host said so; in the past if it did not. */
  get refusal(): number {
    return this.refusedUntil
  }

  /** When the window is over at the latest. */
  get end(): number {
    return this.latestEnd
  }

  private get used(): number {
    return this.taken + this.others
  }

  private begin(now: number): void {
    this.epoch++
    this.begun = now
    this.taken = 0
    this.others = 0
    this.firstTold = { others: 0, at: now }
    this.earliestEnd = Number.NEGATIVE_INFINITY
    this.latestEnd = now + windowMillis
  }
}
