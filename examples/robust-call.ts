import { GenesysClient } from "@effect-genesys/client/GenesysClient"
import { Users } from "@effect-genesys/client/Users"
import * as Genesys from "@effect-genesys/runtime/Genesys"
import { NodeRuntime, NodeServices } from "@effect/platform-node"
import { Console, Duration, Effect, Layer, Logger, Option } from "effect"

const robustCall = (email: string) =>
  Users.use((users) => users.findByEmail(email)).pipe(
    Effect.map(Option.match({ onNone: () => "There is no such user.", onSome: ({ id }) => `Found ${id}.` })),
    Effect.catchTags({
      AuthenticationError: ({ code }) => Effect.succeed(`The login host refuses the OAuth client: ${code}.`),
      UnauthorizedError: () => Effect.succeed("The API refuses fresh tokens: is the region right?"),
      PermissionError: ({ permissions }) => Effect.succeed(`The client lacks ${permissions.join(", ")}.`),
      RateLimitError: ({ retryAfter = Duration.minutes(1) }) => Effect.succeed(`Wait ${Duration.format(retryAfter)}.`),
      UnavailableError: ({ reason }) => Effect.succeed(`Genesys Cloud cannot be used now: ${reason}.`)
    })
  )

const program = Effect.flatMap(robustCall("test.user@yourcompany.com"), (line) => Console.log(line))
const services = Users.layer.pipe(Layer.provide(GenesysClient.layer), Layer.provide(Genesys.layerToken))

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
