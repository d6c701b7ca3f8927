import * as Genesys from "@effect-genesys/client/Genesys"
import * as Exporter from "@effect-genesys/export/Exporter"
import * as NdjsonSink from "@effect-genesys/export/NdjsonSink"
import { NodeRuntime, NodeServices } from "@effect/platform-node"
import { Console, Effect, Layer, Logger } from "effect"

const since = new Date(Date.now() - 3 * 86_400_000).toISOString().slice(0, 10)

const program = Effect.gen(function* () {
  const { done, failed, rows } = yield* Exporter.conversations({ since })
  yield* Console.log(`${rows} conversations of ${done.length} days, ${failed.length} days failed`)
})

const services = Layer.merge(Genesys.layerConfig, NdjsonSink.layer({ directory: "export", compression: "zstd" }))

NodeRuntime.runMain(
  program.pipe(
    Effect.provide(services),
    Effect.provide(NodeServices.layer),
    Effect.tapError(({ message }) => Console.error(message)),
    // Standard output is for results.
    Effect.provideService(Logger.LogToStderr, true)
  ),
  { disableErrorReporting: true }
)
