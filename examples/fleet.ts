import * as Genesys from "@effect-genesys/client/Genesys"
import { GenesysClient } from "@effect-genesys/client/GenesysClient"
import * as Transport from "@effect-genesys/client/Transport"
import { Users } from "@effect-genesys/client/Users"
import { Credentials } from "@effect-genesys/auth/Credentials"
import { Environment } from "@effect-genesys/auth/Environment"
import { TokenEndpoint } from "@effect-genesys/auth/TokenEndpoint"
import { TokenManager } from "@effect-genesys/auth/TokenManager"
import * as Cluster from "@effect-genesys/fleet/Cluster"
import * as FleetDatabase from "@effect-genesys/fleet/FleetDatabase"
import * as PostgresTokenStore from "@effect-genesys/fleet/PostgresTokenStore"
import * as SharedRateLimit from "@effect-genesys/fleet/SharedRateLimit"
import { NodeCrypto, NodeRuntime, NodeServices } from "@effect/platform-node"
import { Config, Console, Effect, Layer } from "effect"

/** The database that all of them share, and the address of this one. */
const fleet = Layer.unwrap(
  Effect.gen(function* () {
    const url = yield* Config.Redacted("FLEET_DATABASE_URL")
    const port = yield* Config.Int("FLEET_PORT")
    return Layer.mergeAll(PostgresTokenStore.layer(), SharedRateLimit.layerKeeper).pipe(
      Layer.provideMerge(Cluster.layer({ host: "127.0.0.1", port })),
      Layer.provide(FleetDatabase.layer({ url }))
    )
  })
)

const services = Genesys.layerServices.pipe(
  Layer.provideMerge(GenesysClient.layer),
  Layer.provide([TokenManager.layer, SharedRateLimit.layer()]),
  Layer.provide(TokenEndpoint.layerHttp),
  Layer.provide([Credentials.layerConfigFile, Environment.layerConfig, Transport.layerConfig, fleet]),
  Layer.provide([NodeCrypto.layer, NodeServices.layer])
)

const program = Effect.gen(function* () {
  const { total } = yield* Users.use((users) => users.list())
  yield* Console.log(`${total} users`)
})

NodeRuntime.runMain(Effect.provide(program, services))
