/**
 * The authorization code: the redirect, the exchange with a secret or by PKCE, and every way in which each is refused.
 */
import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import { TestClock } from "effect/testing"
import { Simulator } from "../../src/Simulator.ts"
import { call, me, requestToken } from "../support/Calls.ts"
import {
  authorize,
  challenge,
  codeClient,
  decodeTokens,
  getCode,
  oauthError,
  postForm,
  redirect_uri,
  verifier
} from "../support/Login.ts"

const other = { ...codeClient, id: "other", secret: Redacted.make("other-secret") }
const service = { id: "service", secret: Redacted.make("s"), redirectUris: [redirect_uri] }
const layer = Simulator.layerHttpClient({
  clients: [codeClient, other, service, { ...codeClient, id: "off", state: "disabled" }]
})
const pkce = { code_challenge: challenge, code_challenge_method: "S256" }
const grant = (code: string) => ({ grant_type: "authorization_code", code, redirect_uri })

it.effect("redirects at once with a code and the state, and keeps the query of the redirect URI", () =>
  Effect.gen(function* () {
    const { headers, status } = yield* authorize({ state: "a b&c" })
    assert.strictEqual(status, 302)
    const target = new URL(headers["location"] ?? "")
    assert.strictEqual(target.origin + target.pathname, "https://app.example/callback")
    assert.deepStrictEqual([...target.searchParams.keys()], ["from", "code", "state"])
    assert.strictEqual(target.searchParams.get("state"), "a b&c")
    assert.match(target.searchParams.get("code") ?? "", /^[\w-]{86}$/)
  }).pipe(Effect.provide(layer))
)

const badRequests: ReadonlyArray<readonly [change: Record<string, string>, reason: string]> = [
  [{ client_id: "nobody" }, "client_id names no client."],
  [{ client_id: "" }, "client_id names no client."],
  [{ client_id: "off" }, "client is disabled."],
  [{ client_id: "service" }, "grant type is not allowed for this client."],
  [{ redirect_uri: "https://evil.example/" }, "redirect_uri is not one of the client."],
  [{ redirect_uri: "" }, "redirect_uri is not one of the client."],
  [{ response_type: "token" }, "response_type must be code."],
  [{ code_challenge: challenge }, "code_challenge_method must be S256."],
  [{ code_challenge: challenge, code_challenge_method: "plain" }, "code_challenge_method must be S256."],
  [{ code_challenge_method: "S256" }, "code_challenge is missing."],
  [{ code_challenge: "short", code_challenge_method: "S256" }, "code_challenge is not a SHA-256."]
]

it.effect("answers a bad authorize request with a page, without a redirect", () =>
  Effect.gen(function* () {
    for (const [change, reason] of badRequests) {
      const { body, headers, status } = yield* authorize(change)
      assert.strictEqual(status, 400, reason)
      assert.isUndefined(headers["location"])
      assert.match(headers["content-type"] ?? "", /^text\/html/)
      assert.include(String(body), `<p>${reason}</p>`)
    }
    const twice = yield* call(undefined, "GET", "/oauth/authorize?client_id=web&client_id=web")
    assert.strictEqual(twice.status, 400)
    assert.include(String(twice.body), "<p>A parameter is given more than once.</p>")
  }).pipe(Effect.provide(layer))
)

it.effect("gives a token and a refresh token for a code with the secret, once", () =>
  Effect.gen(function* () {
    const form = grant(yield* getCode())
    const web = { id: "web", secret: "web-secret", form }
    const { body, status } = yield* requestToken(web)
    assert.strictEqual(status, 200)
    assert.hasAllKeys(body, ["access_token", "token_type", "expires_in", "refresh_token"])
    assert.strictEqual((yield* me((yield* decodeTokens(body)).access_token)).status, 200)
    const again = yield* requestToken(web)
    assert.strictEqual(again.status, 400)
    assert.deepStrictEqual(again.body, oauthError("invalid_grant", "authorization code is invalid or expired"))
  }).pipe(Effect.provide(layer))
)

it.effect("gives a token for a code by PKCE, without an Authorization header", () =>
  Effect.gen(function* () {
    const form = { ...grant(yield* getCode(pkce)), client_id: "web", code_verifier: verifier }
    const { body, status } = yield* postForm(form)
    assert.strictEqual(status, 200)
    assert.strictEqual((yield* me((yield* decodeTokens(body)).access_token)).status, 200)
  }).pipe(Effect.provide(layer))
)

it.effect("lets a code die after ten minutes", () =>
  Effect.gen(function* () {
    const [late, early] = [yield* getCode(), yield* getCode()]
    const exchange = (code: string) => requestToken({ id: "web", secret: "web-secret", form: grant(code) })
    yield* TestClock.adjust("599999 millis")
    assert.strictEqual((yield* exchange(early)).status, 200)
    yield* TestClock.adjust("1 millis")
    assert.include((yield* exchange(late)).body, { error: "invalid_grant" })
  }).pipe(Effect.provide(layer))
)

it.effect("refuses a code that is not the caller's, and uses nothing up by that", () =>
  Effect.gen(function* () {
    const [plain, bound] = [yield* getCode(), yield* getCode(pkce)]
    const mine = { id: "web", secret: "web-secret" }
    const refused = Effect.fnUntraced(function* (
      answer: ReturnType<typeof postForm>,
      error: string,
      description: string
    ) {
      const { body, status } = yield* answer
      assert.strictEqual(status, 400)
      assert.deepStrictEqual(body, oauthError(error, description))
    })
    const invalid = ["invalid_grant", "authorization code is invalid or expired"] as const
    const mismatch = ["invalid_grant", "code_verifier does not match"] as const
    yield* refused(requestToken({ id: "other", secret: "other-secret", form: grant(plain) }), ...invalid)
    yield* refused(requestToken({ ...mine, form: grant("unknown") }), ...invalid)
    const elsewhere = { ...grant(plain), redirect_uri: "https://app.example/" }
    yield* refused(requestToken({ ...mine, form: elsewhere }), "invalid_grant", "redirect_uri does not match")
    yield* refused(requestToken({ ...mine, form: { ...grant(plain), code_verifier: verifier } }), ...mismatch)
    yield* refused(requestToken({ ...mine, form: grant(bound) }), ...mismatch)
    for (const field of ["code", "redirect_uri"]) {
      const form = { ...grant(plain), [field]: "" }
      yield* refused(requestToken({ ...mine, form }), "invalid_request", `${field} is missing`)
    }

    const open = { ...grant(bound), client_id: "web" }
    yield* refused(postForm(open), ...mismatch)
    yield* refused(postForm({ ...open, code_verifier: "w".repeat(43) }), ...mismatch)
    const length = ["invalid_request", "code_verifier must have 43 to 128 unreserved characters"] as const
    for (const bad of ["v".repeat(42), "v".repeat(129), `${"v".repeat(43)}!`]) {
      yield* refused(postForm({ ...open, code_verifier: bad }), ...length)
    }
    yield* refused(postForm({ ...open, client_id: "nobody" }), "invalid_client", "client not found")
    yield* refused(postForm({ ...grant(plain), client_id: "web" }), "invalid_client", "authentication failed")

    assert.strictEqual((yield* requestToken({ ...mine, form: grant(plain) })).status, 200)
    assert.strictEqual((yield* postForm({ ...open, code_verifier: verifier })).status, 200)
  }).pipe(Effect.provide(layer))
)

it.effect("forgets the codes of a client that is disabled", () =>
  Effect.gen(function* () {
    const simulator = yield* Simulator
    const form = grant(yield* getCode())
    yield* simulator.updateClient("web", { state: "disabled" })
    yield* simulator.updateClient("web", { state: "active" })
    const { body } = yield* requestToken({ id: "web", secret: "web-secret", form })
    assert.include(body, { error: "invalid_grant" })
  }).pipe(Effect.provide(layer))
)

it.effect("tells whom a token stands for, and refuses one that stands for nobody", () =>
  Effect.gen(function* () {
    const code = grant(yield* getCode())
    const { access_token } = yield* decodeTokens(
      (yield* requestToken({ id: "web", secret: "web-secret", form: code })).body
    )
    const asked = yield* call(access_token, "GET", "/api/v2/users/me?expand=presence")
    assert.strictEqual(asked.status, 200)
    assert.hasAnyKeys(asked.body, ["presence"])
    const { id } = yield* Schema.decodeUnknownEffect(Schema.Struct({ id: Schema.String }))(asked.body)
    const same = yield* call(access_token, "GET", `/api/v2/users/${id}?expand=presence`)
    assert.deepStrictEqual(same.body, asked.body)
    const { body } = yield* requestToken({ id: "service", secret: "s" })
    const ofClient = yield* Schema.decodeUnknownEffect(Schema.Struct({ access_token: Schema.String }))(body)
    const refused = yield* call(ofClient.access_token, "GET", "/api/v2/users/me")
    assert.strictEqual(refused.status, 400)
    assert.nestedPropertyVal(
      refused.body,
      "message",
      "This request requires a user context. Client credentials cannot be used for requests to this endpoint."
    )
  }).pipe(Effect.provide(layer))
)
