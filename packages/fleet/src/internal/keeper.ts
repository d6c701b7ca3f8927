/**
 * Keeps the budgets of one token for all replicas: it answers who may go when. It knows neither fibers nor clocks. When it begins it does
 * not know what another keeper leased before it: until that is void, each replica goes on with an equal part.
 */
import { KeptBudget } from "./keptBudget.ts"
import { type Answer, type LaneAnswer, type LaneRequest, mostKinds, type Request, settling } from "./lease.ts"

/** Who has not asked for so long shares the budget no more. */
const absence = 60_000
const mostReplicas = 1_000
/** So long a message may have been on its way, if nothing says how long it was. */
const transitUnknown = 1_000
const longestTransit = 5_000

interface Replica {
  readonly name: string
  seenAt: number
  /** The last answer that it was given, and what was leased with it. */
  stamp: number
  leased: Map<KeptBudget, LaneRequest["returned"]>
  /** What it was leased of the last window: it cannot give back more. */
  readonly held: Map<KeptBudget, LaneRequest["returned"]>
}

export class Keeper {
  private readonly name: number
  private begun: number
  private readonly shared: KeptBudget
  /** The kinds that the host allows less than others. */
  private readonly own = new Map<string, KeptBudget>()
  private readonly replicas = new Map<string, Replica>()
  private isSettled = false
  /** As many as a keeper before this one knew. */
  private known = 1
  private stamp = 0

  /** @param name a number that no other keeper has */
  constructor(name: number, now: number) {
    this.name = name
    this.begun = now
    this.shared = new KeptBudget(now)
  }

  answer(request: Request, now: number): Answer {
    // The clock was set back.
    if (now < this.begun) this.begun = now
    const replica = this.replicaOf(request.replica, now)
    const seen = request.seen?.keeper === this.name ? request.seen : undefined
    // The answer was lost: what was leased with it was not used.
    if (seen?.stamp !== replica.stamp)
      for (const [budget, returned] of replica.leased) giveBack(replica, budget, returned)
    replica.leased = new Map()
    for (const lane of request.lanes) this.hear(replica, lane, seen, now)
    this.known = Math.max(this.known, request.replicas)
    const alone = Math.max(0, this.begun + settling - now)
    if (alone === 0) this.settled(now)
    const lanes = request.lanes.flatMap((lane) => {
      const budget = this.budgetOf(lane.kind)
      return budget === undefined ? [] : [this.lease(budget, replica, lane, alone > 0, now)]
    })
    replica.stamp = this.stampAt(now)
    const count = this.workers(now)
    return { keeper: this.name, stamp: replica.stamp, replicas: count, alone, kinds: [...this.own.keys()], lanes }
  }

  private lease(budget: KeptBudget, replica: Replica, lane: LaneRequest, isAlone: boolean, now: number): LaneAnswer {
    const refused = budget.refusedFor(now)
    if (isAlone) return { kind: lane.kind, epoch: 0, first: 0, permits: [], again: 0, refused }
    const granted = budget.grant(replica.name, lane, now)
    const { epoch, permits } = granted
    const held = replica.held.get(budget)
    const before = held?.epoch === epoch ? held.calls : 0
    replica.held.set(budget, { epoch, calls: before + permits.length })
    replica.leased.set(budget, { epoch, calls: permits.length })
    return { kind: lane.kind, ...granted, refused }
  }

  private hear(replica: Replica, lane: LaneRequest, seen: Request["seen"], now: number): void {
    const { kind, news, refused, returned } = lane
    const budget = this.budgetOf(kind) ?? (news === undefined ? undefined : this.ownOf(kind, now))
    if (budget === undefined) return
    if (seen !== undefined) giveBack(replica, budget, returned)
    if (news !== undefined) {
      const since = seen === undefined ? transitUnknown : now - this.begun - seen.stamp - seen.since
      const transit = Math.min(Math.max(0, since), longestTransit)
      // Another keeper's windows are not ours.
      const { permit, ...rest } = news
      budget.hear(seen === undefined || permit === undefined ? rest : { ...rest, permit }, transit, now)
    }
    if (refused > 0) budget.refuse(now + refused)
  }

  /** How many share the budgets. */
  workers(now: number): number {
    for (const [name, { seenAt }] of this.replicas) if (now - seenAt > absence) this.replicas.delete(name)
    const isNew = now - this.begun <= absence
    return Math.max(this.replicas.size, isNew ? this.known : 1)
  }

  private settled(now: number): void {
    if (this.isSettled) return
    this.isSettled = true
    for (const { plan } of [this.shared, ...this.own.values()]) plan.hold(now)
  }

  private replicaOf(name: string, now: number): Replica {
    const found = this.replicas.get(name) ?? { name, seenAt: now, stamp: 0, leased: new Map(), held: new Map() }
    found.seenAt = now
    // The last one is the one that came last.
    this.replicas.delete(name)
    this.replicas.set(name, found)
    if (this.replicas.size > mostReplicas) {
      const [oldest] = this.replicas.keys()
      this.replicas.delete(oldest!)
    }
    return found
  }

  private budgetOf(kind: string): KeptBudget | undefined {
    return kind === "*" ? this.shared : this.own.get(kind)
  }

  private ownOf(kind: string, now: number): KeptBudget | undefined {
    if (this.own.size >= mostKinds - 1) return undefined
    const budget = new KeptBudget(now)
    this.own.set(kind, budget)
    return budget
  }

  /** Of an answer: when it is given, after this keeper began; but each has another one. */
  private stampAt(now: number): number {
    this.stamp = Math.max(this.stamp + 1, Math.floor(now - this.begun))
    return this.stamp
  }
}

const giveBack = ({ held }: Replica, budget: KeptBudget, { calls, epoch }: LaneRequest["returned"]): void => {
  const has = held.get(budget)
  if (has?.epoch !== epoch) return
  const returned = Math.min(calls, has.calls)
  held.set(budget, { epoch, calls: has.calls - returned })
  budget.plan.giveBack(epoch, returned)
}
