/** An org that may have several tokens: of one worker, and of a fleet whose workers share them and their budgets. */
import { assert, describe, it } from "@effect/vitest"
import { TokenStore } from "@effect-genesys/auth/TokenStore"
import { GenesysClient } from "@effect-genesys/client/GenesysClient"
import * as SharedRateLimit from "@effect-genesys/fleet/SharedRateLimit"
import { Simulator } from "@effect-genesys/simulator/Simulator"
import type { Sharding } from "effect/cluster/Sharding"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as Layer from "effect/Layer"
import type * as Scope from "effect/Scope"
import * as Socket from "effect/socket/Socket"
import * as TestClock from "effect/testing/TestClock"
import * as Cluster from "../../../packages/fleet/test/Cluster.ts"
import { OrgRateLimit, Orgs } from "../src/Orgs.ts"
import * as Workers from "./support/Workers.ts"

const me = HttpClientRequest.get("/api/v2/organizations/me")

/** A worker calls for such an org as often as it can. */
const saturate = (tokens: number) =>
  Effect.gen(function* () {
    const { url } = yield* Simulator
    const credentials = { clientIdEnv: "GENESYS_CLOUD_CLIENT_ID", clientSecretEnv: "GENESYS_CLOUD_CLIENT_SECRET" }
    const settings = { ...credentials, loginUrl: url, apiUrl: url, tokens }
    const orgs = Context.get(
      yield* Layer.build(Layer.fresh(Layer.provide(Orgs.layerHttp, Socket.layerWebSocketConstructorGlobal))),
      Orgs
    )
    const services = yield* orgs.get({ name: "acme", settings })
    const client = Context.get(services, GenesysClient)
    for (let fiber = 0; fiber < 20; fiber++) {
      yield* Effect.forkScoped(
        Effect.forever(Effect.ignore(Effect.andThen(client.text(me), Effect.sleep("20 millis"))))
      )
    }
  })

/** The calls of a minute, after the first seventy seconds, and the tokens that there were. */
const measured = Effect.gen(function* () {
  const journal = Simulator.use((simulator) => simulator.journal)
  yield* TestClock.adjust("70 seconds")
  const before = (yield* journal).apiRequests
  yield* TestClock.adjust("1 minute")
  const { answers, apiRequests, tokensIssued } = yield* journal
  assert.isUndefined(answers["429"])
  return { calls: apiRequests - before, tokensIssued }
})

const test = <R>(
  name: string,
  effect: Effect.Effect<unknown, unknown, R | Scope.Scope>,
  layer: Layer.Layer<R, unknown>
) => it.effect(name, () => Effect.scoped(Effect.provide(effect, layer)))

const surroundings = Layer.provideMerge(Workers.environment(), Simulator.layerHttpClient({ journalSize: 20_000 }))

/** What the workers of a fleet have in common, in one process. */
const fleet = Layer.effect(
  OrgRateLimit,
  Effect.map(Effect.context<Sharding>(), (context) =>
    Layer.provide(SharedRateLimit.layer({ replicas: 2 }), Layer.succeedContext(context))
  )
).pipe(
  Layer.provideMerge(Layer.provideMerge(SharedRateLimit.layerKeeper, Cluster.layer)),
  Layer.merge(TokenStore.layerMemory)
)

describe("an org with several tokens", () => {
  test(
    "has the calls of each",
    Effect.gen(function* () {
      yield* saturate(3)
      const { calls, tokensIssued } = yield* measured
      assert.strictEqual(tokensIssued, 3)
      assert.isAtLeast(calls, 3 * 300 * 0.97)
    }),
    surroundings
  )

  test(
    "shares them and their budgets with the other workers of a fleet",
    Effect.gen(function* () {
      yield* saturate(2)
      yield* saturate(2)
      const { calls, tokensIssued } = yield* measured
      assert.strictEqual(tokensIssued, 2)
      assert.isAtLeast(calls, 2 * 300 * 0.95)
    }),
    Layer.merge(surroundings, fleet)
  )
})
