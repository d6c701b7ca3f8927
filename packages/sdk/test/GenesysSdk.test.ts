/** The official SDK's operations against the simulator, in memory and on the test's clock. */
import { assert, describe, it } from "@effect/vitest"
import type { GenesysError } from "@effect-genesys/client/GenesysError"
import { Policy, RetryPolicy } from "@effect-genesys/client/RetryPolicy"
import type { Fault } from "@effect-genesys/simulator/Fault"
import { Simulator } from "@effect-genesys/simulator/Simulator"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as TestClock from "effect/testing/TestClock"
import * as Tracer from "effect/Tracer"
import { GenesysSdk } from "../src/GenesysSdk.ts"
import * as Stack from "./Stack.ts"

const fault = (options: Fault) => Simulator.use((simulator) => simulator.addFault(options))
const body = { query: [{ type: "EXACT", fields: ["email"], value: "test.user@yourcompany.com" }] }
const search = GenesysSdk.use((sdk) => sdk.UsersApi.postUsersSearch(body))

/** The statuses of the API's answers, in order. */
const statuses = Simulator.use(({ journal }) =>
  Effect.map(journal, ({ requests }) =>
    requests.filter(({ path }) => path.startsWith("/api/")).map(({ status }) => status)
  )
)

/** The error of a call, while the clock moves on. */
const failing = <A, R>(effect: Effect.Effect<A, GenesysError, R>) =>
  Effect.gen(function* () {
    const fiber = yield* Effect.forkChild(Effect.flip(effect), { startImmediately: true })
    // The SDK may have to be imported first, in real time.
    while (fiber.pollUnsafe() === undefined) {
      yield* TestClock.adjust("10 seconds")
      yield* Effect.promise(() => new Promise((resolve) => setImmediate(resolve)))
    }
    return yield* Fiber.join(fiber)
  })

describe("GenesysSdk", () => {
  it.effect("searches and lists users, and queries conversations", () =>
    Effect.gen(function* () {
      yield* TestClock.adjust("60 days")
      const sdk = yield* GenesysSdk
      const found = yield* sdk.UsersApi.postUsersSearch(body)
      assert.strictEqual(found.results[0]?.name, "Test User")
      const page = yield* sdk.UsersApi.getUsers({ pageSize: 5, pageNumber: 2, expand: ["presence", "routingStatus"] })
      assert.strictEqual(page.entities?.length, 5)
      assert.isString(page.entities?.[0]?.presence?.presenceDefinition?.systemPresence)
      const user = yield* sdk.UsersApi.getUser(page.entities?.[0]?.id ?? "", { expand: ["presence"] })
      assert.strictEqual(user.name, page.entities?.[0]?.name)
      const interval = "1970-02-01T00:00:00.000Z/1970-02-02T00:00:00.000Z"
      const details = yield* sdk.AnalyticsApi.postAnalyticsConversationsDetailsQuery({ interval })
      assert.strictEqual(details.conversations?.length, 25)
    }).pipe(Effect.provide(Stack.layer()))
  )

  it.effect("outlives revoked tokens and the end of a token's life", () =>
    Effect.gen(function* () {
      yield* search
      yield* TestClock.adjust("1 hour")
      yield* Simulator.use(({ revokeTokens }) => revokeTokens)
      yield* search
      assert.deepStrictEqual(yield* statuses, [200, 401, 200])
      yield* TestClock.adjust("3 days")
      yield* search
      assert.deepStrictEqual(yield* statuses, [200, 401, 200, 200])
    }).pipe(Effect.provide(Stack.layer()))
  )

  it.effect("fails with the error types of the client", () =>
    Effect.gen(function* () {
      const sdk = yield* GenesysSdk
      const missing = yield* failing(sdk.UsersApi.getUser("6f1e1b1c-0000-4000-8000-000000000000"))
      assert.strictEqual(missing._tag, "NotFoundError")
      yield* fault({ path: "/api/v2/users", status: 403, times: 1 })
      assert.strictEqual((yield* failing(sdk.UsersApi.getUsers()))._tag, "PermissionError")
      yield* fault({ path: "/api/v2/users", status: 429, headers: { "retry-after": "7200" }, times: 1 })
      const limited = yield* failing(sdk.UsersApi.getUsers())
      assert.strictEqual(limited._tag, "RateLimitError")
      if (limited._tag === "RateLimitError") {
        assert.strictEqual(limited.api?.path, "/api/v2/users")
        assert.deepStrictEqual(limited.retryAfter, Duration.hours(2))
      }
      yield* fault({ path: "/api/v2/users", status: 503 })
      assert.strictEqual((yield* failing(sdk.UsersApi.getUsers()))._tag, "UnavailableError")
    }).pipe(Effect.provide(Stack.layer()))
  )

  it.effect("takes the caller's retry policy, span and clock", () =>
    Effect.gen(function* () {
      yield* search
      yield* fault({ path: "/api/v2/users/search", status: 503 })
      yield* failing(search.pipe(Effect.provideService(RetryPolicy, new Policy({ maxRetries: 0 }))))
      assert.deepStrictEqual(yield* statuses, [200, 503])
      yield* failing(search.pipe(Effect.provideService(RetryPolicy, new Policy({ maxRetries: 1 }))))
      assert.deepStrictEqual(yield* statuses, [200, 503, 503, 503])

      const spans: Array<Tracer.Span> = []
      const tracer = Tracer.make({
        span: (options) => {
          const span = new Tracer.NativeSpan(options)
          spans.push(span)
          return span
        }
      })
      yield* Simulator.use(({ clearFaults }) => clearFaults)
      yield* search.pipe(Effect.withSpan("caller"), Effect.provideService(Tracer.Tracer, tracer))
      const [caller, operation] = spans
      assert.deepStrictEqual([caller?.name, operation?.name], ["caller", "UsersApi.postUsersSearch"])
      assert.strictEqual(operation?.parent._tag === "Some" ? operation.parent.value.spanId : "", caller?.spanId)
    }).pipe(Effect.provide(Stack.layer()))
  )

  it.effect("refuses what the SDK refuses, without a request", () =>
    Effect.gen(function* () {
      const sdk = yield* GenesysSdk
      const missing = yield* Effect.flip(sdk.UsersApi.getUser(""))
      assert.strictEqual(missing._tag, "InvalidRequestError")
      assert.include(missing.message, 'UsersApi.getUser was not called. Missing the required parameter "userId"')
      assert.deepInclude(missing, { api: { method: "GET", path: "/api/v2/users/{userId}" } })
      const header = yield* Effect.flip(sdk.UsersApi.getUsersMe({ customHeaders: { "bad name": "1" } }))
      assert.strictEqual(header._tag, "InvalidRequestError")
      assert.include(header.message, "Invalid header name")
      const unknown = yield* Effect.flip(sdk.call("UsersApi", "getNothing", []))
      assert.strictEqual(unknown._tag, "InvalidRequestError")
      const cyclic: { self?: unknown } = {}
      cyclic.self = cyclic
      const unwritable = yield* Effect.flip(sdk.call("UsersApi", "postUsersSearch", [cyclic]))
      assert.strictEqual(unwritable._tag, "InvalidRequestError")
      assert.deepStrictEqual(yield* statuses, [])
    }).pipe(Effect.provide(Stack.layer()))
  )

  it.effect("is an object like any other to whoever looks at it", () =>
    Effect.gen(function* () {
      const sdk = yield* GenesysSdk
      const text = JSON.stringify(sdk)
      assert.strictEqual(text, "{}")
      assert.isUndefined(Reflect.get(sdk, "then"))
      assert.isUndefined(Reflect.get(sdk.UsersApi, "then"))
      assert.isUndefined(Reflect.get(sdk, Symbol.iterator))
      assert.strictEqual(sdk.UsersApi.getUsers, sdk.UsersApi.getUsers)
    }).pipe(Effect.provide(Stack.layer()))
  )
})
