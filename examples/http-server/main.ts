/** Serves on `PORT` (3000) of `HOST` (this machine alone), until it gets SIGTERM or SIGINT. */
import * as Genesys from "@effect-genesys/client/Genesys"
import { NodeRuntime, NodeServices } from "@effect/platform-node"
import { Config, Console, Effect, Layer, Logger } from "effect"
import * as Server from "./Server.ts"

const server = Layer.unwrap(
  Effect.gen(function* () {
    const host = yield* Config.String("HOST").pipe(Config.withDefault("127.0.0.1"))
    const port = yield* Config.Int("PORT").pipe(Config.withDefault(3000))
    return Server.layer({ host, port })
  })
)

NodeRuntime.runMain(
  Layer.launch(server).pipe(
    Effect.provide(Genesys.layerConfig),
    Effect.provide(NodeServices.layer),
    Effect.tapError(({ message }) => Console.error(message)),
    Effect.provideService(Logger.LogToStderr, true)
  ),
  { disableErrorReporting: true }
)
