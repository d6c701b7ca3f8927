/** A program that was written for the official SDK, on the real clock and over real HTTP. */
import { assert, describe, it } from "@effect/vitest"
import { NotFoundError } from "@effect-genesys/client"
import { Simulator } from "@effect-genesys/simulator/Simulator"
import type { Fault } from "@effect-genesys/simulator/Fault"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Redacted from "effect/Redacted"
import { createRequire } from "node:module"
import pc from "purecloud-platform-client-v2"
import { vi } from "vitest"
import { adopt, type AdoptOptions } from "../src/adopt.ts"
import type { ApiClient } from "../src/Operations.ts"

const fault = (options: Fault) => Simulator.use((simulator) => simulator.addFault(options))
/** The fields that a program may look at, wherever they are. */
const fieldsOf = (rejection: unknown) =>
  Object.fromEntries(
    ["_tag", "status", "code", "reason", "setting", "headers", "body"].map((name) => [
      name,
      rejection instanceof Error ? Reflect.get(rejection, name) : undefined
    ])
  )
const body = { query: [{ type: "EXACT", fields: ["email"], value: "test.user@yourcompany.com" }] }

const makeClient = () => {
  const client = new pc.ApiClientClass()
  client.config.live_reload_config = false
  return client
}

/** The program's own client, adopted for as long as the test lasts. */
const adopted = (options: AdoptOptions = {}, client: ApiClient = makeClient()) =>
  Effect.gen(function* () {
    const simulator = yield* Simulator
    const settings: AdoptOptions = {
      clientId: simulator.clientId,
      clientSecret: Redacted.value(simulator.clientSecret),
      loginUrl: simulator.url,
      apiUrl: simulator.url,
      ...options
    }
    // What was made before belongs to it, too.
    const users = new pc.UsersApi(client)
    const handle = yield* Effect.acquireRelease(
      Effect.sync(() => adopt(client, settings)),
      ({ close }) => Effect.promise(close)
    )
    return { client, users, ...handle }
  })

const ask = <A>(operation: () => Promise<A>) => Effect.promise(operation)
const rejected = <A>(operation: () => Promise<A>) =>
  Effect.flip(Effect.tryPromise({ try: operation, catch: (rejection) => rejection }))

describe("adopt", () => {
  it.live(
    "a program lives through revoked tokens and the end of their lives",
    () =>
      Effect.gen(function* () {
        const { clientId, clientSecret, advanceClock, journal, revokeTokens } = yield* Simulator
        const { client, getStatus, users } = yield* adopted()
        // As the SDK's README says: log in, then call.
        const auth = yield* ask(() => client.loginClientCredentialsGrant(clientId, Redacted.value(clientSecret)))
        assert.match(auth.accessToken, /^[\w-]{86}$/)
        for (let round = 0; round < 3; round++) {
          const found = yield* ask(() => users.postUsersSearch(body))
          assert.strictEqual(found.results[0]?.name, "Test User")
          const page = yield* ask(() => users.getUsers({ pageSize: 5, pageNumber: 2, expand: ["presence"] }))
          assert.strictEqual(page.entities?.length, 5)
          if (round === 0) yield* revokeTokens
          // For the simulator the token has come to its end.
          else yield* advanceClock(100_000)
        }
        const { requests, tokenRequests } = yield* journal
        assert.strictEqual(tokenRequests, 3)
        assert.deepStrictEqual(
          requests.filter(({ path, status }) => path.startsWith("/api/") && status !== 200).map(({ status }) => status),
          [401, 401]
        )
        assert.strictEqual((yield* ask(getStatus)).state, "ready")
      }).pipe(Effect.scoped, Effect.provide(Simulator.layer({ tokenLifetime: 86_400 }))),
    240_000
  )

  it.live("shows the token that is held: at a login, after a call that renewed it, and in between", () =>
    Effect.gen(function* () {
      const { clientId, clientSecret, revokeTokens } = yield* Simulator
      const { client, getToken, users } = yield* adopted()
      const auth = yield* ask(() => client.loginClientCredentialsGrant(clientId, Redacted.value(clientSecret)))
      const first = yield* ask(getToken)
      assert.strictEqual(auth.accessToken, first)
      yield* revokeTokens
      yield* ask(() => users.getUsers({ pageSize: 1 }))
      const second = yield* ask(getToken)
      assert.notStrictEqual(second, first)
      assert.strictEqual(auth.accessToken, second)
      assert.approximately(auth.tokenExpiryTime, Date.now() + 3_000, 3_000)
      // It lives 3 s, and is renewed in the background.
      yield* Effect.promise(() => vi.waitUntil(() => auth.accessToken !== second, 4_000))
      assert.strictEqual(yield* ask(getToken), auth.accessToken)
      assert.strictEqual((yield* Simulator.use(({ journal }) => journal)).tokenRequests, 3)
    }).pipe(Effect.scoped, Effect.provide(Simulator.layer({ tokenLifetime: 3 })))
  )

  it.live("a token of 450 days is asked for once", () =>
    Effect.gen(function* () {
      const { users } = yield* adopted()
      yield* ask(() => users.getUsers({ pageSize: 1 }))
      yield* Effect.sleep("100 millis")
      assert.strictEqual((yield* Simulator.use(({ journal }) => journal)).tokenRequests, 1)
    }).pipe(Effect.scoped, Effect.provide(Simulator.layer({ tokenLifetime: 38_880_000 })))
  )

  it.live("its rejections are our errors, with the fields that the SDK's have", () =>
    Effect.gen(function* () {
      const { client, users } = yield* adopted({ retry: { maxRetries: 0 } })
      const missing = yield* rejected(() => users.getUser("6f1e1b1c-0000-4000-8000-000000000000"))
      assert.instanceOf(missing, NotFoundError)
      assert.deepInclude(fieldsOf(missing), { status: 404, code: "not.found" })
      assert.match(String(Reflect.get(missing, "contextId")), /^[\da-f-]{36}$/)
      assert.isFalse(Object.keys(missing).includes("contextId"), "it is not printed")

      yield* fault({ path: "/api/v2/users", status: 403, times: 1 })
      assert.deepInclude(fieldsOf(yield* rejected(() => users.getUsers())), { _tag: "PermissionError", status: 403 })
      yield* fault({ path: "/api/v2/users", status: 503, times: 1 })
      assert.deepInclude(fieldsOf(yield* rejected(() => users.getUsers())), { _tag: "UnavailableError", status: 503 })
      assert.throws(() => users.getUser(""), 'Missing the required parameter "userId"')

      client.setReturnExtendedResponses(true)
      yield* fault({ path: "/api/v2/users", status: 429, headers: { "retry-after": "7200" }, times: 1 })
      const limited = fieldsOf(yield* rejected(() => users.getUsers()))
      assert.deepInclude(limited, { _tag: "RateLimitError", status: 429, headers: { "retry-after": "7200" } })
      assert.deepNestedInclude(limited, { "body.status": 429, "body.code": "too.many.requests.retry.after" })
      const extended: unknown = yield* ask(() => users.getUsers({ pageSize: 1 }))
      assert.deepNestedInclude(extended, { status: 200, "body.pageSize": 1 })
      assert.nestedProperty(extended, "headers.inin-ratelimit-count")
    }).pipe(Effect.scoped, Effect.provide(Simulator.layer()))
  )

  it.live("a wrong secret and missing settings are told apart, at the first call and at a login", () =>
    Effect.gen(function* () {
      const wrong = yield* adopted({ clientSecret: "wrong" })
      assert.deepInclude(fieldsOf(yield* rejected(() => wrong.users.getUsers())), {
        _tag: "AuthenticationError",
        status: 401,
        code: "invalid_client"
      })
      const login = yield* rejected(() => wrong.client.loginClientCredentialsGrant("id", "secret"))
      assert.deepInclude(fieldsOf(login), { _tag: "AuthenticationError" })
      const none = yield* adopted({ region: "nowhere" })
      const error = yield* rejected(() => none.users.getUsers())
      assert.deepInclude(fieldsOf(error), { _tag: "ConfigurationError", setting: "GENESYS_CLOUD_REGION" })
      assert.strictEqual((yield* Simulator.use(({ journal }) => journal)).tokenRequests, 1)
    }).pipe(Effect.scoped, Effect.provide(Simulator.layer()))
  )

  it.live("refuses a login that is not with client credentials", () =>
    Effect.gen(function* () {
      const { client } = yield* adopted()
      const error = yield* rejected(() =>
        client.loginCodeAuthorizationGrant("id", "secret", "code", "http://localhost")
      )
      assert.include(String(error), "by no other login")
      assert.deepStrictEqual((yield* Simulator.use(({ journal }) => journal)).requests, [])
    }).pipe(Effect.scoped, Effect.provide(Simulator.layer()))
  )

  it.live("finds the hosts of a client with a gateway, and runs its hooks", () =>
    Effect.gen(function* () {
      const { url } = yield* Simulator
      const gateway = { protocol: "http", host: "127.0.0.1", port: Number(new URL(url).port) }
      const client = makeClient()
      client.setGateway({ ...gateway, path_params_login: "", path_params_api: "" })
      const seen: Array<unknown> = []
      client.getHttpClient().setPreHook(async (config) => {
        seen.push(config.method, config.url)
        return { ...config, params: { ...config.params, pageSize: "2" } }
      })
      const { users } = yield* adopted({ loginUrl: undefined, apiUrl: undefined }, client)
      client.getHttpClient().setPostHook(async (response) => {
        seen.push(response.status)
        return response
      })
      assert.strictEqual((yield* ask(() => users.getUsers({ pageSize: 7 }))).pageSize, 2)
      assert.deepStrictEqual(seen, ["GET", `${url}/api/v2/users`, 200])
    }).pipe(Effect.scoped, Effect.provide(Simulator.layer()))
  )

  it.live("works with another copy of the SDK, and twice with the same client", () =>
    Effect.gen(function* () {
      const path = createRequire(import.meta.url).resolve("purecloud-platform-client-v2")
      const require = createRequire(import.meta.url)
      const kept = require.cache[path]
      delete require.cache[path]
      const copy: typeof pc = require(path)
      if (kept !== undefined) require.cache[path] = kept
      assert.notStrictEqual(copy.AbstractHttpClient, pc.AbstractHttpClient)
      const client = new copy.ApiClientClass()
      copy.ApiClient.config.live_reload_config = false
      client.config.live_reload_config = false
      const first = yield* adopted({}, client)
      yield* ask(first.close)
      yield* adopted({}, client)
      assert.strictEqual((yield* ask(() => new copy.UsersApi(client).getUsers({ pageSize: 3 }))).pageSize, 3)
    }).pipe(Effect.scoped, Effect.provide(Simulator.layer()))
  )

  it.live("once closed, calls under way and later ones reject with UnavailableError", () =>
    Effect.gen(function* () {
      const { close, getStatus, users } = yield* adopted()
      yield* ask(() => users.getUsers())
      yield* fault({ path: "/api/v2/users", hang: true })
      const running = rejected(() => users.getUsers())
      const fiber = yield* Effect.forkChild(running, { startImmediately: true })
      yield* ask(close)
      const closed = { _tag: "UnavailableError", reason: "Closed" }
      assert.deepInclude(fieldsOf(yield* Fiber.join(fiber)), closed)
      assert.deepInclude(fieldsOf(yield* rejected(() => users.getUsers())), closed)
      assert.deepInclude(fieldsOf(yield* rejected(getStatus)), closed)
    }).pipe(Effect.scoped, Effect.provide(Simulator.layer()))
  )
})
