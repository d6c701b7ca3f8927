/** The keeper of a budget, without fibers: whom it leases what, and what it makes of messages that make no sense. */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { Keeper } from "../src/internal/keeper.ts"
import { KeptBudget } from "../src/internal/keptBudget.ts"
import * as Lease from "../src/internal/lease.ts"

const lane = (more: Partial<Lease.LaneRequest> = {}): Lease.LaneRequest => ({
  kind: "*",
  waiting: 0,
  ahead: 0,
  returned: { epoch: 0, calls: 0 },
  refused: 0,
  ...more
})

const request = (replica: string, more: Partial<Lease.LaneRequest> = {}, rest: Partial<Lease.Request> = {}) => ({
  replica,
  replicas: 0,
  lanes: [lane(more)],
  ...rest
})

/** A keeper that leases, since a while. */
const settled = () => {
  const keeper = new Keeper(1, 0)
  keeper.answer(request("aa"), 0)
  keeper.answer(request("aa"), Lease.settling)
  return keeper
}
const start = 10_000

const leased = (answer: Lease.Answer) => answer.lanes.flatMap(({ permits }) => permits)
const seen = ({ keeper, stamp }: Lease.Answer, since = 0) => ({ seen: { keeper, stamp, since } })

describe("a keeper that begins", () => {
  it("leases nothing until all that was leased before is void, and says for how long", () => {
    const keeper = new Keeper(1, 1_000)
    for (const now of [1_000, 2_000, 1_000 + Lease.settling - 1]) {
      const answer = keeper.answer(request("aa", { waiting: 10 }), now)
      assert.isEmpty(leased(answer))
      assert.strictEqual(answer.alone, 1_000 + Lease.settling - now)
    }
    const answer = keeper.answer(request("aa", { waiting: 10 }), 1_000 + Lease.settling)
    assert.strictEqual(answer.alone, 0)
    assert.isNotEmpty(leased(answer))
  })

  it("says how many share the budget: those that have asked, or as many as another one knew", () => {
    const keeper = new Keeper(1, 0)
    assert.strictEqual(keeper.answer(request("aa"), 0).replicas, 1)
    assert.strictEqual(keeper.answer(request("bb"), 1).replicas, 2)
    assert.strictEqual(keeper.answer(request("bb", {}, { replicas: 5 }), 2).replicas, 5)
    // The others have not asked for more than a minute.
    assert.strictEqual(keeper.answer(request("bb"), 61_000).replicas, 1)
  })

  it("has nothing saved up: it does not know whether another one has spent it", () => {
    const keeper = new Keeper(1, 0)
    keeper.answer(request("aa"), 0)
    assert.isAtMost(leased(keeper.answer(request("aa", { waiting: 100 }), Lease.settling)).length, 6)
  })

  it("goes by what replicas were told before", () => {
    const keeper = new Keeper(1, 0)
    const news = { allowed: 300, count: 295, reset: 50, sent: 300, received: 200, isPunctual: false }
    keeper.answer(request("aa", { news }), 0)
    const answer = keeper.answer(request("aa", { waiting: 100 }), 10_000)
    assert.isAtMost(leased(answer).length, 5)
  })
})

describe("permits", () => {
  it("are leased for a second ahead, at the pace of the host", () => {
    const keeper = settled()
    leased(keeper.answer(request("aa", { waiting: 200 }), start))
    const permits = leased(keeper.answer(request("aa", { waiting: 200 }), start + 1_000))
    assert.isAtMost(permits.length, 6)
    for (const [nth, millis] of permits.entries()) {
      assert.isAtMost(millis, Lease.horizon)
      if (nth > 0) assert.isAtLeast(millis - permits[nth - 1]!, 200)
    }
  })

  it("are leased in equal shares to all whose callers wait", () => {
    const keeper = settled()
    const got = new Map<string, number>()
    // The third asks right behind the second, and the first alone.
    for (let now = start; now < start + 60_000; now += 500) {
      for (const [replica, after] of [
        ["aa", 0],
        ["bb", 250],
        ["cc", 251]
      ] as const) {
        const permits = leased(keeper.answer(request(replica, { waiting: 50 }), now + after))
        // The first one finds what was saved up.
        if (now < start + 5_000) continue
        got.set(replica, (got.get(replica) ?? 0) + permits.length)
      }
    }
    const all = [...got.values()]
    assert.approximately(Math.max(...all), Math.min(...all), 3)
    assert.isAtLeast(
      all.reduce((sum, each) => sum + each, 0),
      220
    )
  })

  it("for callers that may come are leased while nobody waits, and not from what comes later", () => {
    const keeper = settled()
    assert.strictEqual(leased(keeper.answer(request("aa", { ahead: 3 }), start)).length, 3)
    keeper.answer(request("bb", { waiting: 200 }), start)
    assert.isEmpty(leased(keeper.answer(request("aa", { ahead: 3 }), start + 10)))
  })

  it("that come beyond the end of a window are not leased before it", () => {
    const keeper = settled()
    const news = { allowed: 300, count: 10, reset: 20, sent: 0, received: 0, isPunctual: false }
    keeper.answer(request("aa", { news }), start)
    const end = start + 21_000
    let last: Lease.Answer | undefined
    for (let now = start; now < end; now += 100) {
      last = keeper.answer(request("aa", { waiting: 500 }, last === undefined ? {} : seen(last, 100)), now)
      for (const millis of leased(last)) assert.isBelow(now + millis, end)
    }
    // It is asked again when the window begins.
    assert.approximately(last?.lanes[0]?.again ?? 0, 100, 1)
  })

  it("whose answer was lost are given back", () => {
    const used = (isLost: boolean) => {
      const keeper = settled()
      let answer = keeper.answer(request("aa"), start)
      let sum = 0
      for (let now = start; now < start + 45_000; now += 100) {
        const next = keeper.answer(request("aa", { waiting: 20 }, seen(answer, 100)), now)
        if (isLost) continue
        sum += leased(next).length
        answer = next
      }
      const { epoch, first } = keeper.answer(request("aa", { waiting: 1 }, seen(answer, 100)), start + 45_000).lanes[0]!
      return { epoch, first, sum }
    }
    assert.isAbove(used(false).sum, 240)
    assert.isAbove(used(false).first, 240)
    // Of all that were lost the last ones alone are not known to be.
    assert.isBelow(used(true).first, 10)
  })

  it("that are not used are given back, but no more than were leased", () => {
    const keeper = settled()
    const answer = keeper.answer(request("aa", { waiting: 20 }), start)
    const { epoch, first, permits } = answer.lanes[0]!
    const next = first + permits.length
    const after = (replica: string, calls: number, from: Lease.Answer) =>
      keeper.answer(request(replica, { waiting: 1, returned: { epoch, calls } }, seen(from, 0)), start + 5_000)
    const other = keeper.answer(request("bb"), start + 4_000)
    assert.strictEqual(after("bb", 10_000, other).lanes[0]?.first, next)
    // One of the other's was leased since.
    const own = keeper.answer(request("aa", {}, seen(answer)), start + 4_500)
    const given = after("aa", 10_000, own).lanes[0]!
    assert.strictEqual(given.first, next + 1 - permits.length)
  })

  it("are leased to nobody until the moment that a refusal names, whoever was refused", () => {
    const keeper = settled()
    keeper.answer(request("aa", { refused: 40_000 }), start)
    for (const now of [start + 1, start + 39_000]) {
      const answer = keeper.answer(request("bb", { waiting: 5 }), now)
      assert.isEmpty(leased(answer))
      assert.strictEqual(answer.lanes[0]?.refused, start + 40_000 - now)
      assert.isAbove(answer.lanes[0]?.again ?? 0, 0)
    }
    assert.isNotEmpty(leased(keeper.answer(request("bb", { waiting: 5 }), start + 40_000)))
  })
})

describe("an answer of Genesys", () => {
  it("of which a replica tells late is of the window in which it came", () => {
    const keeper = settled()
    const answer = keeper.answer(request("aa", { waiting: 1 }), start)
    const { epoch, first } = answer.lanes[0]!
    // 30 s ago it had 20 s left: that window is over.
    const news = { allowed: 300, count: 299, reset: 20, sent: 30_100, received: 30_000, isPunctual: true }
    const late = { ...news, permit: { epoch, index: first } }
    keeper.answer(request("aa", { news: late }, seen(answer, 30_000)), start + 30_000)
    assert.isNotEmpty(leased(keeper.answer(request("aa", { waiting: 5 }), start + 30_100)))
  })

  it("says how many calls are of others, exactly, if its own went by a permit and on time", () => {
    const used = (isPunctual: boolean) => {
      const budget = new KeptBudget(0)
      const { epoch, first } = budget.grant("aa", { waiting: 1, ahead: 0 }, 1_000)
      // More are planned than have gone.
      budget.grant("aa", { waiting: 5, ahead: 0 }, 1_500)
      const news = { allowed: 300, count: first + 100, reset: 55, sent: 1_000, received: 900, isPunctual }
      budget.hear({ ...news, permit: { epoch, index: first } }, 5, 2_000)
      return budget.plan.describe("*", 2_000).used
    }
    assert.deepStrictEqual([used(true), used(false)], [106, 101])
  })

  it("of a kind with a budget of its own makes one, for all", () => {
    const keeper = settled()
    const news = { allowed: 60, count: 60, reset: 50, sent: 10, received: 0, isPunctual: false }
    keeper.answer(request("aa", { kind: "analytics", news }), start)
    const other = { replica: "bb", replicas: 0, lanes: [lane({ waiting: 3 }), lane({ kind: "analytics", waiting: 3 })] }
    const answer = keeper.answer(other, start + 100)
    assert.deepStrictEqual(answer.kinds, ["analytics"])
    assert.deepStrictEqual(
      answer.lanes.map(({ permits }) => permits.length),
      [3, 0]
    )
  })
})

describe("a message that makes no sense", () => {
  const isRead = (text: unknown) => Option.isSome(Schema.decodeUnknownOption(Lease.Request)(text))
  const news = { allowed: 300, count: 1, reset: 60, sent: 0, received: 0, isPunctual: true }
  const bad: ReadonlyArray<readonly [string, object]> = [
    ["a negative count", { news: { ...news, count: -1 } }],
    ["a count that is none", { news: { ...news, count: NaN } }],
    ["an allowance of nothing", { news: { ...news, allowed: 0 } }],
    ["a huge allowance", { news: { ...news, allowed: 1e9 } }],
    ["a window of an hour", { news: { ...news, reset: 3_600 } }],
    ["a call that will be sent", { news: { ...news, sent: -5 } }],
    ["a call of 1970", { news: { ...news, sent: 1.7e12 } }],
    ["more callers than there are", { waiting: 1e9 }],
    ["half a caller", { waiting: 0.5 }],
    ["a refusal for ever", { refused: Infinity }],
    ["a refusal for an hour", { refused: 3_600_000 }],
    ["a kind that is a path", { kind: "../users" }]
  ]
  for (const [name, more] of bad) {
    it(`such as ${name} is not read`, () => {
      assert.isTrue(isRead(request("aa", { news })))
      assert.isFalse(isRead(request("aa", more)))
    })
  }

  it("is not read with as many budgets as no host has, or with a name that is text", () => {
    assert.isFalse(isRead({ replica: "aa", replicas: 0, lanes: Array.from({ length: 65 }, () => lane()) }))
    assert.isFalse(isRead(request("<script>")))
  })

  it.effect.prop(
    "but can be read breaks nothing: answers can be read, and no more is leased than the pace allows",
    {
      requests: Schema.Array(
        Schema.Tuple([Lease.Request, Schema.Int.check(Schema.isBetween({ minimum: -5_000, maximum: 5_000 }))])
      )
    },
    ({ requests }) =>
      Effect.sync(() => {
        const keeper = settled()
        let now = start
        for (const [hostile, millis] of requests) {
          // Its clock may be set back, too.
          now += millis
          const answer = keeper.answer(hostile, now)
          assert.isTrue(Schema.is(Lease.Answer)(answer), JSON.stringify(answer))
        }
        // Honest replicas are leased permits again in the window after that.
        const after = Math.max(now, start) + 200_000
        keeper.answer(request("aa"), after)
        const honest = { allowed: 300, count: 1, reset: 60, sent: 10, received: 0, isPunctual: true }
        keeper.answer(request("aa", { waiting: 1, news: honest }), after + 60_000)
        const permits = leased(keeper.answer(request("aa", { waiting: 20 }), after + 122_000))
        assert.isAtLeast(permits.length, 1)
      }),
    { arbitrary: { runs: 200 } }
  )
})
