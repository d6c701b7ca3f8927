import { assert, describe, it } from "@effect/vitest"
import { TokenManager } from "@effect-genesys/auth/TokenManager"
import type { Fault } from "@effect-genesys/simulator/Fault"
import { Simulator } from "@effect-genesys/simulator/Simulator"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Random from "effect/Random"
import * as Redacted from "effect/Redacted"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as TestClock from "effect/testing/TestClock"
import { ConversationDetails } from "../src/ConversationDetails.ts"
import { GenesysClient } from "../src/GenesysClient.ts"
import { Policy, RetryPolicy } from "../src/RetryPolicy.ts"
import { Users } from "../src/Users.ts"
import * as Stack from "./Stack.ts"

const findUser = Users.use((users) => users.findByEmail("Test.User@yourcompany.com"))
const send = (request: HttpClientRequest.HttpClientRequest) => GenesysClient.use(({ http }) => http.execute(request))
const fault = (options: Fault) => Simulator.use((simulator) => simulator.addFault(options))
const journal = Simulator.use((simulator) => simulator.journal)
const usersPath = "/api/v2/users/search"

/** The statuses of the API's answers, in order. */
const statuses = Effect.map(journal, ({ requests }) =>
  requests.filter(({ path }) => path.startsWith("/api/")).map(({ status }) => status)
)

/** Runs a call while the clock moves, and tells how long it took. */
const running = <A, E, R>(effect: Effect.Effect<A, E, R>, span: Duration.Input = "5 minutes") =>
  Effect.gen(function* () {
    const fiber = yield* Effect.forkChild(Effect.timed(Effect.result(effect)), { startImmediately: true })
    yield* TestClock.adjust(span)
    const [took, result] = yield* Fiber.join(fiber)
    return { seconds: Duration.toSeconds(took), result }
  })

const tagOf = <A, E extends { readonly _tag: string }>(result: Result.Result<A, E>) =>
  Result.isFailure(result) ? result.failure._tag : "Success"

describe("a call", () => {
  it.effect("finds a user by e-mail address", () =>
    Effect.gen(function* () {
      const user = Option.getOrThrow(yield* findUser)
      assert.strictEqual(user.email, "test.user@yourcompany.com")
      assert.isTrue(Option.isNone(yield* Users.use((users) => users.findByEmail("nobody@example.com"))))
    }).pipe(Effect.provide(Stack.layer()))
  )

  it.effect("queries conversation details, and past the last page there are none", () =>
    Effect.gen(function* () {
      yield* TestClock.adjust("60 days")
      const interval = "1970-02-01T00:00:00.000Z/1970-02-02T00:00:00.000Z"
      const query = (pageNumber: number) =>
        ConversationDetails.use((conversations) => conversations.query({ interval, pageSize: 100, pageNumber }))
      const first = yield* query(1)
      assert.strictEqual(first.conversations.length, 100)
      assert.isAbove(first.totalHits ?? 0, 100)
      assert.deepStrictEqual((yield* query(1_000)).conversations, [])
    }).pipe(Effect.provide(Stack.layer()))
  )

  it.effect("sends its token to no other host", () =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(send(HttpClientRequest.get("https://elsewhere.example/api/v2/users")))
      assert.strictEqual(error._tag, "InvalidRequestError")
      assert.strictEqual((yield* journal).tokenRequests, 0)
    }).pipe(Effect.provide(Stack.layer()))
  )
})

describe("401", () => {
  it.effect("of a revoked token: another token, and the call succeeds", () =>
    Effect.gen(function* () {
      yield* findUser
      yield* TestClock.adjust("1 hour")
      yield* Simulator.use((simulator) => simulator.revokeTokens)
      yield* findUser
      assert.deepStrictEqual(yield* statuses, [200, 401, 200])
      assert.strictEqual((yield* journal).tokenRequests, 2)
    }).pipe(Effect.provide(Stack.layer()))
  )

  it.effect("of 50 calls at once: one more token", () =>
    Effect.gen(function* () {
      yield* findUser
      yield* TestClock.adjust("1 hour")
      yield* Simulator.use((simulator) => simulator.revokeTokens)
      yield* Effect.all(
        Array.from({ length: 50 }, () => findUser),
        { concurrency: "unbounded" }
      )
      assert.strictEqual((yield* journal).tokenRequests, 2)
    }).pipe(Effect.provide(Stack.layer()))
  )

  it.effect("twice is an UnauthorizedError, and no refusal of the credentials", () =>
    Effect.gen(function* () {
      yield* findUser
      yield* TestClock.adjust("1 hour")
      yield* fault({ path: usersPath, status: 401 })
      const { result } = yield* running(findUser)
      assert.strictEqual(tagOf(result), "UnauthorizedError")
      assert.notStrictEqual((yield* TokenManager.use((manager) => manager.status)).state, "refused")
      yield* Simulator.use((simulator) => simulator.clearFaults)
      assert.strictEqual(tagOf((yield* running(findUser)).result), "Success")
    }).pipe(Effect.provide(Stack.layer()))
  )

  it.effect("twice, of tokens that both died before the call, is survived", () =>
    Effect.gen(function* () {
      yield* findUser
      yield* TestClock.adjust("1 hour")
      const manager = yield* TokenManager
      // Another caller renews while this one's request is under way; then everything is revoked.
      yield* fault({ path: usersPath, delayMs: 1_000, times: 1 })
      const fiber = yield* Effect.forkChild(findUser, { startImmediately: true })
      yield* manager.renew
      yield* TestClock.adjust("500 millis")
      yield* Simulator.use((simulator) => simulator.revokeTokens)
      yield* TestClock.adjust("5 seconds")
      assert.isTrue(Option.isSome(yield* Fiber.join(fiber)))
    }).pipe(Effect.provide(Stack.layer()))
  )

  it.effect("again after the API had taken the token is survived", () =>
    Effect.gen(function* () {
      const { revokeTokens } = yield* Simulator
      yield* findUser
      yield* TestClock.adjust("1 hour")
      yield* revokeTokens
      yield* fault({ path: "/api/v2/nothing", status: 200 })
      const fiber = yield* Effect.forkChild(
        Effect.gen(function* () {
          yield* fault({ path: usersPath, status: 401, times: 1 })
          yield* fault({ path: usersPath, status: 429, times: 1, headers: { "retry-after": "50" } })
          return yield* findUser
        }),
        { startImmediately: true }
      )
      yield* TestClock.adjust("30 seconds")
      yield* revokeTokens
      yield* TestClock.adjust("25 seconds")
      assert.isTrue(Option.isSome(yield* Fiber.join(fiber)))
      assert.deepStrictEqual((yield* statuses).slice(1), [401, 429, 401, 200])
    }).pipe(Effect.provide(Stack.layer()))
  )

  it.effect("authentication.required is no reason to renew", () =>
    Effect.gen(function* () {
      yield* findUser
      yield* TestClock.adjust("1 hour")
      yield* fault({ path: usersPath, status: 401, body: { code: "authentication.required", message: "No token" } })
      assert.strictEqual(tagOf((yield* running(findUser)).result), "UnauthorizedError")
      assert.strictEqual((yield* journal).tokenRequests, 1)
    }).pipe(Effect.provide(Stack.layer()))
  )
})

describe("429", () => {
  it.effect("waits for Retry-After, and any method is sent again", () =>
    Effect.gen(function* () {
      yield* fault({ path: "/api/v2/tokens/me", status: 429, times: 1, headers: { "retry-after": "42" } })
      const { result, seconds } = yield* running(send(HttpClientRequest.delete("/api/v2/tokens/me")))
      assert.strictEqual(tagOf(result), "Success")
      assert.approximately(seconds, 42, 0.1)
    }).pipe(Effect.provide(Stack.layer()))
  )

  it.effect("of a daily limit is an error at once", () =>
    Effect.gen(function* () {
      yield* fault({ path: usersPath, status: 429, headers: { "retry-after": "7200" } })
      const error = yield* Effect.flip(findUser)
      assert.strictEqual(error._tag, "RateLimitError")
      assert.deepInclude(error, { source: "api", retryAfter: Duration.hours(2) })
    }).pipe(Effect.provide(Stack.layer()))
  )

  it.effect("is given up after the last retry", () =>
    Effect.gen(function* () {
      yield* fault({ path: usersPath, status: 429, headers: { "retry-after": "1" } })
      assert.strictEqual(tagOf((yield* running(findUser)).result), "RateLimitError")
      assert.deepStrictEqual(yield* statuses, [429, 429, 429, 429])
    }).pipe(Effect.provide(Stack.layer()))
  )
})

describe("an answer that never came", () => {
  for (const status of [502, 503, 504]) {
    it.effect(`${status}: a search is sent again`, () =>
      Effect.gen(function* () {
        yield* fault({ path: usersPath, status, times: 2 })
        const { result, seconds } = yield* running(findUser)
        assert.strictEqual(tagOf(result), "Success")
        assert.approximately(seconds, 6, 0.1)
      }).pipe(Effect.provide(Stack.layer()))
    )
  }

  it.effect("a POST that writes is not sent again", () =>
    Effect.gen(function* () {
      yield* fault({ path: "/api/v2/users", status: 503 })
      const { result } = yield* running(send(HttpClientRequest.post("/api/v2/users")))
      assert.strictEqual(tagOf(result), "UnavailableError")
      assert.deepStrictEqual(yield* statuses, [503])
    }).pipe(Effect.provide(Stack.layer()))
  )

  it.effect("a repeated DELETE that finds nothing has succeeded", () =>
    Effect.gen(function* () {
      yield* fault({ path: "/api/v2/things/1", status: 504, times: 1 })
      const { result } = yield* running(send(HttpClientRequest.delete("/api/v2/things/1")))
      assert.strictEqual(tagOf(result), "Success")
      assert.deepStrictEqual(yield* statuses, [504, 404])
    }).pipe(Effect.provide(Stack.layer()))
  )

  it.effect("JSON that breaks off is asked for again", () =>
    Effect.gen(function* () {
      yield* fault({ path: usersPath, status: 200, body: '{"results": [{"id": "a', times: 1 })
      assert.strictEqual(tagOf((yield* running(findUser)).result), "Success")
    }).pipe(Effect.provide(Stack.layer()))
  )

  it.effect("an attempt that hangs is given up, and the next one succeeds", () =>
    Effect.gen(function* () {
      yield* fault({ path: usersPath, hang: true, times: 1 })
      const { result, seconds } = yield* running(findUser)
      assert.strictEqual(tagOf(result), "Success")
      assert.strictEqual(seconds, 33)
    }).pipe(Effect.provide(Stack.layer()))
  )

  it.effect("a patient program outlasts ten minutes of 503, in Genesys' own steps", () =>
    Effect.gen(function* () {
      yield* fault({ path: usersPath, status: 503, forSeconds: 600 })
      const { result } = yield* running(findUser, "15 minutes")
      assert.strictEqual(tagOf(result), "Success")
      // 100 of 3 s, then about 33 of 9 s.
      assert.approximately((yield* statuses).length, 135, 3)
    }).pipe(
      Effect.provideService(RetryPolicy, new Policy({ deadline: Duration.minutes(15), maxRetries: 1000 })),
      Effect.provide(Stack.layer())
    )
  )

  it.effect("a call that hangs ends with the deadline", () =>
    Effect.gen(function* () {
      yield* fault({ path: usersPath, hang: true })
      const { result, seconds } = yield* running(findUser)
      assert.strictEqual(Result.isFailure(result) && "reason" in result.failure && result.failure.reason, "Timeout")
      assert.strictEqual(seconds, 60)
    }).pipe(Effect.provide(Stack.layer()))
  )

  it.effect("the deadline is a setting", () =>
    Effect.gen(function* () {
      yield* fault({ path: usersPath, hang: true })
      const { seconds } = yield* running(findUser)
      assert.strictEqual(seconds, 7)
    }).pipe(
      Effect.provideService(RetryPolicy, new Policy({ deadline: Duration.seconds(7) })),
      Effect.provide(Stack.layer())
    )
  )
})

const isProof = process.env["PROVE"] !== undefined

describe("no token", () => {
  // `PROVE=1`: also between the shortest and the longest, and of each 40 times; else 15.
  for (const seconds of [10, 35, 50, 54]) {
    it.effect.skipIf((seconds === 35 || seconds === 50) && !isProof)(
      `an outage of the login host of ${seconds} s fails no call, whatever the jitter`,
      () =>
        Effect.gen(function* () {
          for (let seed = 0; seed < (isProof ? 40 : 15); seed++) {
            yield* Effect.gen(function* () {
              yield* fault({ path: "/oauth/token", status: 503, forSeconds: seconds })
              assert.strictEqual(tagOf((yield* running(findUser)).result), "Success")
            }).pipe(Effect.provide(Layer.fresh(Stack.layer())), Random.withSeed(seed))
          }
        })
    )
  }

  it.effect("refused credentials are an error at once", () =>
    Effect.gen(function* () {
      const { clientId, updateClient } = yield* Simulator
      yield* updateClient(clientId, { state: "disabled" })
      assert.strictEqual((yield* Effect.flip(findUser))._tag, "AuthenticationError")
      assert.strictEqual((yield* Effect.flip(findUser))._tag, "AuthenticationError")
      assert.strictEqual((yield* journal).tokenRequests, 1)
    }).pipe(Effect.provide(Stack.layer()))
  )
})

it.effect("a token that the API echoes is cut out of the error", () =>
  Effect.gen(function* () {
    const { value } = yield* TokenManager.use((manager) => manager.token)
    yield* fault({ path: usersPath, status: 400, body: { message: `you sent Bearer ${Redacted.value(value)}` } })
    const error = yield* Effect.flip(findUser)
    assert.include(error.message, "<redacted>")
    assert.notInclude(JSON.stringify(error) + error.message, Redacted.value(value))
  }).pipe(Effect.provide(Stack.layer()))
)

describe("errors", () => {
  const rows: ReadonlyArray<readonly [number, string]> = [
    [400, "InvalidRequestError"],
    [403, "PermissionError"],
    [404, "NotFoundError"],
    [409, "ConflictError"],
    [413, "InvalidRequestError"],
    [415, "InvalidRequestError"],
    [418, "InvalidRequestError"],
    [500, "UnavailableError"],
    [302, "UnavailableError"]
  ]
  for (const [status, tag] of rows) {
    it.effect(`${status} is a ${tag} that names the call and its correlation id`, () =>
      Effect.gen(function* () {
        yield* fault({ path: usersPath, status })
        const error = yield* Effect.flip(findUser)
        assert.strictEqual(error._tag, tag)
        assert.isTrue("api" in error)
        const api = "api" in error ? error.api : undefined
        assert.strictEqual(api?.method, "POST")
        assert.strictEqual(api?.path, usersPath)
        assert.strictEqual(api?.status, status)
        assert.isString(api?.correlationId)
        assert.strictEqual((yield* journal).tokenRequests, 1)
      }).pipe(Effect.provide(Stack.layer()))
    )
  }

  it.effect("403 names the missing permissions", () =>
    Effect.gen(function* () {
      yield* fault({
        path: usersPath,
        status: 403,
        body: {
          code: "missing.permissions",
          message:
            "Unable to perform the requested action. You are missing the following permission(s): directory:user:view"
        }
      })
      const error = yield* Effect.flip(findUser)
      assert.deepStrictEqual(error._tag === "PermissionError" ? error.permissions : [], ["directory:user:view"])
    }).pipe(Effect.provide(Stack.layer()))
  )

  it.effect("a page of HTML is an error, not a defect", () =>
    Effect.gen(function* () {
      yield* fault({ path: usersPath, status: 200, body: "<html>Sign in</html>" })
      assert.strictEqual(tagOf((yield* running(findUser)).result), "UnavailableError")
    }).pipe(Effect.provide(Stack.layer()))
  )

  it.effect("JSON of an unknown shape is an error, and not asked for again", () =>
    Effect.gen(function* () {
      yield* fault({ path: "/api/v2/x", status: 200, body: { n: "one" } })
      const call = GenesysClient.use(({ json }) =>
        json(HttpClientRequest.get("/api/v2/x"), Schema.Struct({ n: Schema.Number }))
      )
      const error = yield* Effect.flip(call)
      assert.strictEqual(error._tag === "UnavailableError" && error.reason, "InvalidResponse")
      assert.deepStrictEqual(yield* statuses, [200])
    }).pipe(Effect.provide(Stack.layer()))
  )
})
