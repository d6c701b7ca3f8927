/** One attempt of a call, and the wait for the next: what is sent, what is told of it, and when it is over. */
import { Environment } from "@effect-genesys/auth/Environment"
import { TokenManager } from "@effect-genesys/auth/TokenManager"
import { RateLimitError, type TokenError, UnavailableError } from "@effect-genesys/auth/TokenError"
import { TokenStatus } from "@effect-genesys/auth/TokenStatus"
import { assert, describe, it } from "@effect/vitest"
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as HttpClient from "effect/http/HttpClient"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as HttpClientResponse from "effect/http/HttpClientResponse"
import * as Layer from "effect/Layer"
import * as Metric from "effect/Metric"
import * as Stream from "effect/Stream"
import * as TestClock from "effect/testing/TestClock"
import { GenesysClient } from "../src/GenesysClient.ts"
import * as Metrics from "../src/Metrics.ts"
import { RateLimit } from "../src/RateLimit.ts"
import { Policy, RetryPolicy } from "../src/RetryPolicy.ts"
import { OnWait, type Wait } from "../src/Waiting.ts"
import { refusal } from "./ScriptedApi.ts"
import * as WindowHost from "./WindowHost.ts"

const hour = 3_600_000
const get = HttpClientRequest.get("/api/v2/users")
const login = "https://login.mypurecloud.com"
const noToken = (error: Partial<ConstructorParameters<typeof UnavailableError>[0]> = {}) =>
  new UnavailableError({ reason: "Timeout", host: login, message: "there is none", ...error })

interface World {
  /** Each request takes so long. */
  readonly takes?: Duration.Input
  readonly answer?: () => Response
  readonly token?: TokenManager["Service"]["token"]
  /** How long a turn is waited for, and what is said of that before. */
  readonly turn?: number
}

/** A client in a world whose clock shows one o'clock, and what happens there. All moments count from then on. */
const make = Effect.fnUntraced(function* ({ answer = () => Response.json({}), takes = 0, token, turn }: World) {
  yield* TestClock.setTime(hour)
  const sent: Array<HttpClientRequest.HttpClientRequest> = []
  const sentAt: Array<number> = []
  const refusedUntil: Array<number> = []
  const now = Effect.map(Clock.currentTimeMillis, (millis) => millis - hour)
  const host = HttpClient.make((request) =>
    Effect.gen(function* () {
      sent.push(request)
      sentAt.push(yield* now)
      yield* Effect.sleep(takes)
      return HttpClientResponse.fromWeb(request, answer())
    })
  )
  const limit = RateLimit.of({
    acquire: Effect.fnUntraced(function* ({ onWait }) {
      if (turn !== undefined) {
        onWait?.((yield* Clock.currentTimeMillis) + turn)
        yield* Effect.sleep(turn)
      }
      return {
        answered: () => Effect.void,
        refused: (until) => Effect.sync(() => void refusedUntil.push(until - hour))
      }
    }),
    describe: () => [],
    watch: () => Effect.void
  })
  const tokens = WindowHost.manager()
  const status = Effect.succeed(new TokenStatus({ state: "empty", renewing: false, generation: 0 }))
  const manager = TokenManager.of({ ...tokens, status, ...(token === undefined ? {} : { token }) })
  const client = Layer.fresh(GenesysClient.layer).pipe(
    Layer.provide([
      Layer.succeed(TokenManager, manager),
      Layer.succeed(RateLimit, limit),
      Environment.layer(),
      Layer.succeed(HttpClient.HttpClient, host)
    ])
  )
  return { client: Context.get(yield* Layer.build(client), GenesysClient), refusedUntil, sent, sentAt }
})

/** How a call ends, and after how many milliseconds. */
const ended = Effect.fnUntraced(function* (
  client: GenesysClient["Service"],
  policy: Partial<Policy>,
  request: HttpClientRequest.HttpClientRequest = get
) {
  const fiber = yield* Effect.result(client.text(request)).pipe(
    Effect.timed,
    Effect.provideService(RetryPolicy, new Policy(policy)),
    Effect.forkChild({ startImmediately: true })
  )
  while (fiber.pollUnsafe() === undefined) {
    for (let turn = 0; turn < 3; turn++) yield* Effect.promise(() => new Promise<void>((done) => setImmediate(done)))
    if (fiber.pollUnsafe() === undefined) yield* TestClock.adjust("1 second")
  }
  const [took, result] = yield* Fiber.join(fiber)
  return { took: Duration.toMillis(took), error: result._tag === "Failure" ? result.failure : undefined }
})

describe("a request", () => {
  it.effect("asks for JSON, unless it says what it asks for", () =>
    Effect.gen(function* () {
      const { client, sent } = yield* make({})
      yield* client.text(get)
      yield* client.text(HttpClientRequest.setHeader(get, "accept", "text/csv"))
      assert.deepStrictEqual(
        sent.map(({ headers }) => headers["accept"]),
        ["application/json", "text/csv"]
      )
    })
  )

  const timed = (world: World, policy: Partial<Policy>) =>
    Effect.gen(function* () {
      const { client } = yield* make(world)
      yield* ended(client, { maxRetries: 0, ...policy })
      const metrics = yield* Metric.snapshot
      return metrics.flatMap((one) => (one.type === "Histogram" ? [[one.id, one.state.count, one.state.sum]] : []))
    }).pipe(Effect.provideService(Metric.MetricRegistry, new Map()))

  it.effect("takes, by its metric, from when it was sent until it is answered", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* timed({ takes: "2 seconds" }, {}), [[Metrics.apiRequestSeconds.id, 1, 2]])
    })
  )

  it.effect("takes, by its metric, until it is given up", () =>
    Effect.gen(function* () {
      const policy = { attemptTimeout: Duration.seconds(4) }
      assert.deepStrictEqual(yield* timed({ takes: "1 hour" }, policy), [[Metrics.apiRequestSeconds.id, 1, 4]])
    })
  )

  it.effect("waits for its turn, by another metric, for as long as it does", () =>
    Effect.gen(function* () {
      const found = yield* timed({ turn: 3_000 }, {})
      assert.sameDeepMembers(found, [
        [Metrics.apiPacingSeconds.id, 1, 3],
        [Metrics.apiRequestSeconds.id, 1, 0]
      ])
    })
  )
})

describe("a turn that a call has to wait for", () => {
  for (const millis of [999, 1_000, 41_000]) {
    it.effect(`${millis} ms is ${millis < 1_000 ? "not told" : "told, with its length"}`, () =>
      Effect.gen(function* () {
        const { client } = yield* make({ turn: millis })
        const waits: Array<Wait> = []
        const told = OnWait.of((wait) => void waits.push(wait))
        const { error } = yield* Effect.provideService(ended(client, {}), OnWait, told)
        assert.isUndefined(error)
        assert.deepStrictEqual(waits, millis < 1_000 ? [] : [{ reason: "Turn", millis, cause: undefined }])
      })
    )
  }

  it.effect("and that comes after its deadline is still that far away, says its error", () =>
    Effect.gen(function* () {
      const { client } = yield* make({ turn: 50_000 })
      const { error, took } = yield* ended(client, { deadline: Duration.seconds(20) })
      assert.strictEqual(took, 20_000)
      assert.strictEqual(error?._tag, "RateLimitError")
      if (error?._tag === "RateLimitError") assert.deepStrictEqual(error.retryAfter, Duration.seconds(30))
    })
  )
})

describe("a 429", () => {
  const limited: ReadonlyArray<readonly [after: string | undefined, until: ReadonlyArray<number>]> = [
    [undefined, [1_000]],
    ["20", [20_000]],
    ["180", [180_000]],
    ["181", []]
  ]
  for (const [after, until] of limited) {
    it.effect(
      `${after === undefined ? "that names no time" : `for ${after} s`} ${
        until.length === 0 ? "is of this call alone" : "holds up the calls of its kind until then"
      }`,
      () =>
        Effect.gen(function* () {
          const headers: Record<string, string> = after === undefined ? {} : { "retry-after": after }
          const { client, refusedUntil } = yield* make({ answer: () => refusal(429, "too.many.requests", headers) })
          yield* ended(client, { maxRetries: 0 })
          assert.deepStrictEqual(refusedUntil, until)
        })
    )
  }
})

describe("the next attempt", () => {
  it.effect(
    "of an outage comes every 3 s, after five minutes every 9, after ten every 27, and soon before the deadline",
    () =>
      Effect.gen(function* () {
        const { client, sentAt } = yield* make({ answer: () => refusal(503, "service.unavailable") })
        const { error, took } = yield* ended(client, { maxRetries: 1_000, deadline: Duration.minutes(15) })
        assert.strictEqual(error?._tag, "UnavailableError")
        assert.isAtMost(took, 900_000)
        const seconds = sentAt.map((millis) => millis / 1_000)
        const every = (step: number, from: number, to: number) =>
          Array.from({ length: (to - from) / step + 1 }, (_, count) => from + count * step)
        assert.deepStrictEqual(seconds.slice(0, 101), every(3, 0, 300))
        assert.deepStrictEqual(seconds.slice(101, 135), every(9, 309, 606))
        assert.deepStrictEqual(seconds.slice(135, 145), every(27, 633, 876))
        assert.strictEqual(seconds[145], 897)
      })
  )

  /** When a call asks for a token, while there is none, or not at first. */
  const asks = (errors: ReadonlyArray<TokenError>, policy: Partial<Policy>, takes: Duration.Input = 0) =>
    Effect.gen(function* () {
      const askedAt: Array<number> = []
      const token = Effect.gen(function* () {
        askedAt.push((yield* Clock.currentTimeMillis) - hour)
        yield* Effect.sleep(takes)
        return yield* errors[Math.min(askedAt.length, errors.length) - 1]!
      })
      const { client } = yield* make({ token })
      const { took } = yield* ended(client, policy)
      return { askedAt, took }
    })

  it.effect("without a token comes after a second, or when the login host says so, if that is later", () =>
    Effect.gen(function* () {
      const limit = (seconds: number) =>
        new RateLimitError({ source: "login", message: "later", retryAfter: Duration.seconds(seconds) })
      const half = new RateLimitError({ source: "login", message: "soon", retryAfter: Duration.millis(500) })
      const { askedAt } = yield* asks([noToken(), limit(7), half, limit(60)], { deadline: Duration.seconds(20) })
      assert.deepStrictEqual(askedAt, [0, 1_000, 8_000, 9_000])
    })
  )

  for (const [unreachable, asked] of [
    [5_000, [0]],
    [5_001, [0, 3_000]],
    [8_001, [0, 3_000, 6_000]]
  ] as const) {
    it.effect(`is the last one if another would end ${unreachable} ms after a login host could not be reached`, () =>
      Effect.gen(function* () {
        // Each takes 2 s, and there is a second between two.
        const policy = { deadline: Duration.minutes(1), unreachable: Duration.millis(unreachable) }
        const { askedAt } = yield* asks([noToken({ reason: "Connection" })], policy, "2 seconds")
        assert.deepStrictEqual(askedAt, [...asked])
      })
    )
  }

  it.effect("of an API that refuses every token, each issued long ago, comes five times", () =>
    Effect.gen(function* () {
      const { client, sent } = yield* make({ answer: () => refusal(401, "bad.credentials") })
      const { error } = yield* ended(client, {})
      assert.strictEqual(error?._tag, "UnauthorizedError")
      assert.lengthOf(sent, 6)
    })
  )

  const stream = () =>
    HttpClientRequest.bodyStream(HttpClientRequest.put("/api/v2/users"), Stream.make(new Uint8Array(1)))

  it.effect("of a body that streams never comes, once it was sent", () =>
    Effect.gen(function* () {
      const { client, sent } = yield* make({ answer: () => refusal(503, "service.unavailable") })
      const { error } = yield* ended(client, {}, stream())
      assert.strictEqual(error?._tag, "UnavailableError")
      assert.lengthOf(sent, 1)
    })
  )

  it.effect("of a body that streams comes, if there was no token to send it with", () =>
    Effect.gen(function* () {
      const tokens = WindowHost.manager()
      let asked = 0
      const token = Effect.suspend(() => (asked++ === 0 ? Effect.fail(noToken()) : tokens.token))
      const { client, sentAt } = yield* make({ token })
      const { error } = yield* ended(client, {}, stream())
      assert.isUndefined(error)
      assert.deepStrictEqual(sentAt, [1_000])
    })
  )
})
