/** Says once a minute how old the copy is, and who has the address of the command line: `node main.ts ada@example.com` */
import * as Genesys from "@effect-genesys/client/Genesys"
import { NodeRuntime, NodeServices } from "@effect/platform-node"
import { Console, Duration, Effect, Layer, Logger, Option, Schedule } from "effect"
import { Colleagues } from "./Colleagues.ts"

const services = Colleagues.layer.pipe(Layer.provide(Genesys.layerConfig), Layer.provide(NodeServices.layer))

const say = Effect.gen(function* () {
  const colleagues = yield* Colleagues
  const found = yield* colleagues.find(process.argv[2] ?? "test.user@yourcompany.com")
  const age = Option.match(yield* colleagues.age, { onNone: () => "not read yet", onSome: Duration.format })
  yield* Console.log(Option.match(found, { onNone: () => "nobody", onSome: ({ name }) => name }), `(${age})`)
})

NodeRuntime.runMain(
  say.pipe(
    Effect.delay("2 seconds"),
    Effect.repeat(Schedule.spaced("1 minute")),
    Effect.provide(services),
    Effect.tapError(({ message }) => Console.error(message)),
    Effect.provideService(Logger.LogToStderr, true)
  ),
  { disableErrorReporting: true }
)
