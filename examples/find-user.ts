import { Credentials } from "@effect-genesys/auth/Credentials"
import * as DotEnv from "@effect-genesys/auth/DotEnv"
import { Environment } from "@effect-genesys/auth/Environment"
import { TokenEndpoint } from "@effect-genesys/auth/TokenEndpoint"
import { TokenManager } from "@effect-genesys/auth/TokenManager"
import { GenesysClient } from "@effect-genesys/client/GenesysClient"
import { RateLimit } from "@effect-genesys/client/RateLimit"
import * as Transport from "@effect-genesys/client/Transport"
import { Users } from "@effect-genesys/client/Users"
import { NodeCrypto, NodeRuntime, NodeServices } from "@effect/platform-node"
import { Console, Effect, Layer, Logger, Option } from "effect"

// Who we are, where Genesys Cloud is, and one token for everything that is built on it. The settings come from the environment,
// and from a file .env what it may bring.
const Genesys = Users.layer.pipe(
  Layer.provide(GenesysClient.layer),
  Layer.provide(RateLimit.layer),
  Layer.provideMerge(TokenManager.layer),
  Layer.provide(TokenEndpoint.layerHttp),
  Layer.provide([Credentials.layerConfig, Environment.layerConfig, Transport.layerConfig, NodeCrypto.layerDigest]),
  Layer.provide(DotEnv.layer),
  Layer.provide(NodeServices.layer)
)

const program = Effect.gen(function* () {
  const users = yield* Users
  const user = yield* users.findByEmail("test.user@yourcompany.com")
  yield* Console.log(Option.match(user, { onNone: () => "nobody", onSome: ({ id, name }) => `${name} (${id})` }))
}).pipe(
  Effect.provide(Genesys),
  // Each thing that can go wrong has a tag of its own, a setting that is missing too.
  Effect.tapError((error) => {
    switch (error._tag) {
      case "AuthenticationError":
        return Console.error(`Somebody has to look at the OAuth client: ${error.message}`)
      case "RateLimitError":
      case "UnavailableError":
        return Console.error(`It may work later: ${error.message}`)
      default:
        return Console.error(error.message)
    }
  }),
  // Standard output is for results.
  Effect.provideService(Logger.LogToStderr, true)
)

NodeRuntime.runMain(program, { disableErrorReporting: true })
