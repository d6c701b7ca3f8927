/** What a rate limit learns of the windows of its host, answer by answer, and when it lets the next call go because of it. */
import { assert, describe, it } from "@effect/vitest"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as TestClock from "effect/testing/TestClock"
import { RateLimit } from "../src/RateLimit.ts"
import { analytics, described, first, second, start, told, users } from "../src/testing/internal/rateFixture.ts"

/** A call that goes at this very moment. */
const pass = Effect.fnUntraced(function* (path = users, token = first) {
  const fiber = yield* start(RateLimit.use((limit) => limit.acquire({ path, token })))
  assert.isDefined(fiber.pollUnsafe(), `a call of ${path} has to wait`)
  return yield* Fiber.join(fiber)
})

/** A call that goes now, and what its answer says: the calls that are allowed, those that were counted, and the seconds left. */
const learn = Effect.fnUntraced(function* (allowed: number, count: number, reset: number) {
  const taken = yield* pass()
  yield* taken.answered(told(allowed, count, reset))
})

/** When the next call goes. */
const nextGoesAt = Effect.fnUntraced(function* (token = first) {
  const gone = Effect.andThen(
    RateLimit.use((limit) => limit.acquire({ path: users, token })),
    Clock.currentTimeMillis
  )
  const fiber = yield* start(gone)
  for (let turn = 0; fiber.pollUnsafe() === undefined && turn < 300; turn++) yield* TestClock.adjust("1 second")
  return yield* Fiber.join(fiber)
})

/** Calls of the window, and when it is over. Paths of a kind that is allowed less than others have windows of their own. */
const window = Effect.map(described(), (budgets) => [budgets.at(-1)?.used, budgets.at(-1)?.resetAt])

const limited = <A, E>(name: string, run: Effect.Effect<A, E, RateLimit>) =>
  it.effect(name, () => Effect.provide(run, RateLimit.layer))

describe("a window", () => {
  limited(
    "is over at its last moment: a call that goes then is the first of the next one",
    Effect.gen(function* () {
      yield* learn(300, 9, 30)
      assert.deepStrictEqual(yield* window, [9, 31_000])
      yield* TestClock.setTime(30_999)
      assert.deepStrictEqual(yield* window, [9, 31_000])
      yield* TestClock.setTime(31_000)
      assert.deepStrictEqual(yield* window, [0, undefined])
      yield* pass()
      assert.deepStrictEqual(yield* window, [1, 91_000])
    })
  )

  for (const [used, goesAt] of [
    [4, 0],
    [5, 5_976]
  ] as const) {
    limited(
      `of which ${used} of 10 calls are used ${goesAt === 0 ? "has a burst left" : "shares out what is left evenly"}`,
      Effect.gen(function* () {
        yield* learn(10, used, 60)
        yield* pass()
        assert.strictEqual(yield* nextGoesAt(), goesAt)
      })
    )
  }

  const [untilHalfAway, halfAway] = [501, 502]
  for (const [apart, used] of [
    [0, 6],
    [untilHalfAway, 6],
    [halfAway, 7]
  ] as const) {
    const known = used === 7 ? "all but the first of what it counted are of others" : "two of what it counted are ours"
    limited(
      `whose answer to the first of two calls, ${apart} ms apart, comes after both were sent: ${known}`,
      Effect.gen(function* () {
        // A host that allows 60 calls gets one each 1,004 ms.
        yield* learn(60, 1, 60)
        yield* TestClock.setTime(60_000)
        const one = yield* pass()
        yield* TestClock.adjust(apart)
        yield* pass()
        yield* one.answered(told(60, 6, 60))
        assert.strictEqual((yield* window)[0], used)
      })
    )
  }

  limited(
    "of which two answers say when it ends ends between the later of the earliest and the earlier of the latest moments",
    Effect.gen(function* () {
      yield* learn(300, 300, 60)
      const early = yield* nextGoesAt()
      assert.strictEqual(early, 60_000)
      const { answered: late } = yield* pass()
      yield* learn(300, 290, 20)
      assert.strictEqual((yield* window)[1], 81_000)
      yield* TestClock.adjust("900 millis")
      yield* late(told(300, 291, 20))
      assert.strictEqual((yield* window)[1], 81_000)
      yield* learn(300, 292, 19)
      assert.strictEqual((yield* window)[1], 80_900)
    })
  )
})

describe("an answer that comes late", () => {
  limited(
    "and speaks of a window that ended before this one can end counts for nothing",
    Effect.gen(function* () {
      const [one, other] = [yield* pass(), yield* pass()]
      yield* one.answered(told(300, 2, 60))
      yield* TestClock.adjust("500 millis")
      yield* other.answered(told(300, 299, 1))
      assert.deepStrictEqual(yield* window, [2, 60_000])
    })
  )

  limited(
    "and names the earliest end that is possible is believed",
    Effect.gen(function* () {
      yield* learn(300, 1, 60)
      yield* TestClock.setTime(29_000)
      yield* learn(300, 40, 29)
      assert.deepStrictEqual(yield* window, [40, 59_000])
    })
  )

  /** A call of what seems to be the window, the first of the next one, and then the answer to the former. */
  const afterTheEnd = (count: number, reset: number, receivedAt: number) =>
    Effect.gen(function* () {
      yield* learn(300, 1, 30)
      yield* TestClock.setTime(30_500)
      const last = yield* pass()
      yield* TestClock.setTime(31_000)
      yield* pass()
      yield* TestClock.setTime(receivedAt)
      yield* last.answered(told(300, count, reset))
      return yield* window
    })

  limited(
    "to a call of the window before, as that may have ended meanwhile, counts for nothing",
    Effect.map(afterTheEnd(200, 2, 31_500), (found) => assert.deepStrictEqual(found, [1, 91_000]))
  )

  limited(
    "to a call of the window before, which the host counted in this one, counts",
    Effect.map(afterTheEnd(5, 60, 31_100), (found) => assert.deepStrictEqual(found, [5, 91_100]))
  )

  limited(
    "and is of a token before counts for nothing, and neither does a refusal",
    Effect.gen(function* () {
      const [one, other] = [yield* pass(), yield* pass()]
      yield* pass(users, second)
      yield* one.answered(told(300, 300, 60))
      yield* other.refused(60_000)
      assert.deepStrictEqual(yield* window, [1, 60_000])
      yield* pass(users, second)
    })
  )
})

describe("a host", () => {
  const early: ReadonlyArray<readonly [name: string, answersAt: ReadonlyArray<number>, beginsAt: number, end: number]> =
    [
      ["that says 30 s and begins a window before they are over rounds up", [0], 29_999, 120_000],
      ["that says 30 s and begins a window after them may round down", [0], 30_000, 121_000],
      ["that says 30 s twice, and begins a window before they are over, rounds up", [0, 900], 30_500, 120_000]
    ]
  for (const [name, answersAt, beginsAt, end] of early) {
    limited(
      `${name}: 20 s that it says are ${end === 120_000 ? "no more than that" : "almost 21, perhaps"}`,
      Effect.gen(function* () {
        for (const at of answersAt) {
          yield* TestClock.setTime(at)
          yield* learn(300, 10, 30)
        }
        yield* TestClock.setTime(beginsAt)
        yield* learn(300, 1, 60)
        assert.strictEqual((yield* window)[0], 1)
        yield* TestClock.setTime(100_000)
        yield* learn(300, 300, 20)
        assert.strictEqual(yield* nextGoesAt(), end)
      })
    )
  }

  limited(
    "that refuses a call is asked no more before the moment that it names, however far that is",
    Effect.gen(function* () {
      const { refused } = yield* pass()
      yield* refused(150_000)
      assert.deepStrictEqual(yield* window, [300, 150_000])
      assert.strictEqual(yield* nextGoesAt(), 150_000)
    })
  )

  limited(
    "that refuses a call is asked no sooner because it answers one that was sent before",
    Effect.gen(function* () {
      const [one, other] = [yield* pass(), yield* pass()]
      yield* one.refused(90_000)
      yield* other.answered(told(300, 2, 20))
      assert.strictEqual(yield* nextGoesAt(), 90_000)
    })
  )

  limited(
    "that allows a kind of calls less has counted of that kind what it says, whatever other calls went before",
    Effect.gen(function* () {
      for (let call = 0; call < 5; call++) yield* pass()
      yield* TestClock.adjust("1 second")
      const { answered } = yield* pass(analytics)
      yield* TestClock.adjust("1 second")
      yield* answered(told(60, 2, 60))
      assert.deepStrictEqual(
        (yield* described()).map(({ kind, used }) => [kind, used]),
        [
          ["*", 6],
          ["analytics", 2]
        ]
      )
    })
  )
})

describe("another token", () => {
  limited(
    "begins with a window of its own, of which its first answer tells",
    Effect.gen(function* () {
      yield* learn(300, 200, 60)
      const { answered: tell } = yield* pass(users, second)
      assert.deepStrictEqual(yield* window, [1, 60_000])
      yield* tell(told(300, 40, 50))
      assert.deepStrictEqual(yield* window, [40, 51_000])
    })
  )

  limited(
    "waits neither for what was planned nor for what was refused with the one before",
    Effect.gen(function* () {
      yield* learn(10, 8, 60)
      yield* pass()
      // The last one of ten calls would go in half a minute.
      const { refused } = yield* pass(users, second)
      yield* refused(90_000)
      yield* pass()
    })
  )
})

describe("a clock that is set back", () => {
  const hour = 3_600_000
  for (const [back, goesAt] of [
    [60_000, hour + 60_000],
    [60_001, hour - 60_001],
    [hour, 0]
  ] as const) {
    limited(
      `by ${back} ms ${back === 60_000 ? "is waited for" : "holds up no call"}`,
      Effect.gen(function* () {
        yield* TestClock.setTime(hour)
        yield* learn(300, 300, 60)
        yield* TestClock.setTime(hour - back)
        assert.strictEqual(yield* nextGoesAt(), goesAt)
      })
    )
  }
})

describe("a call that has to wait", () => {
  /** Starts a call; what it is told of its turn, if it has to wait. */
  const turnOf = Effect.gen(function* () {
    const limit = yield* RateLimit
    let turn: number | undefined
    yield* start(limit.acquire({ path: users, token: first, onWait: (turnAt) => void (turn = turnAt) }))
    return turn
  })

  limited(
    "is told the end of the window, and one pause more for each that waits before it",
    Effect.gen(function* () {
      yield* learn(60, 60, 30)
      const turns = [yield* turnOf, yield* turnOf, yield* turnOf]
      assert.deepStrictEqual(turns, [31_000, 32_004, 33_008])
    })
  )

  limited(
    "no more because its turn comes at that very moment is told nothing",
    Effect.gen(function* () {
      yield* learn(10, 5, 60)
      yield* pass()
      yield* TestClock.setTime(5_976)
      assert.isUndefined(yield* turnOf)
      assert.isDefined(yield* turnOf)
    })
  )
})
