/** A plan that is one of several: for a part of what is allowed, or for calls that others plan. How a whole one goes is in BudgetWindows. */
import { assert, describe, it } from "@effect/vitest"
import { type Place, RatePlan } from "../src/RatePlan.ts"

/** When calls go that always have another one behind them, from then until then. */
const gone = (plan: RatePlan, from: number, to: number, kept = 0): ReadonlyArray<number> => {
  const moments: Array<number> = []
  for (let now = from; now < to; now++) {
    while (plan.nextAt(now, kept) <= now) {
      plan.take(now)
      moments.push(now)
    }
  }
  return moments
}

const lone = (place: Place, sentAt = place.sentAt): Place => ({ ...place, sentAt, isAlone: true })

describe("a part of a plan", () => {
  it("is as large as the others, and has no burst", () => {
    for (const parts of [2, 3, 8]) {
      const plan = new RatePlan(0)
      plan.share(parts)
      const moments = gone(plan, 0, 60_000)
      assert.approximately(moments.length, 300 / parts, 1)
      assert.isAtMost(moments.filter((at) => at < 1_000).length, Math.ceil(5 / parts) + 1)
    }
  })

  it("that becomes larger or smaller does so for the call that waits, too", () => {
    const plan = new RatePlan(0)
    plan.share(10)
    plan.take(0)
    assert.approximately(plan.nextAt(0), 2_024, 1)
    plan.share(1)
    assert.approximately(plan.nextAt(0), 201, 1)
    plan.share(3)
    assert.approximately(plan.nextAt(0), 607, 1)
  })

  it("is a part of what others have left of a window", () => {
    const plan = new RatePlan(0)
    plan.share(2)
    const place = plan.take(0)
    // 100 calls are left for 60 s: of the first 17, in 10 s, about 8 are ours.
    plan.learn({ allowed: 300, count: 200, reset: 60 }, lone(place), 0)
    assert.approximately(gone(plan, 1_000, 11_000).length, 8, 1)
  })
})

describe("calls that somebody else has planned", () => {
  it("are counted, and put off nothing", () => {
    const plan = new RatePlan(0)
    for (let call = 0; call < 100; call++) plan.record(call)
    assert.isAtMost(plan.nextAt(100), 100)
    assert.strictEqual(plan.describe("*", 100).used, 100)
    for (let call = 100; call < 300; call++) plan.record(call)
    assert.strictEqual(plan.opensAt(300), 60_000)
  })

  it("and do not go are given back, in their window only", () => {
    const plan = new RatePlan(0)
    const places = Array.from({ length: 300 }, (_, call) => plan.take(call * 200))
    assert.strictEqual(plan.opensAt(59_900), 60_000)
    plan.giveBack(places[0]!.epoch - 1, 10)
    assert.strictEqual(plan.opensAt(59_900), 60_000)
    plan.giveBack(places[0]!.epoch, 10)
    assert.isBelow(plan.opensAt(59_900), 60_000)
    assert.strictEqual(plan.describe("*", 59_900).used, 290)
    plan.giveBack(places[0]!.epoch, 1_000)
    assert.strictEqual(plan.describe("*", 59_900).used, 0)
  })
})

it("what was saved up is not spent before a moment until which the plan is held", () => {
  const plan = new RatePlan(0)
  plan.hold(5_000)
  assert.strictEqual(plan.nextAt(1_000), 5_000)
  assert.isAtMost(gone(plan, 5_000, 6_000).length, 6)
})

describe("what others are likely to do before an answer tells", () => {
  /** Others have made so many calls when the first answer of the window comes, and so many ten seconds later. */
  const after = (before: number, then: number) => {
    const plan = new RatePlan(0)
    plan.learn({ allowed: 300, count: before + 1, reset: 60 }, lone(plan.take(0)), 0)
    plan.learn({ allowed: 300, count: then + 2, reset: 50 }, lone(plan.take(10_000)), 10_000)
    return plan
  }

  it("is what they did since the first answer, at their rate", () => {
    assert.strictEqual(after(0, 20).expected(1_500, 10_000), 3)
    assert.strictEqual(after(100, 120).expected(1_500, 10_000), 3)
  })

  it("is nothing if they have done nothing since", () => {
    assert.strictEqual(after(0, 0).expected(1_500, 10_000), 0)
    assert.strictEqual(after(200, 200).expected(1_500, 10_000), 0)
  })

  it("is no more than a twentieth of what is allowed", () => {
    assert.strictEqual(after(0, 290).expected(60_000, 10_000), 15)
  })

  it("is kept for them at the end of a window", () => {
    const plan = after(0, 20)
    const moments = gone(plan, 10_000, 55_000, 3)
    assert.isBelow(plan.describe("*", 54_999).used, 298)
    assert.isAbove(moments.length, 200)
  })
})

it("an answer that is known later than it came tells nothing of a window that has begun meanwhile", () => {
  const plan = new RatePlan(0)
  const place = plan.take(0)
  plan.learn({ allowed: 300, count: 1, reset: 60 }, place, 0)
  const last = plan.take(58_850)
  plan.take(60_000 - 1)
  assert.isAtMost(plan.nextAt(60_100), 60_100)
  plan.take(60_100)
  // It says two seconds, and came 1.4 s ago: the window that it tells of is over.
  plan.learn({ allowed: 300, count: 299, reset: 2 }, last, 58_900, 60_300)
  assert.strictEqual(plan.describe("*", 60_300).used, 1)
})
