import { Credentials } from "@effect-genesys/auth/Credentials"
import { Environment } from "@effect-genesys/auth/Environment"
import { TokenEndpoint } from "@effect-genesys/auth/TokenEndpoint"
import { TokenManager } from "@effect-genesys/auth/TokenManager"
import { GenesysClient } from "@effect-genesys/client/GenesysClient"
import * as Transport from "@effect-genesys/client/Transport"
import { Users } from "@effect-genesys/client/Users"
import { NodeCrypto, NodeRuntime } from "@effect/platform-node"
import { Console, Effect, Layer, Option } from "effect"

// Who we are, where Genesys Cloud is, and one token for everything that is built on it.
const Genesys = Users.layer.pipe(
  Layer.provide(GenesysClient.layer),
  Layer.provideMerge(TokenManager.layer),
  Layer.provide(TokenEndpoint.layerHttp),
  Layer.provide([Credentials.layerConfig, Environment.layerConfig, Transport.layerConfig, NodeCrypto.layerDigest])
)

const program = Effect.gen(function* () {
  const users = yield* Users
  const user = yield* users.findByEmail("test.user@yourcompany.com")
  yield* Console.log(Option.match(user, { onNone: () => "nobody", onSome: ({ id, name }) => `${name} (${id})` }))
}).pipe(
  // Each thing that can go wrong has a tag of its own.
  Effect.catchTag("AuthenticationError", (error) =>
    Effect.andThen(Console.error(`Somebody has to look at the OAuth client: ${error.message}`), Effect.fail(error))
  ),
  Effect.catchTag(["RateLimitError", "UnavailableError"], (error) =>
    Effect.andThen(Console.error(`It may work later: ${error.message}`), Effect.fail(error))
  )
)

NodeRuntime.runMain(Effect.provide(program, Genesys), { disableErrorReporting: true })
