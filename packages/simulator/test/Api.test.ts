/**
 * The contract of the API: the two 401s, the rate limit, and the error bodies.
 */
import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import { TestClock } from "effect/testing"
import { Simulator } from "../src/Simulator.ts"
import { type Answer, call, login, me, send } from "./support/Calls.ts"

const assertError = (answer: Answer, status: number, code: string) => {
  assert.strictEqual(answer.status, status)
  assert.include(answer.body, { code, status, contextId: answer.headers["inin-correlation-id"] })
  assert.hasAllKeys(answer.body, ["message", "code", "status", "contextId", "details", "errors"])
}

it.effect("tells a missing header from a bad token", () =>
  Effect.gen(function* () {
    assertError(yield* me(undefined), 401, "authentication.required")
    const bad = yield* me("unknown")
    assertError(bad, 401, "bad.credentials")
    assert.include(bad.body, { message: "Invalid login credentials." })
  }).pipe(Effect.provide(Simulator.layerHttpClient()))
)

it.effect("describes, verifies and revokes a token at tokens/me", () =>
  Effect.gen(function* () {
    const { clientId } = yield* Simulator
    const [token, other] = [yield* login(), yield* login()]
    const { body } = yield* me(token)
    assert.nestedInclude(body, { "OAuthClient.id": clientId })
    const head = yield* call(token, "HEAD", "/api/v2/tokens/me")
    assert.deepInclude(head, { status: 200, body: "" })
    assert.strictEqual((yield* call(token, "DELETE", "/api/v2/tokens/me")).status, 204)
    assertError(yield* me(token), 401, "bad.credentials")
    assert.strictEqual((yield* me(other)).status, 200)
  }).pipe(Effect.provide(Simulator.layerHttpClient()))
)

it.effect("lets 300 calls a minute through for each token, and says so in headers", () =>
  Effect.gen(function* () {
    const [token, other] = [yield* login(), yield* login()]
    for (let i = 1; i <= 300; i++) {
      const { headers, status } = yield* me(token)
      assert.strictEqual(status, 200)
      assert.include(headers, { "inin-ratelimit-count": String(i), "inin-ratelimit-allowed": "300" })
    }
    yield* TestClock.adjust("18 seconds")
    const refused = yield* me(token)
    assertError(refused, 429, "too.many.requests.retry.after")
    assert.include(refused.body, { message: "Rate limit exceeded the maximum. Retry the request in [42] seconds" })
    assert.include(refused.headers, {
      "retry-after": "42",
      "inin-ratelimit-count": "300",
      "inin-ratelimit-allowed": "300",
      "inin-ratelimit-reset": "42"
    })
    assert.strictEqual((yield* me(other)).status, 200)
    yield* TestClock.adjust("42 seconds")
    assert.include((yield* me(token)).headers, { "inin-ratelimit-count": "1", "inin-ratelimit-reset": "60" })
  }).pipe(Effect.provide(Simulator.layerHttpClient()))
)

it.effect("counts calls with a bad body too, and none when the limit is off", () =>
  Effect.gen(function* () {
    const token = yield* login()
    assert.isUndefined((yield* me(token)).headers["inin-ratelimit-count"])
  }).pipe(Effect.provide(Simulator.layerHttpClient({ rateLimit: "off" })), (off) =>
    Effect.andThen(
      off,
      Effect.gen(function* () {
        const token = yield* login()
        const bad = yield* call(token, "POST", "/api/v2/users/search", { pageSize: 0 })
        assert.include(bad.headers, { "inin-ratelimit-count": "1", "inin-ratelimit-allowed": "2" })
        assert.strictEqual((yield* me(token)).status, 200)
        assert.strictEqual((yield* me(token)).status, 429)
      }).pipe(Effect.provide(Simulator.layerHttpClient({ rateLimit: { limit: 2 } })))
    )
  )
)

const query = "/api/v2/analytics/conversations/details/query"
const interval = "2026-11-01/2026-11-02"
const badBodies: ReadonlyArray<readonly [path: string, body: unknown, field: string]> = [
  [query, {}, "interval"],
  [query, { interval: "yesterday" }, "interval"],
  [query, { interval: "2026-11-02/2026-11-01" }, "interval"],
  [query, { interval: "2025-02-30T00:00Z/2025-03-10T00:00Z" }, "interval"],
  [query, { interval: "2025-02-01/2025-02-29" }, "interval"],
  [query, { interval: "2026-10-01/2026-11-02" }, "interval"],
  [query, { interval, order: "up" }, "order"],
  [query, { interval, paging: { pageSize: 101 } }, "paging.pageSize"],
  [query, { interval, segmentFilters: [{ type: "xor" }] }, "segmentFilters[0].type"],
  ["/api/v2/users/search", { pageNumber: 0 }, "pageNumber"],
  ["/api/v2/users/search", { query: [{ type: "LIKE", fields: ["name"], value: "x" }] }, "query[0].type"],
  ["/api/v2/users/search", { query: [{ type: "EXACT", value: "x" }] }, "query[0].fields"],
  ["/api/v2/users/search", { query: [{ type: "TERMS", fields: ["name"], value: "x" }] }, "query[0].values"],
  ["/api/v2/users/search", { query: [{ type: "REGEX", fields: ["name"], value: "(" }] }, "query[0].value"]
]

it.effect("answers a bad body with a 400 that names the field", () =>
  Effect.gen(function* () {
    const token = yield* login()
    for (const [path, body, field] of badBodies) {
      const answer = yield* call(token, "POST", path, body)
      assertError(answer, 400, "bad.request")
      assert.nestedInclude(answer.body, { "details[0].fieldName": field })
      assert.nestedInclude(answer.body, { "details[0].errorCode": "bad.request" })
    }
  }).pipe(Effect.provide(Simulator.layerHttpClient()))
)

it.effect("answers HEAD as GET, without a body", () =>
  Effect.gen(function* () {
    const token = yield* login()
    const paths = [
      "/api/v2/users",
      "/api/v2/users/me",
      "/api/v2/organizations/me",
      "/api/v2/routing/queues?pageSize=1",
      "/api/v2/users/nobody",
      "/api/v2/users?pageSize=0",
      "/api/v2/nothing",
      "/oauth/token",
      "/docs",
      "/_control/clock"
    ]
    for (const path of paths) {
      for (const bearer of [token, "another"]) {
        const [get, head] = [yield* call(bearer, "GET", path), yield* call(bearer, "HEAD", path)]
        assert.strictEqual(head.status, get.status, path)
        assert.strictEqual(head.body, "", path)
        assert.strictEqual(head.headers["content-type"], get.headers["content-type"], path)
      }
    }
  }).pipe(Effect.provide(Simulator.layerHttpClient()))
)

it.effect("has Genesys bodies for unknown paths, bad JSON and other media types", () =>
  Effect.gen(function* () {
    const { url } = yield* Simulator
    const token = yield* login()
    assertError(yield* call(token, "GET", "/api/v2/nothing"), 404, "not.found")
    assertError(yield* call(token, "GET", "/"), 404, "not.found")
    const post = (text: string, type: string) =>
      HttpClientRequest.post(`${url}/api/v2/users/search`).pipe(
        HttpClientRequest.bearerToken(token),
        HttpClientRequest.bodyText(text, type),
        send
      )
    assertError(yield* post("{", "application/json"), 400, "bad.request")
    assertError(yield* post("{}", "text/plain"), 415, "unsupported.media.type")
  }).pipe(Effect.provide(Simulator.layerHttpClient()))
)
