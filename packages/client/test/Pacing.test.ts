import { assert, describe, it } from "@effect/vitest"
import { Simulator } from "@effect-genesys/simulator/Simulator"
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as HttpClient from "effect/http/HttpClient"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as HttpClientResponse from "effect/http/HttpClientResponse"
import * as Layer from "effect/Layer"
import * as Random from "effect/Random"
import * as Result from "effect/Result"
import * as TestClock from "effect/testing/TestClock"
import { GenesysClient } from "../src/GenesysClient.ts"
import { Policy, RetryPolicy } from "../src/RetryPolicy.ts"
import * as Stack from "./Stack.ts"
import * as WindowHost from "./WindowHost.ts"

/** `PROVE=1`: ten minutes, and each host twice, its windows beginning at other moments; else two, and three hosts once. */
const isProof = process.env["PROVE"] !== undefined
const minutes = isProof ? 10 : 2
const seeds = isProof ? 2 : 1
const short = new Set(["rounds seconds up", "has windows of whole minutes and rounds down", "allows 180"])

type Client = GenesysClient["Service"]

const users = HttpClientRequest.get("/api/v2/users")
const analytics = HttpClientRequest.get("/api/v2/analytics/queues")

/** Calls for ever with so many fibers. */
const saturate = (client: Client, fibers: number, request = users) =>
  Effect.forEach(
    Array.from({ length: fibers }),
    () => Effect.forkChild(Effect.forever(Effect.ignore(client.http.execute(request))), { startImmediately: true }),
    { discard: true }
  )

/** The simulator at the end of a way that takes up to 50 ms in each direction. */
const late = Layer.provideMerge(
  Layer.effect(
    HttpClient.HttpClient,
    Effect.map(HttpClient.HttpClient, (simulator) => {
      const way = Effect.flatMap(Random.nextIntBetween(0, 50), (millis) => Effect.sleep(millis))
      return HttpClient.transform(simulator, (answer) => Effect.tap(Effect.andThen(way, answer), way))
    })
  ),
  Simulator.layerHttpClient()
)

const counts = (calls: ReadonlyArray<{ readonly status: number }>) => ({
  answered: calls.filter(({ status }) => status === 200).length,
  refused: calls.filter(({ status }) => status === 429).length
})

const hosts: ReadonlyArray<readonly [string, WindowHost.HostOptions]> = [
  ["rounds seconds up", {}],
  ["rounds seconds down", { rounding: "down" }],
  ["has windows of whole minutes", { aligned: true }],
  ["has windows of whole minutes and rounds down", { aligned: true, rounding: "down" }],
  ["answers at once", { delay: 0 }],
  ["allows 180", { allowed: 180 }],
  ["allows 1,000", { allowed: 1000 }]
]

describe("50 fibers that always have another call get 99 % of the allowance and no 429 from a host that", () => {
  for (const [name, options] of hosts) {
    it.effect.skipIf(!short.has(name) && !isProof)(
      name,
      () =>
        Effect.gen(function* () {
          for (let seed = 0; seed < seeds; seed++) {
            const host = WindowHost.make(options)
            yield* Effect.gen(function* () {
              const [client] = yield* WindowHost.clients(host.client, WindowHost.manager())
              // The first window begins anywhere in a minute.
              yield* TestClock.adjust(Math.floor((yield* Random.next) * 60_000))
              yield* saturate(client!, 50)
              yield* TestClock.adjust("2 minutes")
            }).pipe(Effect.scoped, Random.withSeed(seed))
            const { answered, refused } = counts(host.calls)
            assert.strictEqual(refused, 0, `seed ${seed}`)
            assert.isAtLeast(answered, (options.allowed ?? 300) * 2 * 0.99, `seed ${seed}`)
          }
        }),
      60_000
    )
  }
})

it.effect("the simulator, too, sees 99 % of its 300 a minute and answers no 429, says its journal", () =>
  Effect.gen(function* () {
    const client = yield* GenesysClient
    yield* saturate(client, 50, HttpClientRequest.get("/api/v2/organizations/me"))
    yield* TestClock.adjust(Duration.minutes(isProof ? 3 : 2))
    const { answers, rateWindows } = yield* Simulator.use(({ journal }) => journal)
    assert.isUndefined(answers["429"])
    assert.lengthOf(rateWindows, isProof ? 3 : 2)
    for (const { count, refused } of rateWindows.slice(0, -1)) {
      assert.isAtLeast(count, 297)
      assert.strictEqual(refused, 0)
    }
  }).pipe(Effect.provide(Stack.layerTransport(late)), Random.withSeed("late"))
)

/** How long each of these calls took, in milliseconds. */
const together = (client: Client, calls: number, span: Duration.Input = "55 seconds") =>
  Effect.gen(function* () {
    const timed = Effect.map(Effect.timed(client.http.execute(users)), ([took]) => Duration.toMillis(took))
    const fiber = yield* Effect.forkChild(
      Effect.all(
        Array.from({ length: calls }, () => timed),
        { concurrency: "unbounded" }
      ),
      { startImmediately: true }
    )
    yield* TestClock.adjust(span)
    return yield* Fiber.join(fiber)
  })

describe("a burst", () => {
  it.effect("of 50 calls waits for nothing, and neither does the next one once it has rested", () =>
    Effect.gen(function* () {
      const host = WindowHost.make({ delay: 0 })
      const [client] = yield* WindowHost.clients(host.client, WindowHost.manager())
      assert.strictEqual(Math.max(...(yield* together(client!, 50))), 0)
      assert.strictEqual(Math.max(...(yield* together(client!, 50))), 0)
    })
  )

  it.effect("of all that is allowed is spread over the window", () =>
    Effect.gen(function* () {
      const host = WindowHost.make({ delay: 0 })
      const [client] = yield* WindowHost.clients(host.client, WindowHost.manager())
      const fiber = yield* Effect.forkChild(saturate(client!, 50).pipe(Effect.andThen(Effect.never)))
      yield* TestClock.adjust("20 seconds")
      const early = host.calls.length
      yield* TestClock.adjust("39 seconds")
      assert.approximately(early, 60 + 80, 3)
      assert.approximately(host.calls.length, 297, 3)
      yield* Fiber.interrupt(fiber)
    })
  )

  it.effect("is not let through when others have used up the window", () =>
    Effect.gen(function* () {
      const host = WindowHost.make({ delay: 0 })
      const [client] = yield* WindowHost.clients(host.client, WindowHost.manager())
      yield* host.others(290)
      yield* client!.http.execute(users)
      const took = yield* together(client!, 9)
      assert.isAbove(Math.max(...took), 40_000)
      assert.strictEqual(counts(host.calls).refused, 0)
    })
  )
})

describe("an allowance", () => {
  it.effect("is shared by the clients of one token manager", () =>
    Effect.gen(function* () {
      const host = WindowHost.make()
      const clients = yield* WindowHost.clients(host.client, WindowHost.manager(), 3)
      for (const client of clients) yield* saturate(client, 20)
      yield* TestClock.adjust(Duration.minutes(minutes))
      const { answered, refused } = counts(host.calls)
      assert.strictEqual(refused, 0)
      assert.isAtLeast(answered, 297 * minutes)
    })
  )

  it.effect("of a kind of its own slows down no other kind", () =>
    Effect.gen(function* () {
      const host = WindowHost.make({ delay: 0, kinds: { analytics: 180 } })
      const [client] = yield* WindowHost.clients(host.client, WindowHost.manager())
      yield* client!.http.execute(users)
      yield* client!.http.execute(analytics)
      yield* saturate(client!, 50)
      yield* saturate(client!, 50, analytics)
      yield* TestClock.adjust(Duration.minutes(minutes))
      const of = (kind: string) => counts(host.calls.filter((call) => call.kind === kind))
      assert.strictEqual(of("users").refused + of("analytics").refused, 0)
      assert.isAtLeast(of("users").answered, 297 * minutes)
      assert.isAtLeast(of("analytics").answered, 178.2 * minutes)
      const budgets = yield* client!.budgets
      assert.deepStrictEqual(
        budgets.map(({ allowed, kind }) => [kind, allowed]),
        [
          ["*", 300],
          ["analytics", 180]
        ]
      )
    })
  )

  // One in sixty such runs of ten minutes meets a 429: nobody says when a window ends. So this one has a seed.
  it.effect("is 300 a minute where no header says so", () =>
    Effect.gen(function* () {
      const host = WindowHost.make({ headers: false })
      const [client] = yield* WindowHost.clients(host.client, WindowHost.manager())
      yield* saturate(client!, 50)
      yield* TestClock.adjust(Duration.minutes(minutes))
      const { answered, refused } = counts(host.calls)
      assert.strictEqual(refused, 0)
      assert.isAtLeast(answered, 297 * minutes)
    }).pipe(Random.withSeed("no header"))
  )

  it.effect("is begun anew with another token", () =>
    Effect.gen(function* () {
      const host = WindowHost.make({ delay: 0 })
      const tokens = WindowHost.manager()
      const [client] = yield* WindowHost.clients(host.client, tokens)
      yield* host.others(299)
      yield* client!.http.execute(users)
      assert.strictEqual((yield* client!.budgets)[0]?.used, 300)
      yield* tokens.renew
      const fiber = yield* Effect.forkChild(client!.http.execute(users), { startImmediately: true })
      yield* TestClock.adjust(1)
      // The host's window is that of the old token: the call was sent, and refused.
      assert.strictEqual(host.calls.length, 2)
      yield* Fiber.interrupt(fiber)
    })
  )
})

describe("what a host has counted", () => {
  it.effect("in a window that is over, says an answer that comes late, counts no more", () =>
    Effect.gen(function* () {
      const host = WindowHost.make({ delay: 0 })
      // This one's answer takes a while.
      const lazy = HttpClientRequest.get("/api/v2/users/lazy")
      const slow = HttpClient.make((request) =>
        Effect.tap(host.client.execute(request), () =>
          request.url.endsWith("/lazy") ? Effect.sleep("500 millis") : Effect.void
        )
      )
      const [client] = yield* WindowHost.clients(slow, WindowHost.manager())
      yield* host.others(297)
      yield* client!.http.execute(users)
      yield* TestClock.adjust("59700 millis")
      yield* Effect.forkChild(client!.http.execute(lazy), { startImmediately: true })
      yield* TestClock.adjust("350 millis")
      // The first call of the next window; nothing is known of that until it is answered.
      yield* Effect.forkChild(client!.http.execute(lazy), { startImmediately: true })
      yield* TestClock.adjust("250 millis")
      // 299 of the last window are none of this one.
      assert.strictEqual((yield* client!.budgets)[0]?.used, 1)
      assert.deepStrictEqual(yield* together(client!, 1), [0])
    })
  )

  it.effect("by the time it refuses a call is all that it allows, and not more", () =>
    Effect.gen(function* () {
      const host = WindowHost.make({ delay: 0 })
      const [client] = yield* WindowHost.clients(host.client, WindowHost.manager())
      for (let call = 0; call < 3; call++) yield* client!.http.execute(users)
      yield* host.others(297)
      const fiber = yield* Effect.forkChild(Effect.ignore(client!.http.execute(users)), { startImmediately: true })
      yield* TestClock.adjust("1 second")
      assert.deepInclude((yield* client!.budgets)[0], { allowed: 300, used: 300 })
      yield* Fiber.interrupt(fiber)
    })
  )
})

describe("a call that waits for its turn", () => {
  it.effect("is not overtaken by one that comes when it could go already", () =>
    Effect.gen(function* () {
      // Others have used up the window of the first token.
      let count = 300
      const host = HttpClient.make((request) =>
        Effect.sync(() => {
          const headers = {
            "inin-ratelimit-allowed": "300",
            "inin-ratelimit-count": String(count),
            "inin-ratelimit-reset": "60"
          }
          return HttpClientResponse.fromWeb(request, new Response("{}", { headers }))
        })
      )
      const tokens = WindowHost.manager()
      const [client] = yield* WindowHost.clients(host, tokens)
      yield* client!.http.execute(users)
      const call = Effect.forkChild(Effect.andThen(client!.http.execute(users), Clock.currentTimeMillis), {
        startImmediately: true
      })
      const early = yield* call
      yield* TestClock.adjust("100 millis")
      // Another token has a window of its own: the one that waits finds out within a second.
      count = 1
      yield* tokens.renew
      const next = yield* call
      yield* TestClock.adjust("2 seconds")
      assert.isAbove(yield* Fiber.join(early), 100)
      assert.isAtLeast(yield* Fiber.join(next), yield* Fiber.join(early))
    })
  )

  it.effect("gives its place to the next one when it is interrupted", () =>
    Effect.gen(function* () {
      const host = WindowHost.make({ delay: 0 })
      const [client] = yield* WindowHost.clients(host.client, WindowHost.manager())
      yield* together(client!, 60)
      yield* together(client!, 0)
      const start = yield* Clock.currentTimeMillis
      const waiting = yield* Effect.forEach(Array.from({ length: 100 }), () =>
        Effect.forkChild(client!.http.execute(users), { startImmediately: true })
      )
      const last = yield* Effect.forkChild(Effect.andThen(client!.http.execute(users), Clock.currentTimeMillis), {
        startImmediately: true
      })
      yield* Effect.forEach(waiting, Fiber.interrupt)
      yield* TestClock.adjust("1 second")
      assert.isAtMost((yield* Fiber.join(last)) - start, 1000)
    })
  )

  it.effect("beyond its deadline fails with a RateLimitError that says when its turn would have come", () =>
    Effect.gen(function* () {
      const host = WindowHost.make({ delay: 0 })
      const [client] = yield* WindowHost.clients(host.client, WindowHost.manager())
      yield* saturate(client!, 500)
      const fiber = yield* Effect.forkChild(Effect.result(client!.http.execute(users)), { startImmediately: true })
      yield* TestClock.adjust("60 seconds")
      const result = yield* Fiber.join(fiber)
      assert.isTrue(Result.isFailure(result))
      if (Result.isFailure(result)) {
        if (result.failure._tag !== "RateLimitError") return assert.fail(result.failure._tag)
        assert.include(result.failure.message, "was not sent before its deadline")
        // 60 of the 500 went at once, and one more every 0.2 s for a minute: 140 others are still before it.
        const { retryAfter } = result.failure
        assert.approximately(retryAfter === undefined ? 0 : Duration.toSeconds(retryAfter), 28, 4)
      }
    })
  )

  it.effect("is sent after a 429 as soon as the host allows it", () =>
    Effect.gen(function* () {
      const host = WindowHost.make({ delay: 0, headers: false })
      const [client] = yield* WindowHost.clients(host.client, WindowHost.manager())
      yield* host.others(299)
      const took = yield* together(client!, 3, "2 minutes")
      // The first one passed; the others were refused, and waited for the next window.
      assert.approximately(Math.max(...took), 60_000, 6_000)
    }).pipe(Effect.provideService(RetryPolicy, new Policy({ deadline: Duration.minutes(2) })))
  )
})
