/**
 * A process for SimulatorLoad.ts: the simulator without limits, with the options that it gets as JSON. By IPC it says its URL
 * once it listens, and its memory whenever it is asked.
 */
import { Simulator } from "@effect-genesys/simulator/Simulator"
import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"

const Options = Schema.fromJsonString(
  Schema.Struct({
    clients: Schema.NonEmptyArray(
      Schema.Struct({ id: Schema.String, secret: Schema.RedactedFromValue(Schema.String), tokenLifetime: Schema.Int })
    ),
    conversationsPerHour: Schema.Int
  })
)
process.on("message", () => process.send?.({ rss: process.memoryUsage.rss() }))
process.once("disconnect", () => process.exit())

const serve = Effect.gen(function* () {
  const { url } = yield* Simulator
  yield* Effect.sync(() => process.send?.({ url }))
  return yield* Effect.never
})

NodeRuntime.runMain(
  Effect.gen(function* () {
    const { clients, ...options } = yield* Schema.decodeUnknownEffect(Options)(process.argv[2])
    const [first, ...others] = clients
    const layer = Simulator.layer({ ...options, clients: [first, ...others], rateLimit: "off", mintLimit: "off" })
    return yield* Effect.provide(serve, layer)
  })
)
