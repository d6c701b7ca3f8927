/** Who a worker of a fleet is, by its settings file and its environment. */
import { assert, describe, it } from "@effect/vitest"
import * as Settings from "@effect-genesys/program/Settings"
import * as ConfigProvider from "effect/ConfigProvider"
import * as Effect from "effect/Effect"
import * as FleetSettings from "../../src/fleet/FleetSettings.ts"
import type { Cluster } from "../../src/settings/WorkerSettings.ts"

const near = "postgres://worker:canary@127.0.0.1/fleet"
const far = "postgres://worker:canary@db.example/fleet"

const given = (env: Record<string, string>, cluster?: Cluster) =>
  FleetSettings.of(cluster === undefined ? {} : { cluster }).pipe(
    Effect.provideService(Settings.Sources, {
      environment: ConfigProvider.fromEnvRecord(env),
      file: ConfigProvider.fromEnvRecord({})
    })
  )

describe("the address of a worker", () => {
  const addresses: ReadonlyArray<readonly [string, string, number]> = [
    ["10.0.0.5", "10.0.0.5", 34_431],
    ["10.0.0.5:4000", "10.0.0.5", 4000],
    ["worker-0.workers:34431", "worker-0.workers", 34_431],
    ["[fd00::5]", "fd00::5", 34_431],
    ["[fd00::5]:4000", "fd00::5", 4000]
  ]
  for (const [text, host, port] of addresses) {
    it.effect(`is read: ${text}`, () =>
      Effect.gen(function* () {
        const env = { GENESYS_WORKER_CLUSTER_URL: far, GENESYS_WORKER_CLUSTER_ADDRESS: text }
        assert.deepInclude((yield* given(env)).cluster, { host, port })
      })
    )
  }

  it.effect("is this machine's on one machine, and the environment's before the file's", () =>
    Effect.gen(function* () {
      const env = { GENESYS_WORKER_CLUSTER_URL: near }
      assert.deepInclude((yield* given(env)).cluster, { host: "127.0.0.1", port: 34_431 })
      const file = { address: "10.0.0.5" }
      assert.deepInclude((yield* given(env, file)).cluster, { host: "10.0.0.5" })
      const both = { ...env, GENESYS_WORKER_CLUSTER_ADDRESS: "10.0.0.6" }
      assert.deepInclude((yield* given(both, file)).cluster, { host: "10.0.0.6" })
    })
  )

  const wrong = ["", " ", "a b", "http://a", "a:0", "a:65536", "a:", ":34431", "fd00::5", "[fd00::5", "a/b", "user@a"]
  for (const text of wrong.filter((one) => one.trim() !== "")) {
    it.effect(`is refused, with what it should be: ${JSON.stringify(text)}`, () =>
      Effect.gen(function* () {
        const env = { GENESYS_WORKER_CLUSTER_URL: near, GENESYS_WORKER_CLUSTER_ADDRESS: text }
        const { message, setting } = yield* Effect.flip(given(env))
        assert.strictEqual(setting, "GENESYS_WORKER_CLUSTER_ADDRESS")
        assert.include(message, "such as 10.0.0.5:34431")
      })
    )
  }

  it.effect("must not be one that each machine has, where the database is on another machine", () =>
    Effect.gen(function* () {
      for (const address of ["127.0.0.1", "localhost:34431", "[::1]"]) {
        const env = { GENESYS_WORKER_CLUSTER_URL: far, GENESYS_WORKER_CLUSTER_ADDRESS: address }
        const { message } = yield* Effect.flip(given(env))
        assert.include(message, "workers on other machines")
        assert.notInclude(message, "canary")
      }
      assert.include(
        (yield* Effect.flip(given({ GENESYS_WORKER_CLUSTER_URL: far }))).message,
        "workers on other machines"
      )
    })
  )
})

it.effect("the URL of the database is in the environment, under the name that the file says", () =>
  Effect.gen(function* () {
    assert.include((yield* Effect.flip(given({}))).message, "GENESYS_WORKER_CLUSTER_URL is not set")
    const { database } = yield* given({ FLEET: near }, { database: "FLEET" })
    assert.strictEqual(database.setting, "FLEET")
    assert.notInclude(JSON.stringify(database), "canary")
  })
)
