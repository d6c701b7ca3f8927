/** A worker in the process of the test, with nothing of the machine's settings. */
import type { Sink } from "@effect-genesys/export/Sink"
import { Simulator } from "@effect-genesys/simulator/Simulator"
import type { SimulatorOptions } from "@effect-genesys/simulator/SimulatorOptions"
import * as NodeServices from "@effect/platform-node/NodeServices"
import * as Clock from "effect/Clock"
import * as ConfigProvider from "effect/ConfigProvider"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as References from "effect/References"
import * as Socket from "effect/socket/Socket"
import * as TestClock from "effect/testing/TestClock"
import { mkdtempSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { Orgs } from "../../src/Orgs.ts"
import * as Settings from "@effect-genesys/program/Settings"
import { Sinks } from "@effect-genesys/program/Sinks"
import { Worker } from "../../src/Worker.ts"

export const folder = () => mkdtempSync(join(tmpdir(), "worker-"))

/** The environment that names the simulator, and these variables. */
export const environment = (variables: Record<string, string> = {}) =>
  Layer.merge(Settings.layer, Layer.succeed(References.MinimumLogLevel, "None")).pipe(
    Layer.provideMerge(NodeServices.layer),
    Layer.provide(
      Layer.unwrap(
        Simulator.use(({ clientId, clientSecret, url }) =>
          Effect.succeed(
            ConfigProvider.layer(
              ConfigProvider.fromEnvRecord({
                GENESYS_CONFIG_DIR: folder(),
                GENESYS_CLOUD_SECRET_STORE: "file",
                GENESYS_CLOUD_LOGIN_URL: url,
                GENESYS_CLOUD_API_URL: url,
                GENESYS_CLOUD_CLIENT_ID: clientId,
                GENESYS_CLOUD_CLIENT_SECRET: Redacted.value(clientSecret),
                ...variables
              })
            )
          )
        )
      )
    )
  )

/** In memory and on one clock: the simulator is behind the transport, and the exports go into this sink. */
export const inMemory = (options: SimulatorOptions, sink: Layer.Layer<Sink>) => {
  const sinks = Layer.effect(
    Sinks,
    Effect.map(Layer.build(sink), (context) =>
      Sinks.of({ get: () => Effect.succeed(context), staging: () => Effect.succeedNone, check: () => Effect.void })
    )
  )
  return Worker.layer.pipe(
    Layer.provide([Layer.provide(Orgs.layerHttp, Socket.layerWebSocketConstructorGlobal), sinks]),
    Layer.provideMerge(environment()),
    Layer.provideMerge(Simulator.layerHttpClient(options))
  )
}

/** Lets virtual time pass until then: in long steps, and in short ones while a job runs, which may wait for disks and programs. */
export const passing = Effect.fnUntraced(function* (until: number, short: number, each: Effect.Effect<void>) {
  const worker = yield* Worker
  let now = yield* Clock.currentTimeMillis
  while (now < until) {
    const { jobs } = yield* worker.status
    const next = jobs.map(({ nextRunAt, state }) =>
      state === "running" || nextRunAt === undefined ? now + short : Date.parse(nextRunAt)
    )
    yield* TestClock.adjust(Math.max(1, Math.min(...next, until, now + 3_600_000) - now))
    yield* Effect.promise(() => new Promise((resolve) => setImmediate(resolve)))
    now = yield* Clock.currentTimeMillis
    yield* each
  }
})
