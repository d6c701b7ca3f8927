/** Replicas that share a budget in simulated time: what Genesys gets to see, and what happens when their keeper is lost or silent. */
import { assert, describe, it } from "@effect/vitest"
import type { RateLimit } from "@effect-genesys/client/RateLimit"
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Logger from "effect/Logger"
import * as Random from "effect/Random"
import type * as Scope from "effect/Scope"
import * as TestClock from "effect/testing/TestClock"
import * as Fleet from "./Fleet.ts"

/** `PROVE=1`: of hosts that allow more or less, too, and with eight replicas; ten minutes, and each twice, with windows that begin at other moments; the figures are printed. */
const isProof = process.env["PROVE"] !== undefined
const minutes = isProof ? 10 : 2
const seeds = isProof ? ["one", "two"] : ["one"]

interface World {
  readonly host: Fleet.Host
  readonly wire: Fleet.Wire
  readonly limits: ReadonlyArray<RateLimit["Service"]>
}
const nameOf = (index: number) => "abcdefgh".charAt(index)

interface WorldOptions extends Fleet.HostOptions {
  readonly replicas?: number
}

const world = Effect.fnUntraced(function* ({ replicas = 3, ...options }: WorldOptions = {}) {
  const host = Fleet.makeHost(options)
  const wire = Fleet.makeWire()
  const limits = yield* Effect.forEach(Array.from({ length: replicas }), (_, index) =>
    Fleet.replica(wire, nameOf(index))
  )
  // The first window begins anywhere in a minute.
  yield* TestClock.adjust(Math.floor((yield* Random.next) * 60_000))
  return { host, wire, limits }
})

const test = (
  name: string,
  run: (world: World) => Effect.Effect<void, never, Scope.Scope>,
  options?: WorldOptions,
  isShort = true
) => {
  for (const seed of seeds) {
    it.effect.skipIf(!isShort && !isProof)(
      seeds.length === 1 ? name : `${name}, ${seed}`,
      () => Effect.flatMap(world(options), run).pipe(Effect.scoped, Random.withSeed(seed)),
      120_000
    )
  }
}

const say = (text: string) => Effect.sync(() => void (isProof && process.stderr.write(`${text}\n`)))

/** All replicas always have callers. */
const saturated = Effect.fnUntraced(function* ({ host, limits }: World) {
  const callers = yield* Effect.forEach(limits, (limit, index) =>
    Effect.forkChild(Fleet.saturate(limit, host, nameOf(index)))
  )
  // They know of each other, and the window is over that began with a burst.
  yield* TestClock.adjust("65 seconds")
  return callers
})

/** How much of what was allowed so far was used, from then on. */
const used = ({ host }: World, from: number, allowed = 300) =>
  Effect.map(Clock.currentTimeMillis, (now) => host.answered(from, now) / (((now - from) / 60_000) * allowed))

const hosts: ReadonlyArray<readonly [name: string, options: WorldOptions]> = [
  ["300 a minute", {}],
  ["300 a minute and rounds seconds down", { rounding: "down" }],
  ["300 in each minute of the clock", { aligned: true }],
  ["180 a minute", { allowed: 180, kinds: { users: 180 } }],
  ["1,000 a minute", { allowed: 1000 }]
]

describe("three replicas that always have callers use 98 % of what is allowed and are not refused by a host that allows", () => {
  for (const [name, options] of hosts) {
    test(
      name,
      (the) =>
        Effect.gen(function* () {
          const { allowed = 300 } = options
          // What is allowed is learned from the first answers, before there are many calls.
          for (const [index, limit] of the.limits.entries()) {
            yield* Effect.forkChild(Fleet.call(limit, the.host, nameOf(index)))
          }
          yield* TestClock.adjust("1 second")
          yield* saturated(the)
          const from = yield* Clock.currentTimeMillis
          yield* TestClock.adjust(Duration.minutes(minutes))
          const share = yield* used(the, from, allowed)
          const asked = the.wire.sent.filter(({ at }) => at >= from).length
          yield* say(`${name}: ${(share * 100).toFixed(1)} %, ${(asked / minutes / 60).toFixed(1)} requests a second`)
          assert.strictEqual(the.host.refused, 0)
          assert.isAtLeast(share, 0.98)
          for (let index = 0; index < 3; index++) {
            const own = the.host.answered(from, Infinity, nameOf(index))
            assert.approximately(own / (allowed * minutes), 1 / 3, 0.05)
          }
        }),
      options,
      name === hosts[0]![0]
    )
  }
})

test(
  "eight replicas, too, are not refused",
  (the) =>
    Effect.gen(function* () {
      yield* saturated(the)
      const from = yield* Clock.currentTimeMillis
      yield* TestClock.adjust(Duration.minutes(minutes))
      assert.strictEqual(the.host.refused, 0)
      assert.isAtLeast(yield* used(the, from), 0.98)
    }),
  { replicas: 8 },
  false
)

describe("the share of a replica", () => {
  test("is there within three seconds after its callers came, and with the others as soon after they went", (the) =>
    Effect.gen(function* () {
      const { host, limits } = the
      const [a, b] = limits
      const first = yield* Effect.forkChild(Fleet.saturate(a!, host, "a"))
      yield* TestClock.adjust("100 seconds")
      yield* Effect.forkChild(Fleet.saturate(b!, host, "b"))
      const came = yield* Clock.currentTimeMillis
      yield* TestClock.adjust("30 seconds")
      for (const who of ["a", "b"]) assert.approximately(host.answered(came + 3_000, came + 30_000, who), 67, 7)
      yield* Fiber.interrupt(first)
      const went = yield* Clock.currentTimeMillis
      yield* TestClock.adjust("30 seconds")
      assert.approximately(host.answered(went + 3_000, went + 30_000, "b"), 134, 3)
      assert.strictEqual(host.refused, 0)
    }))

  test("is all that it wants if the others want more than there is", (the) =>
    Effect.gen(function* () {
      const { host, limits } = the
      for (const who of [0, 1]) yield* Effect.forkChild(Fleet.saturate(limits[who]!, host, nameOf(who)))
      yield* TestClock.adjust("65 seconds")
      // One call a second is less than a third.
      const modest = Effect.andThen(Fleet.call(limits[2]!, host, "c"), Effect.sleep("950 millis"))
      yield* Effect.forkChild(Effect.repeat(Effect.ignore(Effect.timeout(modest, "10 seconds")), { times: 1_000 }))
      const from = yield* Clock.currentTimeMillis
      yield* TestClock.adjust("60 seconds")
      assert.isAtLeast(host.answered(from, Infinity, "c"), 20)
      assert.isAtLeast(yield* used(the, from), 0.98)
    }))
})

describe("callers of a replica that is alone", () => {
  test("find a permit there: there are fewer requests than calls", (the) =>
    Effect.gen(function* () {
      const { host, limits, wire } = the
      const waits: Array<number> = []
      const one = Effect.gen(function* () {
        const asked = yield* Clock.currentTimeMillis
        const pass = yield* limits[0]!.acquire({ path: "/api/v2/users", token: Fleet.tokenNamed("first") })
        waits.push((yield* Clock.currentTimeMillis) - asked)
        yield* host.answer("a", "/api/v2/users", pass)
      })
      // Four calls a second, of five that are allowed.
      yield* Effect.forkChild(Effect.forever(Effect.andThen(Effect.forkChild(one), Effect.sleep("250 millis"))))
      yield* TestClock.adjust("10 seconds")
      waits.length = 0
      wire.sent.length = 0
      yield* TestClock.adjust("50 seconds")
      assert.strictEqual(waits.length, 200)
      assert.isAtLeast(waits.filter((millis) => millis === 0).length, 180)
      assert.isAtMost(wire.sent.length, 110)
    }))

  test("that have been quiet for a while are asked about no more", (the) =>
    Effect.gen(function* () {
      const { host, limits, wire } = the
      yield* Fleet.call(limits[0]!, host, "a").pipe(Effect.forkChild)
      yield* TestClock.adjust("1 minute")
      const before = wire.sent.length
      assert.isAtMost(before, 12)
      yield* TestClock.adjust("1 hour")
      assert.strictEqual(wire.sent.length, before)
    }))
})

describe("when the keeper is lost", () => {
  test("and another one begins, at most five calls are lost, a second's worth, and none is refused", (the) =>
    Effect.gen(function* () {
      yield* saturated(the)
      const from = yield* Clock.currentTimeMillis
      const kills = isProof ? 20 : 4
      for (let kill = 0; kill < kills; kill++) {
        the.wire.kill()
        // At other moments of a window each time.
        yield* TestClock.adjust("37 seconds")
      }
      const share = yield* used(the, from)
      const lost = ((0.988 - share) * kills * 37 * 5) / kills
      yield* say(`a lost keeper costs ${lost.toFixed(1)} calls`)
      assert.strictEqual(the.host.refused, 0)
      assert.isAtMost(lost, 5)
    }))

  test("no second has more than two seconds' worth of calls", (the) =>
    Effect.gen(function* () {
      yield* saturated(the)
      // Most of the window is used: nothing is saved up for a burst.
      yield* TestClock.adjust("45 seconds")
      const from = yield* Clock.currentTimeMillis
      the.wire.kill()
      yield* TestClock.adjust("10 seconds")
      for (let at = from; at < from + 9_000; at += 100) assert.isAtMost(the.host.answered(at, at + 1_000), 10)
    }))
})

const logged = Effect.fnUntraced(function* (run: Effect.Effect<void>) {
  const lines: Array<string> = []
  const logger = Logger.make(({ logLevel, message }) => void lines.push(`${logLevel} ${String(message)}`))
  yield* Effect.provide(run, Logger.layer([logger]))
  return lines
})

describe("while no keeper answers", () => {
  test("for half a minute, replicas go on with their parts, none is refused, and no call fails", (the) =>
    Effect.gen(function* () {
      yield* saturated(the)
      for (let outage = 0; outage < (isProof ? 10 : 2); outage++) {
        yield* TestClock.adjust("47 seconds")
        const from = yield* Clock.currentTimeMillis
        the.wire.cut.add("*")
        yield* TestClock.adjust("30 seconds")
        // All but a second's worth.
        assert.isAtLeast(the.host.answered(from, from + 30_000), 145 - 2)
        for (const who of ["a", "b", "c"]) assert.isAtMost(the.host.answered(from, from + 30_000, who), 54)
        the.wire.kill()
        the.wire.cut.delete("*")
      }
      assert.strictEqual(the.host.refused, 0)
    }))

  test("to one of three, it goes on with its part and the others with theirs", (the) =>
    Effect.gen(function* () {
      yield* saturated(the)
      the.wire.cut.add("b")
      yield* TestClock.adjust("5 seconds")
      const from = yield* Clock.currentTimeMillis
      yield* TestClock.adjust(Duration.minutes(minutes))
      const share = yield* used(the, from)
      yield* say(`one of three cut off: ${(share * 100).toFixed(1)} %`)
      assert.strictEqual(the.host.refused, 0)
      assert.isAtLeast(share, 0.95)
      assert.isAtMost(the.host.answered(from, Infinity, "b"), 101 * minutes)
      the.wire.cut.delete("b")
      yield* TestClock.adjust("1 minute")
      assert.strictEqual(the.host.refused, 0)
    }))

  it.effect("it is said once, and once when one answers again", () =>
    Effect.gen(function* () {
      const wire = Fleet.makeWire()
      const host = Fleet.makeHost()
      const lines = yield* logged(
        Effect.gen(function* () {
          const limit = yield* Fleet.replica(wire, "a")
          yield* Effect.forkChild(Fleet.saturate(limit, host, "a"))
          yield* TestClock.adjust("5 seconds")
          wire.cut.add("*")
          yield* TestClock.adjust("2 minutes")
          wire.cut.delete("*")
          yield* TestClock.adjust("1 minute")
        }).pipe(Effect.scoped)
      )
      assert.lengthOf(lines, 2)
      assert.match(lines[0]!, /^Warn .*goes on with its own part, 1 of 1/)
      assert.match(lines[1]!, /^Info .*shared again/)
    }).pipe(Random.withSeed("said"))
  )

  it.effect("to replicas that never heard of one, each takes a third", () =>
    Effect.gen(function* () {
      const wire = Fleet.makeWire()
      wire.cut.add("*")
      const host = Fleet.makeHost()
      const limit = yield* Fleet.replica(wire, "a")
      yield* Effect.forkChild(Fleet.saturate(limit, host, "a"))
      yield* TestClock.adjust("1 minute")
      assert.approximately(host.answered(0, 60_000), 100, 2)
    }).pipe(Effect.scoped, Random.withSeed("never"))
  )
})

describe("what Genesys says to one replica", () => {
  test("holds for all: after a refusal no call of any goes before the moment that it names", (the) =>
    Effect.gen(function* () {
      const { host, limits } = the
      const pass = yield* Effect.forkChild(
        limits[0]!.acquire({ path: "/api/v2/users", token: Fleet.tokenNamed("first") })
      )
      yield* saturated(the)
      yield* TestClock.adjust("30 seconds")
      const now = yield* Clock.currentTimeMillis
      yield* (yield* Fiber.join(pass)).refused(now + 45_000)
      yield* TestClock.adjust("44 seconds")
      assert.strictEqual(host.answered(now + 1_000, now + 45_000), 0)
      yield* TestClock.adjust("5 seconds")
      assert.isAbove(host.answered(now + 45_000, Infinity), 10)
    }))

  test(
    "of a kind that has a budget of its own is known to the others before they call it",
    (the) =>
      Effect.gen(function* () {
        const { host, limits } = the
        const path = "/api/v2/analytics/queues"
        yield* Effect.forkChild(Fleet.call(limits[0]!, host, "a", path))
        yield* Effect.forkChild(Fleet.call(limits[1]!, host, "b"))
        yield* TestClock.adjust("10 seconds")
        yield* Effect.forkChild(Fleet.call(limits[1]!, host, "b"))
        yield* TestClock.adjust("1 second")
        const now = yield* Clock.currentTimeMillis
        assert.deepStrictEqual(
          limits[1]!.describe(now).map(({ kind }) => kind),
          ["*", "analytics"]
        )
        for (const [index, limit] of limits.entries()) {
          yield* Effect.forkChild(Fleet.saturate(limit, host, nameOf(index), { path }))
          yield* Effect.forkChild(Fleet.saturate(limit, host, nameOf(index)))
        }
        yield* TestClock.adjust("5 seconds")
        const from = yield* Clock.currentTimeMillis
        yield* TestClock.adjust(Duration.minutes(minutes))
        const of = (kind: string) => host.calls.filter((call) => call.kind === kind && call.at >= from)
        assert.isAtLeast(of("analytics").length, 60 * minutes * 0.95)
        assert.isAtLeast(of("users").length, 300 * minutes * 0.96)
        // The third had never called it, and had callers at once.
        assert.isAtMost(host.refused, 20)
        assert.isEmpty(host.calls.filter(({ at, isRefused }) => isRefused && at > from + 60_000))
      }),
    { kinds: { analytics: 60 } }
  )

  test("of calls that others make, with the same token, is left to them", (the) =>
    Effect.gen(function* () {
      const { host } = the
      yield* Effect.forkChild(
        Effect.forever(Effect.andThen(host.answer("other", "/api/v2/users"), Effect.sleep("600 millis")))
      )
      yield* saturated(the)
      const from = yield* Clock.currentTimeMillis
      yield* TestClock.adjust(Duration.minutes(minutes))
      const share = yield* used(the, from)
      const others = host.answered(from, Infinity, "other")
      yield* say(
        `${others / minutes} calls a minute by others: ${(share * 100).toFixed(1)} % in all, ${host.refused} refused`
      )
      assert.isAtLeast(share, 0.95)
      assert.isAtLeast(others, 85 * minutes)
      assert.isAtMost(host.calls.filter(({ by, isRefused }) => isRefused && by !== "other").length, minutes)
    }))
})

test("another token has a keeper of its own, and what was counted with the one before counts no more", (the) =>
  Effect.gen(function* () {
    const { host, limits, wire } = the
    yield* Fiber.interruptAll(yield* saturated(the))
    const renewed = Fleet.makeHost()
    const second = Fleet.tokenNamed("second")
    const from = yield* Clock.currentTimeMillis
    for (const [index, limit] of limits.entries()) {
      const call = Fleet.call(limit, renewed, nameOf(index), "/api/v2/users", second)
      yield* Effect.forkChild(Effect.forever(call))
    }
    yield* TestClock.adjust("1 second")
    assert.isAtLeast(renewed.answered(from, from + 1_000), 3)
    assert.strictEqual(host.refused + renewed.refused, 0)
    // Of neither a replica says more than its name.
    const text = JSON.stringify(wire.sent)
    assert.isFalse(text.includes("firstttt") || text.includes("secondttt"))
  }))
