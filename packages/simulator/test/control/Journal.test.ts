/**
 * What the journal tells, and what it must not tell.
 */
import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import { TestClock } from "effect/testing"
import { createHash } from "node:crypto"
import { Simulator } from "../../src/Simulator.ts"
import { call, login, me, requestToken } from "../support/Calls.ts"

it.effect("counts and lists what it saw, without secrets and tokens", () =>
  Effect.gen(function* () {
    const simulator = yield* Simulator
    const token = yield* login()
    yield* requestToken({ secret: "a wrong secret" })
    yield* TestClock.adjust("7 seconds")
    yield* call(token, "GET", `/api/v2/tokens/me?access_token=${token}`)
    yield* me("an unknown token")
    yield* me(undefined)

    const journal = yield* simulator.journal
    assert.include(journal, { tokenRequests: 2, tokensIssued: 1, apiRequests: 3 })
    assert.deepStrictEqual(journal.answers, { 200: 2, 400: 1, 401: 2 })
    const fingerprint = createHash("sha256").update(token).digest("hex").slice(0, 12)
    assert.deepStrictEqual(
      journal.requests.map(({ method, path, status, time, tokenFingerprint }) => [
        time,
        method,
        path,
        status,
        tokenFingerprint
      ]),
      [
        [0, "POST", "/oauth/token", 200, fingerprint],
        [0, "POST", "/oauth/token", 400, undefined],
        [7000, "GET", "/api/v2/tokens/me", 200, fingerprint],
        [
          7000,
          "GET",
          "/api/v2/tokens/me",
          401,
          createHash("sha256").update("an unknown token").digest("hex").slice(0, 12)
        ],
        [7000, "GET", "/api/v2/tokens/me", 401, undefined]
      ]
    )
    const text = JSON.stringify(journal) + JSON.stringify((yield* call(undefined, "GET", "/_control/journal")).body)
    for (const secret of [token, Redacted.value(simulator.clientSecret), "a wrong secret", "an unknown token"]) {
      assert.notInclude(text, secret)
    }
  }).pipe(Effect.provide(Simulator.layerHttpClient()))
)

it.effect("keeps the last requests and all the counts", () =>
  Effect.gen(function* () {
    const { journal } = yield* Simulator
    const token = yield* login()
    for (let i = 0; i < 25; i++) yield* call(token, "GET", `/api/v2/${i}`)
    const { apiRequests, requests } = yield* journal
    assert.strictEqual(apiRequests, 25)
    assert.deepStrictEqual(
      requests.map((request) => request.path),
      Array.from({ length: 10 }, (_, i) => `/api/v2/${15 + i}`)
    )
  }).pipe(Effect.provide(Simulator.layerHttpClient({ journalSize: 10 })))
)
