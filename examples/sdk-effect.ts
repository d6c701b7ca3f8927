import { Credentials } from "@effect-genesys/auth/Credentials"
import { Environment } from "@effect-genesys/auth/Environment"
import { TokenEndpoint } from "@effect-genesys/auth/TokenEndpoint"
import { TokenManager } from "@effect-genesys/auth/TokenManager"
import { GenesysClient } from "@effect-genesys/client/GenesysClient"
import { RateLimit } from "@effect-genesys/client/RateLimit"
import * as Transport from "@effect-genesys/client/Transport"
import { GenesysSdk } from "@effect-genesys/sdk/GenesysSdk"
import { NodeCrypto, NodeRuntime } from "@effect/platform-node"
import { Console, Effect, Layer, Logger } from "effect"

const Genesys = GenesysSdk.layer.pipe(
  Layer.provide(GenesysClient.layer),
  Layer.provide(RateLimit.layer),
  Layer.provide(TokenManager.layer),
  Layer.provide(TokenEndpoint.layerHttp),
  Layer.provide([Credentials.layerConfig, Environment.layerConfig, Transport.layer, NodeCrypto.layerDigest])
)

const program = Effect.gen(function* () {
  const sdk = yield* GenesysSdk
  const query = [{ type: "EXACT", fields: ["email"], value: "test.user@yourcompany.com" }]
  const { results } = yield* sdk.UsersApi.postUsersSearch({ query })
  yield* Console.log(results[0]?.name ?? "nobody")

  // Code that was written for the SDK's promises, as it is.
  const queues = yield* sdk.api(async ({ RoutingApi }) => {
    const page = await RoutingApi.getRoutingQueues({ pageSize: 100 })
    return page.entities?.length ?? 0
  })
  yield* Console.log(`${queues} queues`)
}).pipe(
  Effect.catchTag("PermissionError", ({ permissions }) => Console.error(`Missing: ${permissions.join(", ")}`)),
  Effect.catchTag("RateLimitError", ({ message }) => Console.error(`Later: ${message}`))
)

NodeRuntime.runMain(
  program.pipe(
    Effect.provide(Genesys),
    Effect.tapError(({ message }) => Console.error(message)),
    // Standard output is for results.
    Effect.provideService(Logger.LogToStderr, true)
  ),
  { disableErrorReporting: true }
)
