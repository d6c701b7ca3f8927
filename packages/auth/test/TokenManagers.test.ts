import { assert, describe, it } from "@effect/vitest"
import { NodeCrypto } from "@effect/platform-node"
import * as Effect from "effect/Effect"
import * as HttpClient from "effect/http/HttpClient"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import * as TestClock from "effect/testing/TestClock"
import { Credentials } from "../src/Credentials.ts"
import { Environment } from "../src/Environment.ts"
import { ClientCredentials } from "../src/Grant.ts"
import * as Region from "../src/Region.ts"
import { TokenManager } from "../src/TokenManager.ts"
import * as TokenManagers from "../src/TokenManagers.ts"
import * as Host from "./LoginHost.ts"

/** Two orgs in two regions, and one that is refused. */
const lookup = (org: string) =>
  Layer.merge(
    Credentials.layer(new ClientCredentials({ clientId: org, clientSecret: Redacted.make(Host.secret) })),
    Layer.orDie(
      Environment.layer({ region: Option.getOrThrow(Region.find(org === "berlin" ? "eu-central-1" : "us-east-1")) })
    )
  )

/** Answers by client: each org has a count of its own. */
const orgs = () => {
  const requests = new Map<string, number>()
  const client = HttpClient.make((request, url) => {
    const basic = Buffer.from((request.headers["authorization"] ?? "").slice("Basic ".length), "base64").toString()
    const org = `${basic.split(":", 1)[0]}@${url.hostname}`
    const count = (requests.get(org) ?? 0) + 1
    requests.set(org, count)
    if (basic.startsWith("refused")) return Host.refuse(count, request)
    return Host.json(200, { access_token: `${org}-${count}`, token_type: "bearer", expires_in: 300 })(count, request)
  })
  return { requests, layer: Layer.merge(Layer.succeed(HttpClient.HttpClient, client), NodeCrypto.layerDigest) }
}

const token = Effect.map(
  TokenManager.use((manager) => manager.token),
  ({ value }) => Redacted.value(value)
)

describe("TokenManagers", () => {
  it.effect("each org has a manager and a token of its own, built when first used", () => {
    const { layer, requests } = orgs()
    return Effect.gen(function* () {
      const map = yield* TokenManagers.make({ lookup })
      assert.strictEqual(requests.size, 0)
      assert.strictEqual(yield* Effect.provide(token, map.get("boston")), "boston@login.mypurecloud.com-1")
      assert.strictEqual(yield* Effect.provide(token, map.get("berlin")), "berlin@login.mypurecloud.de-1")
      assert.strictEqual(yield* Effect.provide(token, map.get("boston")), "boston@login.mypurecloud.com-1")
      assert.strictEqual(requests.size, 2)
    }).pipe(Effect.provide(layer))
  })

  it.effect("one org's refusal does not touch another's", () => {
    const { layer, requests } = orgs()
    return Effect.gen(function* () {
      const map = yield* TokenManagers.make({ lookup })
      for (let i = 0; i < 3; i++) {
        const error = yield* Effect.flip(Effect.provide(token, map.get("refused")))
        assert.strictEqual(error._tag, "AuthenticationError")
        assert.strictEqual(yield* Effect.provide(token, map.get("boston")), "boston@login.mypurecloud.com-1")
      }
      assert.strictEqual(requests.get("refused@login.mypurecloud.com"), 1)
    }).pipe(Effect.provide(layer))
  })

  it.effect("a manager that is idle is released and asks no more; the next use builds another", () => {
    const { layer, requests } = orgs()
    return Effect.gen(function* () {
      const map = yield* TokenManagers.make({ lookup, idleTimeToLive: "7 minutes" })
      yield* Effect.provide(token, map.get("boston"))
      yield* TestClock.adjust("7 minutes")
      const asked = requests.get("boston@login.mypurecloud.com") ?? 0
      assert.isAbove(asked, 1)
      yield* TestClock.adjust("1 hour")
      assert.strictEqual(requests.get("boston@login.mypurecloud.com"), asked)
      yield* Effect.provide(token, map.get("boston"))
      assert.strictEqual(requests.get("boston@login.mypurecloud.com"), asked + 1)
    }).pipe(Effect.provide(layer))
  })
})
