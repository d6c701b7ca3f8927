/**
 * What a client may do: the 403s, `oauth/clients`, and the daily limit.
 */
import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import { TestClock } from "effect/testing"
import { Simulator } from "../../src/Simulator.ts"
import { call, login, me, requestToken } from "../support/Calls.ts"
import { codeClient } from "../support/Login.ts"

const view = ["oauth:client:view"]
const layer = Simulator.layerHttpClient({
  clients: [
    { id: "all", secret: Redacted.make("s") },
    { id: "few", secret: Redacted.make("s"), permissions: view, scopes: ["users:readonly"], name: "Few" },
    codeClient
  ]
})
const few = { id: "few", secret: "s" }

it.effect("answers 403 before it looks at the body, and names the permission", () =>
  Effect.gen(function* () {
    const simulator = yield* Simulator
    const token = yield* login(few)
    const denied = [
      ["POST", "/api/v2/users/search", "directory:user:view"],
      ["POST", "/api/v2/analytics/conversations/details/query", "analytics:conversationDetail:view"],
      ["POST", "/api/v2/oauth/clients/all/secret", "oauth:client:edit"]
    ] as const
    const said = "Unable to perform the requested action. You are missing the following permission(s): "
    for (const [method, path, permissions] of denied) {
      const { body, headers, status } = yield* call(token, method, path, { interval: 1, pageSize: 0 })
      assert.strictEqual(status, 403)
      assert.deepStrictEqual(body, {
        message: `${said}${permissions}`,
        code: "missing.permissions",
        status: 403,
        contextId: headers["inin-correlation-id"],
        messageWithParams: `${said}{permissions}`,
        messageParams: { permissions },
        details: [],
        errors: []
      })
    }
    assert.strictEqual((yield* me(token)).status, 200)
    assert.strictEqual((yield* call(yield* login(), "POST", "/api/v2/users/search", {})).status, 200)
    yield* simulator.updateClient("few", { permissions: ["directory:user:view"] })
    assert.strictEqual((yield* call(token, "POST", "/api/v2/users/search", {})).status, 200)
    assert.strictEqual((yield* call(token, "GET", "/api/v2/oauth/clients/all")).status, 403)
  }).pipe(Effect.provide(layer))
)

it.effect("describes a client without its secret", () =>
  Effect.gen(function* () {
    const token = yield* login(few)
    assert.deepStrictEqual((yield* call(token, "GET", "/api/v2/oauth/clients/web")).body, {
      id: "web",
      name: "web",
      authorizedGrantType: "CODE",
      scope: [],
      state: "active",
      accessTokenValiditySeconds: 86_400,
      registeredRedirectUri: codeClient.redirectUris,
      selfUri: "/api/v2/oauth/clients/web"
    })
    const unknown = yield* call(token, "GET", "/api/v2/oauth/clients/nobody")
    assert.strictEqual(unknown.status, 404)
    assert.include(unknown.body, { code: "not.found" })
  }).pipe(Effect.provide(layer))
)

it.effect("regenerates a secret: the old one is refused at once, live tokens stay", () =>
  Effect.gen(function* () {
    const [admin, token] = [yield* login(), yield* login(few)]
    const { body, status } = yield* call(admin, "POST", "/api/v2/oauth/clients/few/secret")
    assert.strictEqual(status, 200)
    assert.deepInclude(body, { id: "few", name: "Few", scope: ["users:readonly"] })
    const { secret } = yield* Schema.decodeUnknownEffect(Schema.Struct({ secret: Schema.String }))(body)
    assert.match(secret, /^[\w-]{43}$/)
    assert.strictEqual((yield* me(token)).status, 200)
    assert.deepInclude((yield* requestToken(few)).body, { error_description: "authentication failed" })
    assert.strictEqual((yield* requestToken({ id: "few", secret })).status, 200)
    assert.strictEqual((yield* call(admin, "POST", "/api/v2/oauth/clients/nobody/secret")).status, 404)
  }).pipe(Effect.provide(layer))
)

it.effect("answers 429 with the hours until midnight UTC when a client has had its calls of the day", () =>
  Effect.gen(function* () {
    yield* TestClock.setTime(Date.parse("2026-11-23T20:30:00Z"))
    const [one, two] = [yield* login(), yield* login()]
    for (const token of [one, two, one]) assert.strictEqual((yield* me(token)).status, 200)
    const { body, headers, status } = yield* me(two)
    assert.strictEqual(status, 429)
    assert.include(headers, { "retry-after": "12600", "inin-ratelimit-count": "1", "inin-ratelimit-allowed": "300" })
    assert.deepStrictEqual(body, {
      message: "Rate limit exceeded the maximum. Retry the request in [12600] seconds",
      code: "too.many.requests.retry.after",
      status: 429,
      contextId: headers["inin-correlation-id"],
      details: [],
      errors: []
    })
    assert.strictEqual((yield* me(yield* login({ id: "b", secret: "s" }))).status, 200)
    yield* TestClock.adjust("12600 seconds")
    assert.strictEqual((yield* me(two)).status, 200)
  }).pipe(
    Effect.provide(
      Simulator.layerHttpClient({
        dailyLimit: 3,
        clients: [
          { id: "a", secret: Redacted.make("s") },
          { id: "b", secret: Redacted.make("s") }
        ]
      })
    )
  )
)
