/** Brings `export.db` up to date with the conversations since a day, and the users: `node main.ts 2026-11-01` */
import * as Genesys from "@effect-genesys/client/Genesys"
import * as Exporter from "@effect-genesys/export/Exporter"
import { NodeRuntime, NodeServices } from "@effect/platform-node"
import { Console, Effect, Layer, Logger } from "effect"
import * as SqliteSink from "./SqliteSink.ts"

const [since = new Date(Date.now() - 3 * 86_400_000).toISOString().slice(0, 10), file = "export.db"] =
  process.argv.slice(2)

const program = Effect.gen(function* () {
  const conversations = yield* Exporter.conversations({ since })
  const users = yield* Exporter.users()
  yield* Console.log(`${conversations.rows} conversations, ${users.rows} users`)
  const failed = [...conversations.failed, ...users.failed]
  // The next run takes them up again.
  yield* Effect.forEach(failed, ({ error }) => Effect.logWarning(error.message), { discard: true })
})

NodeRuntime.runMain(
  program.pipe(
    Effect.provide(Layer.merge(Genesys.layerConfig, SqliteSink.layer(file))),
    Effect.provide(NodeServices.layer),
    Effect.tapError(({ message }) => Console.error(message)),
    Effect.provideService(Logger.LogToStderr, true)
  ),
  { disableErrorReporting: true }
)
