import * as Genesys from "@effect-genesys/client/Genesys"
import { Users } from "@effect-genesys/client/Users"
import { NodeRuntime, NodeServices } from "@effect/platform-node"
import { Console, Duration, Effect, Logger, Option } from "effect"

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

NodeRuntime.runMain(
  program.pipe(
    Effect.provide(Genesys.layerConfig),
    Effect.provide(NodeServices.layer),
    Effect.tapError(({ message }) => Console.error(message)),
    // Standard output is for results.
    Effect.provideService(Logger.LogToStderr, true)
  ),
  { disableErrorReporting: true }
)
