/**
 * A process for SimulatorLoad.ts, ClientLoad.ts and ExportDay.ts: the simulator, with the limits and options that it gets as JSON. By IPC it
 * says its URL once it listens, and its memory and processor time whenever it is asked.
 */
import { Simulator } from "@effect-genesys/simulator/Simulator"
import * as SmallHeap from "@effect-genesys/simulator/SmallHeap"
import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"

const Options = Schema.fromJsonString(
  Schema.Struct({
    clients: Schema.NonEmptyArray(
      Schema.Struct({ id: Schema.String, secret: Schema.RedactedFromValue(Schema.String), tokenLifetime: Schema.Int })
    ),
    conversationsPerHour: Schema.Int,
    dataLag: Schema.optionalKey(Schema.Int),
    /** API calls of a token in a minute; any number if it is left out. */
    callsPerMinute: Schema.optionalKey(Schema.Int)
  })
)
process.on("message", () => {
  const { system, user } = process.cpuUsage()
  process.send?.({ rss: process.memoryUsage.rss(), cpu: system + user })
})
process.once("disconnect", () => process.exit())

const serve = Effect.gen(function* () {
  const { url } = yield* Simulator
  yield* Effect.sync(() => process.send?.({ url }))
  return yield* Effect.never
})

NodeRuntime.runMain(
  Effect.gen(function* () {
    const { callsPerMinute, clients, ...options } = yield* Schema.decodeUnknownEffect(Options)(process.argv[2])
    const [first, ...others] = clients
    const layer = Simulator.layer({
      ...options,
      clients: [first, ...others],
      rateLimit: callsPerMinute === undefined ? "off" : { limit: callsPerMinute },
      mintLimit: "off"
    })
    yield* SmallHeap.keep
    return yield* Effect.provide(serve, layer)
  })
)
