/**
 * The contract of the login host: each row of its table of failures, the mint limit, and the life of a token.
 */
import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import { TestClock } from "effect/testing"
import { Simulator } from "../../src/Simulator.ts"
import { login, me, requestToken } from "../support/Calls.ts"

const oauthError = (error: string, description: string) => ({ error, description, error_description: description })

const refusals: ReadonlyArray<
  readonly [name: string, request: Parameters<typeof requestToken>[0], error: string, description: string]
> = [
  ["an unknown client", { id: "nobody" }, "invalid_client", "client not found"],
  ["a wrong secret", { secret: "wrong" }, "invalid_client", "authentication failed"],
  ["no grant", { form: {} }, "invalid_request", "grant_type is missing"],
  [
    "another grant",
    { form: { grant_type: "password" } },
    "unsupported_grant_type",
    "grant_type password is not supported"
  ]
]

for (const [name, request, error, description] of refusals) {
  it.effect(`refuses ${name} with a 400 and the body of the login host`, () =>
    Effect.gen(function* () {
      const answer = yield* requestToken(request)
      assert.strictEqual(answer.status, 400)
      assert.deepStrictEqual(answer.body, oauthError(error, description))
      assert.isDefined(answer.headers["inin-correlation-id"])
    }).pipe(Effect.provide(Simulator.layerHttpClient()))
  )
}

it.effect("gives an opaque token of 86 characters with its life in seconds", () =>
  Effect.gen(function* () {
    const { body, status } = yield* requestToken()
    assert.strictEqual(status, 200)
    assert.hasAllKeys(body, ["access_token", "token_type", "expires_in"])
    assert.include(body, { token_type: "bearer", expires_in: 300 })
    assert.match(yield* login(), /^[\w-]{86}$/)
    assert.notStrictEqual(yield* login(), yield* login())
  }).pipe(Effect.provide(Simulator.layerHttpClient({ tokenLifetime: 300 })))
)

it.effect("answers a wrong secret with 401 when told to", () =>
  Effect.gen(function* () {
    const { body, status } = yield* requestToken({ secret: "wrong" })
    assert.strictEqual(status, 401)
    assert.deepStrictEqual(body, oauthError("invalid_client", "authentication failed"))
  }).pipe(Effect.provide(Simulator.layerHttpClient({ wrongSecretStatus: 401 })))
)

it.effect("refuses the 11th token of a second and the 51st of a minute with a 400", () =>
  Effect.gen(function* () {
    for (let second = 0; second < 5; second++) {
      for (let i = 0; i < 10; i++) assert.strictEqual((yield* requestToken()).status, 200)
      if (second === 0) {
        const { body, status } = yield* requestToken()
        assert.strictEqual(status, 400)
        assert.deepStrictEqual(body, oauthError("invalid_request", "rate limit exceeded; try again in 1 seconds"))
      }
      yield* TestClock.adjust("1 second")
    }
    const { body } = yield* requestToken()
    assert.deepStrictEqual(body, oauthError("invalid_request", "rate limit exceeded; try again in 55 seconds"))
    yield* TestClock.adjust("55 seconds")
    assert.strictEqual((yield* requestToken()).status, 200)
  }).pipe(Effect.provide(Simulator.layerHttpClient()))
)

it.effect("mints without end when the limit is off", () =>
  Effect.gen(function* () {
    for (let i = 0; i < 200; i++) assert.strictEqual((yield* requestToken()).status, 200)
  }).pipe(Effect.provide(Simulator.layerHttpClient({ mintLimit: "off" })))
)

it.effect("lets a token die on time, and each client has its own lifetime", () =>
  Effect.gen(function* () {
    const [short, long] = [yield* login(), yield* login({ id: "long", secret: "s2" })]
    yield* TestClock.adjust("4999 millis")
    assert.strictEqual((yield* me(short)).status, 200)
    yield* TestClock.adjust("1 millis")
    assert.strictEqual((yield* me(short)).status, 401)
    assert.strictEqual((yield* me(long)).status, 200)
  }).pipe(
    Effect.provide(
      Simulator.layerHttpClient({
        tokenLifetime: 5,
        clients: [
          { id: "short", secret: Redacted.make("s1") },
          { id: "long", secret: Redacted.make("s2"), tokenLifetime: 600 }
        ]
      })
    )
  )
)

it.effect("disabling a client kills its tokens at once; rotating its secret leaves no overlap", () =>
  Effect.gen(function* () {
    const simulator = yield* Simulator
    const token = yield* login()
    yield* simulator.updateClient(simulator.clientId, { secret: Redacted.make("new") })
    assert.strictEqual((yield* requestToken()).status, 400)
    assert.strictEqual((yield* me(token)).status, 200)

    yield* simulator.updateClient(simulator.clientId, { state: "disabled" })
    assert.strictEqual((yield* me(token)).status, 401)
    assert.deepStrictEqual(
      (yield* requestToken({ secret: "new" })).body,
      oauthError("invalid_client", "client is disabled")
    )

    yield* simulator.updateClient(simulator.clientId, { state: "active" })
    assert.strictEqual((yield* me(token)).status, 401)
    assert.strictEqual((yield* requestToken({ secret: "new" })).status, 200)
    const error = yield* Effect.flip(simulator.updateClient("nobody", {}))
    assert.strictEqual(error._tag, "UnknownClientError")
  }).pipe(Effect.provide(Simulator.layerHttpClient()))
)
