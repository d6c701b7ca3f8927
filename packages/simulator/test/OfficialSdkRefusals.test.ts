/**
 * What the official SDK rejects with when the simulator refuses it: the same as when Genesys does.
 */
import { assert, describe, it, layer } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import pc from "purecloud-platform-client-v2"
import { Simulator } from "../src/Simulator.ts"
import * as Sdk from "./support/Sdk.ts"

layer(Simulator.layer({ mintLimit: "off" }), { excludeTestServices: true })("the official SDK, refused", (shared) => {
  shared.effect("gets a 401 for a revoked token, and another one without a token", () =>
    Effect.gen(function* () {
      const client = yield* Sdk.loggedIn()
      const users = new pc.UsersApi(client)
      yield* (yield* Simulator).revokeTokens
      const refused = yield* Sdk.extended(client, () => users.getUsers())
      Sdk.assertError(refused, 401, "bad.credentials")
      assert.include(refused.body, { message: "Invalid login credentials." })
      const stranger = yield* Sdk.makeClient
      const missing = yield* Sdk.extended(stranger, () => new pc.UsersApi(stranger).getUsers())
      Sdk.assertError(missing, 401, "authentication.required")
    })
  )

  shared.effect("gets a 404 for a user that does not exist, and for an operation that is not served", () =>
    Effect.gen(function* () {
      const client = yield* Sdk.loggedIn()
      const nobody = "00000000-0000-4000-8000-000000000000"
      Sdk.assertError(yield* Sdk.extended(client, () => new pc.UsersApi(client).getUser(nobody)), 404, "not.found")
      const routing = new pc.RoutingApi(client)
      Sdk.assertError(yield* Sdk.extended(client, () => routing.getRoutingUtilization()), 404, "not.found")
    })
  )

  shared.effect("gets a 400 that names the field of a bad body", () =>
    Effect.gen(function* () {
      const client = yield* Sdk.loggedIn()
      const analytics = new pc.AnalyticsApi(client)
      const interval = "2026-11-01T00:00:00Z/2026-11-02T00:00:00Z"
      const refused = yield* Sdk.extended(client, () =>
        analytics.postAnalyticsConversationsDetailsQuery({ interval, paging: { pageSize: 101, pageNumber: 1 } })
      )
      Sdk.assertError(refused, 400)
      assert.nestedInclude(refused.body, { "details[0].fieldName": "paging.pageSize" })
    })
  )

  shared.effect("rejects a login with a wrong secret or an unknown client", () =>
    Effect.gen(function* () {
      const refusal = (error: string, description: string) => ({
        status: 400,
        data: { error, description, error_description: description }
      })
      assert.deepStrictEqual(
        yield* Sdk.refusedLogin({ secret: "wrong" }),
        refusal("invalid_client", "authentication failed")
      )
      assert.deepStrictEqual(yield* Sdk.refusedLogin({ id: "nobody" }), refusal("invalid_client", "client not found"))
    })
  )
})

describe("the official SDK, at its limits", () => {
  it.live("gets a 403 that names what the client may not do", () =>
    Effect.gen(function* () {
      const client = yield* Sdk.loggedIn()
      yield* Sdk.ask(() => new pc.TokensApi(client).getTokensMe())
      yield* Sdk.ask(() => new pc.RoutingApi(client).getRoutingQueues())
      const refused = yield* Sdk.extended(client, () => new pc.UsersApi(client).getUsers())
      Sdk.assertError(refused, 403)
      assert.match(JSON.stringify(refused.body), /missing\.(any\.)?permissions.*directory:user:view/)
    }).pipe(
      Effect.provide(
        Simulator.layer({
          clients: [{ id: "router", secret: Redacted.make("secret"), permissions: ["routing:queue:view"] }]
        })
      )
    )
  )

  it.live("gets a 429 that says when to come back", () =>
    Effect.gen(function* () {
      const client = yield* Sdk.loggedIn()
      const tokens = new pc.TokensApi(client)
      yield* Sdk.ask(() => tokens.getTokensMe())
      yield* Sdk.ask(() => tokens.getTokensMe())
      const refused = yield* Sdk.extended(client, () => tokens.getTokensMe())
      Sdk.assertError(refused, 429, "too.many.requests.retry.after")
      const wait = String(refused.headers["retry-after"])
      assert.closeTo(Number(wait), 28, 2)
      assert.include(refused.body, {
        message: `Rate limit exceeded the maximum. Retry the request in [${wait}] seconds`
      })
      assert.include(refused.headers, {
        "inin-ratelimit-count": "2",
        "inin-ratelimit-allowed": "2",
        "inin-ratelimit-reset": wait
      })
      // Without extended answers the SDK loses the header, and has the body alone.
      const body = yield* Sdk.rejected(() => tokens.getTokensMe())
      assert.include(body, { status: 429, code: "too.many.requests.retry.after" })
    }).pipe(Effect.provide(Simulator.layer({ rateLimit: { limit: 2, window: 30 } })))
  )

  it.live("is refused the token that is one too many with a 400", () =>
    Effect.gen(function* () {
      yield* Sdk.loggedIn()
      const { data, status } = yield* Sdk.refusedLogin({})
      assert.strictEqual(status, 400)
      assert.include(data, { error: "invalid_request" })
      assert.match(JSON.stringify(data), /"error_description":"rate limit exceeded;/)
    }).pipe(Effect.provide(Simulator.layer({ mintLimit: { limit: 1 } })))
  )
})
