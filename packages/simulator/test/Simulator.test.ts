/**
 * How a simulator starts: options, isolation from its siblings, and who may control it.
 */
import { assert, it } from "@effect/vitest"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as HttpServerRequest from "effect/http/HttpServerRequest"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import { isLocal } from "../src/internal/control/localOnly.ts"
import { Simulator } from "../src/Simulator.ts"
import type { SimulatorOptions } from "../src/SimulatorOptions.ts"
import { call, login, me } from "./support/Calls.ts"

it.effect("shares nothing with another simulator in the same program", () =>
  Effect.gen(function* () {
    const memoMap = yield* Layer.makeMemoMap
    const scope = yield* Effect.scope
    const [one, other] = [
      yield* Layer.buildWithMemoMap(Simulator.layerHttpClient(), memoMap, scope),
      yield* Layer.buildWithMemoMap(Simulator.layerHttpClient(), memoMap, scope)
    ]
    const token = yield* Effect.provideContext(login(), one)
    assert.strictEqual((yield* Effect.provideContext(me(token), one)).status, 200)
    assert.strictEqual((yield* Effect.provideContext(me(token), other)).status, 401)
    assert.strictEqual((yield* Context.get(one, Simulator).journal).tokenRequests, 1)
    assert.strictEqual((yield* Context.get(other, Simulator).journal).tokenRequests, 0)
  })
)

const senseless: ReadonlyArray<SimulatorOptions> = [
  { tokenLifetime: 0 },
  { port: 70_000 },
  { seed: 0.5 },
  { rateLimit: { limit: 0 } },
  { tokenLifetime: 38_880_001 },
  { conversationsPerHour: 1_000_001 },
  { oauth: { disabledClient: { error: "" } } },
  { clients: [{ id: "with:colon", secret: Redacted.make("secret") }] },
  { scenario: [{ at: -1, do: "revoke" }] }
]

it.effect("does not start with options that make no sense", () =>
  Effect.gen(function* () {
    for (const options of senseless) {
      const exit = yield* Effect.exit(Effect.provide(Simulator, Simulator.layerHttpClient(options)))
      assert.isTrue(Exit.isFailure(exit) && Exit.hasDies(exit))
    }
  })
)

/** Whether a request from this peer with these headers may use the control API. */
const from = (peer: string | undefined, headers: Record<string, string>) =>
  isLocal(
    HttpServerRequest.fromClientRequest(HttpClientRequest.get("http://localhost/_control/journal", { headers })).modify(
      { peerAddress: Option.fromNullishOr(peer) }
    )
  )

it("takes control from local programs only", () => {
  const local = { host: "localhost:8080" }
  assert.isTrue(from(undefined, {}))
  for (const peer of ["127.0.0.1", "::1", "::ffff:127.0.0.1"]) assert.isTrue(from(peer, local))
  for (const peer of ["10.0.0.7", "::ffff:10.0.0.7", "fe80::1"]) assert.isFalse(from(peer, local))
  assert.isTrue(from("::1", { host: "[::1]:8080" }))
  assert.isFalse(from("127.0.0.1", {}))
  for (const host of ["evil.example", "localhost.evil.example", "127.0.0.1.evil.example:80", "[::1].evil.example"]) {
    assert.isFalse(from("127.0.0.1", { host }))
  }
  assert.isFalse(from("127.0.0.1", { ...local, origin: "null" }))
})

it.effect("takes paths literally", () =>
  Effect.gen(function* () {
    const token = yield* login()
    assert.strictEqual((yield* call(token, "GET", "/_control/journal")).status, 200)
    assert.strictEqual((yield* call(token, "GET", "/_CONTROL/journal")).status, 404)
  }).pipe(Effect.provide(Simulator.layerHttpClient()))
)
