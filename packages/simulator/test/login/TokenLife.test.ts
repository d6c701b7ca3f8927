/**
 * How a token dies before its time (idle, evicted), what the settings of the login host change, and what `tokens/me` says.
 */
import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import { TestClock } from "effect/testing"
import { Simulator } from "../../src/Simulator.ts"
import { call, login, me, requestToken } from "../support/Calls.ts"
import { codeClient, decodeTokens, getCode, oauthError, redirect_uri } from "../support/Login.ts"

const service = { id: "service", secret: Redacted.make("s") }
const web = { id: "web", secret: "web-secret" }

const Organization = Schema.Struct({ id: Schema.String, name: Schema.String })

const userLogin = Effect.gen(function* () {
  const form = { grant_type: "authorization_code", code: yield* getCode(), redirect_uri }
  return (yield* decodeTokens((yield* requestToken({ ...web, form })).body)).access_token
})

it.effect("lets a token die when it was not used for the idle time; every call begins it anew", () =>
  Effect.gen(function* () {
    const [used, unused] = [yield* login(), yield* login()]
    for (let i = 0; i < 3; i++) {
      yield* TestClock.adjust("899999 millis")
      assert.strictEqual((yield* me(used)).status, 200)
    }
    const { body, status } = yield* me(unused)
    assert.strictEqual(status, 401)
    assert.include(body, { code: "bad.credentials" })
    yield* TestClock.adjust("900 seconds")
    assert.strictEqual((yield* call(used, "HEAD", "/api/v2/tokens/me")).status, 401)
  }).pipe(Effect.provide(Simulator.layerHttpClient({ oauth: { idleTimeout: 900 } })))
)

it.effect("says in tokens/me whose it is, what it may touch and when it idles", () =>
  Effect.gen(function* () {
    yield* TestClock.setTime(Date.parse("2026-11-23T10:00:00Z"))
    const token = yield* login({
      id: "service",
      secret: "s",
      form: { grant_type: "client_credentials", scope: "users" }
    })
    const { body } = yield* me(token)
    const { organization } = yield* Schema.decodeUnknownEffect(Schema.Struct({ organization: Organization }))(body)
    assert.strictEqual(organization.name, "Acme")
    assert.deepStrictEqual(body, {
      organization,
      homeOrganization: organization,
      authorizedScope: ["users"],
      dateTokenIdles: "2026-11-23T10:15:00.000Z",
      OAuthClient: {
        id: "service",
        name: "service",
        authorizedGrantType: "CLIENT-CREDENTIALS",
        scope: ["users", "analytics"],
        state: "active",
        organization
      }
    })
  }).pipe(
    Effect.provide(
      Simulator.layerHttpClient({
        organizationName: "Acme",
        oauth: { idleTimeout: 900 },
        clients: [{ ...service, scopes: ["users", "analytics"] }]
      })
    )
  )
)

it.effect("kills the first of a user's tokens with the 11th, and none of a service's", () =>
  Effect.gen(function* () {
    const ofService = yield* login()
    const ofUser: Array<string> = []
    for (let i = 0; i < 11; i++) {
      yield* login()
      ofUser.push(yield* userLogin)
      yield* TestClock.adjust("6 seconds")
    }
    const statuses = yield* Effect.forEach(ofUser, (token) => Effect.map(me(token), ({ status }) => status))
    assert.deepStrictEqual(statuses, [401, ...Array.from({ length: 10 }, () => 200)])
    assert.strictEqual((yield* me(ofService)).status, 200)
  }).pipe(Effect.provide(Simulator.layerHttpClient({ clients: [service, codeClient] })))
)

it.effect("caps the tokens of a service when told to; the dead make room", () =>
  Effect.gen(function* () {
    const first = yield* login()
    yield* call(yield* login(), "DELETE", "/api/v2/tokens/me")
    const second = yield* login()
    assert.strictEqual((yield* me(first)).status, 200)
    yield* login()
    assert.strictEqual((yield* me(first)).status, 401)
    assert.strictEqual((yield* me(second)).status, 200)
  }).pipe(Effect.provide(Simulator.layerHttpClient({ oauth: { clientTokenCap: 2 } })))
)

const clients = [
  { ...service, scopes: ["users"] },
  { id: "disabled", secret: Redacted.make("s"), state: "disabled" },
  { id: "inactive", secret: Redacted.make("s"), state: "inactive" },
  codeClient
] as const
const form = { grant_type: "client_credentials" }
const unsettled = [
  [{ id: "disabled", secret: "s" }, "invalid_client", "client is disabled"],
  [{ id: "inactive", secret: "s" }, "invalid_client", "client is inactive"],
  [web, "unauthorized_client", "grant type is not allowed for this client"],
  [
    { id: "service", secret: "s", form: { ...form, scope: "users admin" } },
    "invalid_scope",
    "scope is not allowed for this client"
  ]
] as const

it.effect("refuses what is not settled in the words of RFC 6749", () =>
  Effect.gen(function* () {
    for (const [request, error, description] of unsettled) {
      const { body, status } = yield* requestToken(request)
      assert.strictEqual(status, 400)
      assert.deepStrictEqual(body, oauthError(error, description))
    }
  }).pipe(Effect.provide(Simulator.layerHttpClient({ clients })))
)

it.effect("refuses it in other words when told to", () =>
  Effect.gen(function* () {
    const answers = yield* Effect.forEach(unsettled, ([request]) => requestToken(request))
    assert.deepStrictEqual(
      answers.map(({ status }) => status),
      [401, 403, 401, 400]
    )
    assert.deepStrictEqual(answers[0]?.body, oauthError("access_denied", "client is disabled"))
    assert.deepStrictEqual(answers[3]?.body, oauthError("invalid_scope", "no"))
  }).pipe(
    Effect.provide(
      Simulator.layerHttpClient({
        clients,
        oauth: {
          disabledClient: { status: 401, error: "access_denied" },
          inactiveClient: { status: 403 },
          wrongGrant: { status: 401 },
          badScope: { description: "no" }
        }
      })
    )
  )
)
