// A program that has the official SDK, of any version that we are tried with: adopted as it is, and in Effect.
import { Credentials } from "@effect-genesys/auth/Credentials"
import { Environment } from "@effect-genesys/auth/Environment"
import { ClientCredentials } from "@effect-genesys/auth/Grant"
import { TokenEndpoint } from "@effect-genesys/auth/TokenEndpoint"
import { TokenManager } from "@effect-genesys/auth/TokenManager"
import { GenesysClient } from "@effect-genesys/client/GenesysClient"
import { RateLimit } from "@effect-genesys/client/RateLimit"
import * as Transport from "@effect-genesys/client/Transport"
import { adopt } from "@effect-genesys/sdk"
import { GenesysSdk } from "@effect-genesys/sdk/GenesysSdk"
import { Simulator } from "@effect-genesys/simulator/Simulator"
import { NodeCrypto } from "@effect/platform-node"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as Redacted from "effect/Redacted"
import platformClient from "purecloud-platform-client-v2"

const query = [{ type: "EXACT", fields: ["email"], value: "test.user@yourcompany.com" }]

const adopted = async ({ clientId, clientSecret, revokeTokens, url }: Simulator["Service"]) => {
  const secret = Redacted.value(clientSecret)
  const held = adopt(platformClient.ApiClient.instance, { clientId, clientSecret: secret, loginUrl: url, apiUrl: url })
  const users = new platformClient.UsersApi()
  const name = async () => (await users.postUsersSearch({ query })).results?.[0]?.name
  const before = await name()
  await Effect.runPromise(revokeTokens)
  const after = await name()
  await held.close()
  return [before, after]
}

const layer = Layer.unwrap(
  Simulator.useSync(({ clientId, clientSecret, url }) =>
    GenesysSdk.layer.pipe(
      Layer.provide(GenesysClient.layer),
      Layer.provide(RateLimit.layer),
      Layer.provide(TokenManager.layer),
      Layer.provide(TokenEndpoint.layerHttp),
      Layer.provide([
        Credentials.layer(new ClientCredentials({ clientId, clientSecret })),
        Environment.layer({ loginUrl: url, apiUrl: url }),
        Transport.layer,
        NodeCrypto.layerDigest
      ])
    )
  )
)

const program = Effect.gen(function* () {
  const simulator = yield* Simulator
  yield* Console.log(...(yield* Effect.promise(() => adopted(simulator))))
  const { results } = yield* GenesysSdk.use((sdk) => sdk.UsersApi.postUsersSearch({ query }))
  yield* Console.log(results[0]?.name)
})

const logs = Logger.layer([Logger.withConsoleError(Logger.formatLogFmt)])

await Effect.runPromise(program.pipe(Effect.provide(layer), Effect.provide([Simulator.layer(), logs])))
