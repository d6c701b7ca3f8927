/** Several tokens for one org: more calls, a budget for each, no more tokens than are needed, and never many at once. */
import { assert, describe, it } from "@effect/vitest"
import { Credentials } from "@effect-genesys/auth/Credentials"
import { Environment } from "@effect-genesys/auth/Environment"
import { AuthorizationCode, ClientCredentials, type Grant } from "@effect-genesys/auth/Grant"
import { TokenEndpoint } from "@effect-genesys/auth/TokenEndpoint"
import { TokenManager } from "@effect-genesys/auth/TokenManager"
import { TokenStore } from "@effect-genesys/auth/TokenStore"
import { Simulator } from "@effect-genesys/simulator/Simulator"
import * as NodeCrypto from "@effect/platform-node/NodeCrypto"
import * as Effect from "effect/Effect"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as Result from "effect/Result"
import * as TestClock from "effect/testing/TestClock"
import { GenesysClient } from "../src/GenesysClient.ts"
import { RateLimit } from "../src/RateLimit.ts"
import * as TokenPool from "../src/TokenPool.ts"

const me = HttpClientRequest.get("/api/v2/organizations/me")

/** A client with so many tokens, over the simulator that the effect is given. */
const pool = (tokens: number, grant?: Grant) =>
  TokenPool.layer({ tokens }).pipe(
    Layer.provide([TokenManager.layer, RateLimit.layer]),
    Layer.provide(TokenEndpoint.layerHttp),
    Layer.provide(NodeCrypto.layerDigest),
    Layer.provide(
      Layer.unwrap(
        Simulator.useSync(({ clientId, clientSecret }) =>
          Credentials.layer(grant ?? new ClientCredentials({ clientId, clientSecret }))
        )
      )
    ),
    Layer.provide(Layer.unwrap(Simulator.useSync(({ url }) => Environment.layer({ loginUrl: url, apiUrl: url }))))
  )

/** Calls for ever with so many fibers. */
const saturate = (fibers: number) =>
  Effect.gen(function* () {
    const client = yield* GenesysClient
    for (let fiber = 0; fiber < fibers; fiber++) {
      yield* Effect.forkChild(Effect.forever(Effect.ignore(Effect.andThen(client.text(me), Effect.sleep("20 millis")))))
    }
  })

const journal = Simulator.use((simulator) => simulator.journal)

const simulated = Simulator.layerHttpClient({ journalSize: 20_000 })

describe("a pool of tokens", () => {
  it.effect("of three gets three times the calls of one, and no 429", () =>
    Effect.gen(function* () {
      yield* saturate(20)
      yield* TestClock.adjust("70 seconds")
      const before = (yield* journal).apiRequests
      yield* TestClock.adjust("1 minute")
      const { answers, apiRequests, tokensIssued } = yield* journal
      assert.strictEqual(tokensIssued, 3)
      assert.isUndefined(answers["429"])
      assert.isAtLeast(apiRequests - before, 3 * 300 * 0.97)
    }).pipe(Effect.provide(pool(3)), Effect.provide(simulated))
  )

  it.effect("has one, as long as that is enough", () =>
    Effect.gen(function* () {
      const client = yield* GenesysClient
      yield* Effect.forkChild(Effect.forever(Effect.andThen(client.text(me), Effect.sleep("250 millis"))))
      yield* TestClock.adjust("100 seconds")
      const { apiRequests, tokensIssued } = yield* journal
      assert.isAtLeast(apiRequests, 380)
      assert.strictEqual(tokensIssued, 1)
    }).pipe(Effect.provide(pool(5)), Effect.provide(simulated))
  )

  it.effect("asks for one after the other, two seconds apart", () =>
    Effect.gen(function* () {
      yield* saturate(80)
      yield* TestClock.adjust("30 seconds")
      const { tokens } = yield* journal
      assert.lengthOf(tokens, 10)
      for (const [nth, { issuedAt }] of tokens.entries()) {
        if (nth > 1) assert.isAtLeast(issuedAt - tokens[nth - 1]!.issuedAt, 2_000)
      }
    }).pipe(Effect.provide(pool(10)), Effect.provide(simulated))
  )

  it.effect("goes on with those that it has while the login host gives out no more, and gets the others later", () =>
    Effect.gen(function* () {
      const simulator = yield* Simulator
      const client = yield* GenesysClient
      yield* Effect.forkChild(client.text(me))
      yield* TestClock.adjust("1 second")
      const fault = { path: "/oauth/token", status: 503, forSeconds: 90 }
      yield* simulator.addFault(fault)
      yield* saturate(20)
      yield* TestClock.adjust("80 seconds")
      const { answers, tokensIssued } = yield* journal
      assert.strictEqual(tokensIssued, 1)
      assert.isAtLeast(answers["200"] ?? 0, 300)
      yield* TestClock.adjust("70 seconds")
      assert.strictEqual((yield* journal).tokensIssued, 3)
      assert.isUndefined((yield* journal).answers["429"])
    }).pipe(Effect.provide(pool(3)), Effect.provide(simulated))
  )

  it.effect("shares its tokens with another pool by way of their store", () =>
    Effect.gen(function* () {
      for (const _ of [0, 1]) {
        yield* Effect.forkChild(Effect.andThen(saturate(10), Effect.never).pipe(Effect.provide(Layer.fresh(pool(3)))))
      }
      yield* TestClock.adjust("40 seconds")
      assert.strictEqual((yield* journal).tokensIssued, 3)
    }).pipe(Effect.provide(Layer.merge(simulated, TokenStore.layerMemory)))
  )

  it.effect("tells its budgets as one for each kind", () =>
    Effect.gen(function* () {
      const client = yield* GenesysClient
      yield* saturate(20)
      yield* TestClock.adjust("30 seconds")
      const budgets = yield* client.budgets
      assert.deepStrictEqual(
        budgets.map(({ allowed, kind }) => [kind, allowed]),
        [["*", 600]]
      )
      assert.isAbove(budgets[0]!.used, 200)
      assert.isDefined(budgets[0]!.resetAt)
    }).pipe(Effect.provide(pool(2)), Effect.provide(simulated))
  )

  const code = new AuthorizationCode({
    clientId: "id",
    code: Redacted.make("code"),
    redirectUri: "http://localhost:8085/callback"
  })
  for (const [name, tokens, grant] of [
    ["eleven tokens", 11, undefined],
    ["no token", 0, undefined],
    ["half a token", 1.5, undefined],
    ["two tokens of a login", 2, code]
  ] as const) {
    it.effect(`is refused with ${name}`, () =>
      Effect.gen(function* () {
        const built = yield* Effect.result(Effect.scoped(Layer.build(pool(tokens, grant))))
        assert.isTrue(Result.isFailure(built))
        if (Result.isFailure(built)) assert.strictEqual(built.failure.setting, "tokens")
      }).pipe(Effect.provide(simulated))
    )
  }
})
