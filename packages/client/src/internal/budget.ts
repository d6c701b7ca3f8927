/**
 * One budget of calls: so many in each window of the host. It plans when the next call may go, and learns from each answer
 * what the host counts. It knows neither fibers nor clocks; all moments are milliseconds since 1970.
 */
import type { RateBudget } from "../RateBudget.ts"

/** What an answer says about the window in which its request was counted. */
export interface Counted {
  readonly allowed: number
  /** Calls of the window so far, this one included, whoever made them. */
  readonly count: number
  /** Whole seconds until the window is over. */
  readonly reset: number
  readonly sentAt: number
  readonly receivedAt: number
  /** The window in which the call was planned. */
  readonly epoch: number
}

/** Genesys' windows last about a minute; it allows so many calls in each, unless its answers say otherwise. */
const windowMillis = 60_000
const defaultAllowed = 300

/** An idle client saves up this share of the allowance, to send it at once: five calls must not wait for each other. */
const burstShare = 0.2
/** Calls are this much slower than allowed, so that a window holds the last one although some come late and some early. */
const margin = 1.004

export class Budget {
  /** Counts the windows; answers to the calls of an earlier one say nothing about this one. */
  epoch = 0
  private allowed = defaultAllowed
  private used = 0
  /** Between these two moments the window ends, as far as is known. */
  private earliestEnd = Number.NEGATIVE_INFINITY
  private latestEnd = Number.NEGATIVE_INFINITY
  /** When the next call may go; it lags behind the clock while there is a burst to spend. */
  private next = Number.NEGATIVE_INFINITY
  /** Some hosts round the seconds of a window up, and some down. It shows when answers contradict each other. */
  private roundsDown = false

  /** When the next call may go; a moment that is not later than `now` means at once. */
  nextAt(now: number): number {
    if (now >= this.latestEnd) this.begin(now)
    return this.used < this.allowed ? this.next : Math.max(this.next, this.latestEnd)
  }

  /** Plans a call that goes now. */
  take(now: number): void {
    const left = this.allowed - this.used
    // After a burst, what is left of the window is shared out evenly over what is left of its time.
    const pause = left > 0 ? Math.max(this.pause, (this.latestEnd - now) / left) : this.pause
    const saved = this.used < this.allowed / 2 ? this.allowed * burstShare : 1
    this.next = Math.max(this.next, now - saved * this.pause) + pause
    this.used++
  }

  /** Another token: the host counts anew. */
  renew(now: number): void {
    this.begin(now)
  }

  /** The host has refused a call because of its rate: nothing goes until then. */
  exhaust(until: number): void {
    this.used = Math.max(this.used, this.allowed)
    this.latestEnd = until
  }

  learn(answer: Counted): void {
    const { allowed, count, epoch, receivedAt, sentAt } = answer
    const reset = (answer.reset + (this.roundsDown ? 1 : 0)) * 1000
    const [earliest, latest] = [sentAt + reset - 1000, receivedAt + reset]
    this.allowed = allowed
    const later = earliest > this.latestEnd
    // It ended before this window began, or it ends before this one can.
    if ((epoch < this.epoch && earliest <= receivedAt) || (!later && latest < this.earliestEnd)) return
    this.used = later ? count : Math.max(this.used, count)
    this.earliestEnd = later ? earliest : Math.max(this.earliestEnd, earliest)
    this.latestEnd = later ? latest : Math.min(this.latestEnd, latest)
    if (this.earliestEnd > this.latestEnd && !this.roundsDown) {
      this.roundsDown = true
      this.latestEnd += 1000
    }
  }

  describe(kind: string, now: number): RateBudget {
    const over = now >= this.latestEnd
    return { kind, allowed: this.allowed, used: over ? 0 : this.used, resetAt: over ? undefined : this.latestEnd }
  }

  get allowance(): number {
    return this.allowed
  }

  /** Milliseconds between two calls of a client that always has another one. */
  get pause(): number {
    return (windowMillis / this.allowed) * margin
  }

  private begin(now: number): void {
    this.epoch++
    this.used = 0
    this.earliestEnd = Number.NEGATIVE_INFINITY
    this.latestEnd = now + windowMillis
  }
}
