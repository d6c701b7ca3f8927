/** What a replica holds of the budgets of a token, without fibers: when it asks, what it says, and by what its calls go. */
import { assert, describe, it } from "@effect/vitest"
import type { Gate } from "@effect-genesys/client/RatePacer"
import { RatePlan } from "@effect-genesys/client/RatePlan"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { HeldBudgets } from "../src/internal/heldBudgets.ts"
import * as Lease from "../src/internal/lease.ts"

const start = 1_000_000

/** A replica with one budget, of which the test says how many callers wait. */
const replica = (replicas = 3) => {
  const the = { waiting: 0, opened: new Array<string>() }
  const held = new HeldBudgets({
    replica: "aa",
    replicas,
    opened: (kind) => void the.opened.push(kind),
    changed: () => {}
  })
  const plan = new RatePlan()
  const gate: Gate = held.open({ kind: "*", plan, waiting: () => the.waiting })
  return Object.assign(the, { held, plan, gate })
}

const answer = (lane: Partial<Lease.LaneAnswer> = {}, rest: Partial<Lease.Answer> = {}): Lease.Answer => ({
  keeper: 7,
  stamp: 1,
  replicas: 3,
  alone: 0,
  kinds: [],
  lanes: [{ kind: "*", epoch: 1, first: 1, permits: [], again: 0, refused: 0, ...lane }],
  ...rest
})

/** One that has asked for what its callers need, and was leased these. */
const leased = (permits: ReadonlyArray<number>, lane: Partial<Lease.LaneAnswer> = {}) => {
  const the = replica()
  the.held.request(start)
  the.held.answered(answer({ permits, ...lane }), start)
  return the
}
const only = ({ lanes }: Lease.Request) => lanes[0]!

describe("a replica", () => {
  it("lets its first call go, and asks at once", () => {
    const { gate, held } = replica()
    assert.isAtMost(gate.nextAt(start), start)
    gate.take(start)
    // One call needs no second one.
    assert.strictEqual(held.askAt(start), Infinity)
    gate.told?.({ allowed: 300, count: 1, reset: 60 }, undefined, start, start + 100)
    assert.isBelow(held.askAt(start + 100), Infinity)
  })

  it("asks at once for callers that wait, and no sooner again than it is told to", () => {
    const the = leased([], { again: 700 })
    the.waiting = 3
    assert.strictEqual(the.held.askAt(start + 100), start + 700)
    assert.strictEqual(only(the.held.request(start + 700)).waiting, 3)
    the.held.answered(answer(), start + 710)
    assert.strictEqual(the.held.askAt(start + 800), start + 800)
  })

  it("has nothing to ask while nobody calls", () => {
    assert.strictEqual(leased([]).held.askAt(start + 10_000), Infinity)
  })
})

describe("permits", () => {
  it("are used one after the other, each from its turn on", () => {
    const { gate } = leased([0, 200, 400])
    assert.strictEqual(gate.nextAt(start), start)
    gate.take(start)
    assert.strictEqual(gate.nextAt(start + 10), start + 200)
    gate.take(start + 200)
    gate.take(start + 400)
    assert.strictEqual(gate.nextAt(start + 500), Infinity)
  })

  it("are void a second after their turn, and given back", () => {
    const the = leased([0, 200, 900])
    the.waiting = 1
    assert.strictEqual(the.gate.nextAt(start + 1_199), start + 200)
    assert.strictEqual(the.gate.nextAt(start + 1_200), start + 900)
    assert.deepStrictEqual(only(the.held.request(start + 1_200)).returned, { epoch: 1, calls: 2 })
    assert.deepStrictEqual(only(the.held.request(start + 1_250)).returned, { epoch: 1, calls: 0 })
  })

  it("that nobody needs are given back", () => {
    const the = leased([0, 200])
    assert.strictEqual(the.held.askAt(start + 10), start + Lease.reportPause)
    assert.deepStrictEqual(only(the.held.request(start + Lease.reportPause)).returned.calls, 2)
    assert.strictEqual(the.gate.nextAt(start + Lease.reportPause), Infinity)
  })

  it("of the window alone that the keeper counts in are given back", () => {
    const the = leased([0, 100])
    the.held.request(start + 500)
    the.held.answered(answer({ epoch: 2, permits: [0] }), start + 500)
    assert.deepStrictEqual(only(the.held.request(start + 3_000)).returned, { epoch: 2, calls: 1 })
  })

  it("are worth nothing against what the host has told the replica itself", () => {
    const the = leased([0, 100])
    the.plan.learn({ allowed: 300, count: 300, reset: 30 }, the.gate.take(start), start)
    assert.isAtLeast(the.gate.nextAt(start + 200), start + 30_000)
  })
})

describe("what Genesys said", () => {
  const told = { allowed: 300, count: 5, reset: 50 }

  it("is told with the next request, as long ago as it is by then, with the permit of the call", () => {
    const { gate, held } = leased([0], { epoch: 4, first: 12 })
    const place = gate.take(start + 40)
    gate.told?.(told, place, start + 40, start + 90)
    const { news } = only(held.request(start + 300))
    assert.deepStrictEqual(news, {
      ...told,
      sent: 260,
      received: 210,
      isPunctual: true,
      permit: { epoch: 4, index: 12 }
    })
    assert.isUndefined(only(held.request(start + 400)).news)
  })

  it("of a call that went late is told as such", () => {
    const { gate, held } = leased([0])
    gate.told?.(told, gate.take(start + 200), start + 200, start + 210)
    assert.isFalse(only(held.request(start + 300)).news?.isPunctual)
  })

  it("is told without the permit to another keeper than the one that leased it", () => {
    const { gate, held } = leased([0])
    const place = gate.take(start)
    held.answered(answer({}, { keeper: 8 }), start + 10)
    gate.told?.(told, place, start, start + 50)
    assert.isUndefined(only(held.request(start + 60)).news?.permit)
  })

  it("is told again if nobody answered, and a refusal at once", () => {
    const { gate, held } = leased([0])
    gate.told?.(told, gate.take(start), start, start + 50)
    gate.refused?.(start + 30_000)
    assert.strictEqual(held.askAt(start + 60), start + 60)
    held.request(start + 60)
    held.missed(start + 560)
    const again = only(held.request(start + 1_060))
    assert.strictEqual(again.news?.sent, 1_060)
    assert.strictEqual(again.refused, 28_940)
    held.answered(answer(), start + 1_070)
    assert.strictEqual(only(held.request(start + 2_000)).refused, 0)
  })

  it("to another replica holds here: nothing goes before the moment that a refusal names", () => {
    const { gate } = leased([0, 100], { refused: 20_000 })
    assert.strictEqual(gate.nextAt(start), start + 20_000)
  })

  it("is put into bounds before it is sent", () => {
    const { gate, held } = leased([0])
    gate.told?.({ allowed: 1e9, count: 1e9, reset: 86_400 }, gate.take(start), start, start)
    const request = held.request(start + 10)
    assert.isTrue(Option.isSome(Schema.decodeUnknownOption(Lease.Request)(request)))
  })

  it("of kinds with a budget of their own is heard of once", () => {
    const the = replica()
    the.held.answered(answer({}, { kinds: ["analytics"] }), start)
    assert.deepStrictEqual(the.opened, ["analytics"])
  })
})

describe("a replica that nobody answers", () => {
  it("uses up what it holds, and then takes its part", () => {
    const the = leased([0, 200])
    const { gate, held } = the
    the.waiting = 3
    held.request(start + 100)
    assert.isFalse(held.missed(start + 600))
    gate.take(start + 600)
    gate.take(start + 600)
    const next = gate.nextAt(start + 601)
    // A third of 300 a minute.
    assert.approximately(next - start - 600, 607, 5)
    gate.take(next)
    assert.approximately(gate.nextAt(next) - next, 607, 5)
  })

  it("asks again after half a second, and says so once, when that has lasted", () => {
    const { held } = leased([])
    let warned = 0
    for (let now = start; now < start + 60_000; now += 1_000) {
      held.request(now)
      if (held.missed(now + 500)) warned++
    }
    assert.strictEqual(warned, 1)
    assert.isTrue(held.answered(answer(), start + 61_000))
    assert.isFalse(held.answered(answer(), start + 62_000))
  })

  it("is alone for as long as a new keeper says, and no longer", () => {
    const { gate, held } = leased([])
    held.answered(answer({}, { keeper: 8, alone: 2_000, replicas: 2 }), start)
    assert.isBelow(gate.nextAt(start + 1_999), start + 3_000)
    assert.strictEqual(gate.nextAt(start + 2_000), Infinity)
  })
})

it("a clock that is set back makes it begin anew, with nothing that is planned for later", () => {
  const the = leased([0, 900], { again: 1_000 })
  the.waiting = 1
  assert.strictEqual(the.gate.nextAt(start), start)
  const back = start - 600_000
  assert.isAtMost(the.gate.nextAt(back), back)
  assert.strictEqual(the.held.askAt(back), back)
})

it("another token has nothing of the one before", () => {
  const the = leased([0, 100])
  the.held.forget()
  the.waiting = 1
  assert.isUndefined(the.held.request(start + 10).seen)
  assert.strictEqual(the.held.request(start + 20).replicas, 3)
})

describe("an answer that makes no sense", () => {
  const isRead = (value: unknown) => Option.isSome(Schema.decodeUnknownOption(Lease.Answer)(value))
  it("is not read", () => {
    assert.isTrue(isRead(answer({ permits: [0, 999] })))
    for (const bad of [
      answer({ permits: [-1] }),
      answer({ permits: [NaN] }),
      answer({ permits: [1e9] }),
      answer({ permits: Array.from({ length: 10_001 }, () => 0) }),
      answer({ again: 1e9 }),
      answer({ refused: -1 }),
      answer({}, { replicas: -3 }),
      answer({}, { alone: 1e9 })
    ]) {
      assert.isFalse(isRead(bad), JSON.stringify(bad).slice(0, 200))
    }
  })
})
