/**
 * The refresh token with its rotation, and the SAML2 bearer grant.
 */
import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import { TestClock } from "effect/testing"
import { Simulator } from "../../src/Simulator.ts"
import { me, requestToken } from "../support/Calls.ts"
import {
  challenge,
  codeClient,
  decodeTokens,
  getCode,
  oauthError,
  postForm,
  redirect_uri,
  verifier
} from "../support/Login.ts"

const saml = { id: "saml", secret: Redacted.make("saml-secret"), grants: ["saml2_bearer"] } as const
const other = { ...codeClient, id: "other", secret: Redacted.make("other-secret") }
const layer = Simulator.layerHttpClient({
  clients: [codeClient, saml, other],
  organizationName: "Acme",
  oauth: { refreshTokenLifetime: 1000 }
})
const web = { id: "web", secret: "web-secret" }
const used = oauthError("invalid_grant", "refresh token is invalid or expired")
const refresh = (refresh_token: string) => ({ grant_type: "refresh_token", refresh_token })

const login = Effect.gen(function* () {
  const form = { grant_type: "authorization_code", code: yield* getCode(), redirect_uri }
  return yield* decodeTokens((yield* requestToken({ ...web, form })).body)
})

it.effect("rotates: a refresh token is good once, the tokens it brought stay", () =>
  Effect.gen(function* () {
    const first = yield* login
    const second = yield* decodeTokens((yield* requestToken({ ...web, form: refresh(first.refresh_token) })).body)
    assert.notStrictEqual(second.refresh_token, first.refresh_token)
    for (const { access_token } of [first, second]) assert.strictEqual((yield* me(access_token)).status, 200)
    const again = yield* requestToken({ ...web, form: refresh(first.refresh_token) })
    assert.strictEqual(again.status, 400)
    assert.deepStrictEqual(again.body, used)
    assert.strictEqual((yield* requestToken({ ...web, form: refresh(second.refresh_token) })).status, 200)
  }).pipe(Effect.provide(layer))
)

it.effect("needs the secret, unless the refresh token came by PKCE", () =>
  Effect.gen(function* () {
    const { refresh_token } = yield* login
    const failed = yield* postForm({ ...refresh(refresh_token), client_id: "web" })
    assert.deepStrictEqual(failed.body, oauthError("invalid_client", "authentication failed"))
    const stolen = yield* requestToken({ id: "other", secret: "other-secret", form: refresh(refresh_token) })
    assert.deepStrictEqual(stolen.body, used)
    const missing = yield* requestToken({ ...web, form: { grant_type: "refresh_token" } })
    assert.deepStrictEqual(missing.body, oauthError("invalid_request", "refresh_token is missing"))

    const code = yield* getCode({ code_challenge: challenge, code_challenge_method: "S256" })
    const form = { grant_type: "authorization_code", code, redirect_uri, client_id: "web", code_verifier: verifier }
    const open = yield* decodeTokens((yield* postForm(form)).body)
    const next = yield* postForm({ ...refresh(open.refresh_token), client_id: "web" })
    assert.strictEqual(next.status, 200)
    const last = yield* postForm({ ...refresh((yield* decodeTokens(next.body)).refresh_token), client_id: "web" })
    assert.strictEqual(last.status, 200)
  }).pipe(Effect.provide(layer))
)

it.effect("lets a refresh token outlive its token and a revocation, but neither its life nor its client's state", () =>
  Effect.gen(function* () {
    const simulator = yield* Simulator
    const tokens = [yield* login, yield* login, yield* login]
    yield* simulator.revokeTokens
    const refreshed = (n: number) => requestToken({ ...web, form: refresh(tokens[n]?.refresh_token ?? "") })
    assert.strictEqual((yield* refreshed(0)).status, 200)
    yield* TestClock.adjust("1000 seconds")
    assert.deepStrictEqual((yield* refreshed(1)).body, used)
    const { refresh_token } = yield* login
    yield* simulator.updateClient("web", { state: "inactive" })
    yield* simulator.updateClient("web", { state: "active" })
    assert.deepStrictEqual((yield* requestToken({ ...web, form: refresh(refresh_token) })).body, used)
  }).pipe(Effect.provide(layer))
)

it.effect("takes a SAML2 assertion in base64 for its own org, and gives no refresh token", () =>
  Effect.gen(function* () {
    const grant_type = "urn:ietf:params:oauth:grant-type:saml2-bearer"
    const ask = (form: Record<string, string>) =>
      requestToken({ id: "saml", secret: "saml-secret", form: { grant_type, ...form } })
    const assertion = "PHNhbWw+"
    const { body, status } = yield* ask({ orgName: "Acme", assertion })
    assert.strictEqual(status, 200)
    assert.hasAllKeys(body, ["access_token", "token_type", "expires_in"])
    const refusals = [
      [{ orgName: "Other", assertion }, "invalid_grant", "organization not found"],
      [{ orgName: "Acme", assertion: "<saml>" }, "invalid_grant", "assertion is not valid"],
      [{ orgName: "Acme" }, "invalid_request", "assertion is missing"],
      [{ assertion }, "invalid_request", "orgName is missing"]
    ] as const
    for (const [form, error, description] of refusals) {
      const answer = yield* ask(form)
      assert.strictEqual(answer.status, 400)
      assert.deepStrictEqual(answer.body, oauthError(error, description))
    }
  }).pipe(Effect.provide(layer))
)
