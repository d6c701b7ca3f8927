/**
 * What a replica holds of the budgets of one token, and what it asks their keeper and when. It knows no fibers. Who cannot ask goes on
 * with its part of the allowance, as many as shared it last.
 */
import type { Lane } from "@effect-genesys/client/RatePacer"
import { HeldBudget, type Holder } from "./heldBudget.ts"
import * as Lease from "./lease.ts"

/** Between two requests, and after one that was not answered. */
const shortestPause = 20
const retryPause = 500
/** Clocks that go a little back are none that were set. */
const clockStep = 1_000
/** So long without an answer is nothing to speak of: budgets move between runners. */
const outage = 3_000

export interface Options {
  /** Names this replica among those that share the budgets. */
  readonly replica: string
  /** How many are taken to share them, until a keeper has said so. */
  readonly replicas: number
  /** A kind of resources has a budget of its own. */
  readonly opened: (kind: string, now: number) => void
  /** There may be something to ask for or to tell. */
  readonly changed: () => void
}

export class HeldBudgets implements Holder {
  private readonly options: Options
  private readonly budgets = new Map<string, HeldBudget>()
  private replicas: number
  private isTold = false
  private seen: { readonly keeper: number; readonly stamp: number; readonly at: number } | undefined
  private aloneUntil = Infinity
  private missedSince: number | undefined
  private isWarned = false
  private now = Number.NEGATIVE_INFINITY
  askedAt = Number.NEGATIVE_INFINITY

  constructor(options: Options) {
    this.options = options
    this.replicas = options.replicas
  }

  readonly observe = (now: number): void => {
    // What was planned by a clock that was set back would hold calls up until it is that late again.
    if (now < this.now - clockStep) this.forget()
    this.now = now
  }

  readonly isAlone = (now: number): boolean => now < this.aloneUntil

  get changed(): () => void {
    return this.options.changed
  }

  /** Holds a budget from now on. */
  open(lane: Lane): HeldBudget {
    const budget = new HeldBudget(lane, this)
    lane.plan.share(this.replicas)
    this.budgets.set(lane.kind, budget)
    return budget
  }

  /** When the keeper is to be asked. */
  askAt(now: number): number {
    this.observe(now)
    const due = Math.min(...Array.from(this.budgets.values(), (budget) => budget.askAt(now)))
    return Math.max(due, this.askedAt + (this.missedSince === undefined ? shortestPause : retryPause))
  }

  request(now: number): Lease.Request {
    this.askedAt = now
    const { seen } = this
    return {
      replica: this.options.replica,
      replicas: this.isTold ? this.replicas : 0,
      ...(seen === undefined
        ? {}
        : {
            seen: {
              keeper: seen.keeper,
              stamp: seen.stamp,
              since: Math.min(Math.max(0, now - seen.at), Lease.longestAge)
            }
          }),
      lanes: Array.from(this.budgets.values(), (budget) => budget.request(now))
        .filter(({ kind }) => Lease.isKind(kind))
        .slice(0, Lease.mostKinds)
    }
  }

  /** The keeper has answered. True if it is worth saying that it does so again. */
  answered(answer: Lease.Answer, now: number): boolean {
    this.askedAt = now
    const isBack = this.isWarned
    this.isWarned = false
    this.missedSince = undefined
    if (this.seen?.keeper !== answer.keeper) for (const held of this.budgets.values()) held.changeTo(answer.keeper)
    this.seen = { keeper: answer.keeper, stamp: answer.stamp, at: now }
    for (const kind of answer.kinds) if (!this.budgets.has(kind)) this.options.opened(kind, now)
    this.share(Math.max(1, answer.replicas))
    this.isTold = true
    this.aloneUntil = answer.alone > 0 ? now + answer.alone : Number.NEGATIVE_INFINITY
    if (answer.alone > 0) for (const held of this.budgets.values()) held.alone(answer.alone, now)
    for (const lane of answer.lanes) {
      if (answer.alone === 0 || lane.refused > 0) this.budgets.get(lane.kind)?.answered(lane, now)
    }
    return isBack
  }

  /** No answer came. True if it is worth saying so. */
  missed(now: number): boolean {
    this.askedAt = now
    this.missedSince ??= now
    for (const held of this.budgets.values()) held.missed()
    if (!this.isAlone(now)) for (const { plan } of this.budgets.values()) plan.hold(now)
    this.aloneUntil = Infinity
    const warns = !this.isWarned && now - this.missedSince >= outage
    if (warns) this.isWarned = true
    return warns
  }

  /** Another token has budgets and a keeper of its own. */
  forget(): void {
    this.seen = undefined
    this.askedAt = Number.NEGATIVE_INFINITY
    this.aloneUntil = Infinity
    this.missedSince = undefined
    for (const held of this.budgets.values()) held.forget()
  }

  get parts(): number {
    return this.replicas
  }

  private share(replicas: number): void {
    if (replicas === this.replicas) return
    this.replicas = replicas
    for (const { plan } of this.budgets.values()) plan.share(replicas)
  }
}
