/** The whole way of a call, from the typed service to the simulator's answer, in memory and on one clock. */
import { Credentials } from "@effect-genesys/auth/Credentials"
import { Environment } from "@effect-genesys/auth/Environment"
import { ClientCredentials } from "@effect-genesys/auth/Grant"
import { TokenEndpoint } from "@effect-genesys/auth/TokenEndpoint"
import { TokenManager } from "@effect-genesys/auth/TokenManager"
import { Simulator } from "@effect-genesys/simulator/Simulator"
import type { SimulatorOptions } from "@effect-genesys/simulator/SimulatorOptions"
import * as NodeCrypto from "@effect/platform-node/NodeCrypto"
import * as Effect from "effect/Effect"
import type * as HttpClient from "effect/http/HttpClient"
import * as Layer from "effect/Layer"
import { ConversationDetails } from "../src/ConversationDetails.ts"
import { GenesysClient } from "../src/GenesysClient.ts"
import { OAuthClients } from "../src/OAuthClients.ts"
import { Organization } from "../src/Organization.ts"
import { RateLimit } from "../src/RateLimit.ts"
import { Routing } from "../src/Routing.ts"
import { Tokens } from "../src/Tokens.ts"
import { Usage } from "../src/Usage.ts"
import { Users } from "../src/Users.ts"

const credentials = Layer.unwrap(
  Simulator.use(({ clientId, clientSecret }) =>
    Effect.succeed(Credentials.layer(new ClientCredentials({ clientId, clientSecret })))
  )
)

const services = Layer.mergeAll(
  ConversationDetails.layer,
  OAuthClients.layer,
  Organization.layer,
  Routing.layer,
  Tokens.layer,
  Usage.layer,
  Users.layer
)

/** Over a transport that has the simulator behind it. */
export const layerTransport = <E>(transport: Layer.Layer<Simulator | HttpClient.HttpClient, E>) =>
  services.pipe(
    Layer.provideMerge(GenesysClient.layer),
    Layer.provide(RateLimit.layer),
    Layer.provideMerge(TokenManager.layer),
    Layer.provide(TokenEndpoint.layerHttp),
    Layer.provide(NodeCrypto.layerDigest),
    Layer.provide(credentials),
    Layer.provideMerge(Environment.layer()),
    Layer.provideMerge(transport)
  )

export const layer = (options: SimulatorOptions = {}) => layerTransport(Simulator.layerHttpClient(options))
