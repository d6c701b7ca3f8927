/**
 * One layer for the tests of a program that calls Genesys Cloud: the typed services, the client and the token of
 * `@effect-genesys/client`, with a simulator of their own behind them, in memory and on the clock of the test. Nothing is read of
 * the environment, no socket is opened, and a week of calls takes seconds. It alone of this package knows the other packages.
 */
import { Credentials } from "@effect-genesys/auth/Credentials"
import { Environment } from "@effect-genesys/auth/Environment"
import { ClientCredentials } from "@effect-genesys/auth/Grant"
import { TokenEndpoint } from "@effect-genesys/auth/TokenEndpoint"
import { TokenManager } from "@effect-genesys/auth/TokenManager"
import * as Genesys from "@effect-genesys/client/Genesys"
import { GenesysClient } from "@effect-genesys/client/GenesysClient"
import { RateLimit } from "@effect-genesys/client/RateLimit"
import * as NodeCrypto from "@effect/platform-node/NodeCrypto"
import type * as HttpClient from "effect/http/HttpClient"
import * as Layer from "effect/Layer"
import { Simulator } from "../Simulator.ts"
import type { SimulatorOptions } from "../SimulatorOptions.ts"

/** What a program is given by `Genesys.layerConfig`, and the simulator, to bring about faults and to look at what it saw. */
export type Provided =
  | Genesys.Services
  | GenesysClient
  | RateLimit
  | TokenManager
  | Credentials
  | Environment
  | HttpClient.HttpClient
  | Simulator

/** Who the default client of the simulator is. */
const credentials = Layer.unwrap(
  Simulator.useSync(({ clientId, clientSecret }) =>
    Credentials.layer(new ClientCredentials({ clientId, clientSecret }))
  )
)

/** Over a transport that brings every request to a simulator, whatever its host. */
export const layerTransport = <E, R>(
  transport: Layer.Layer<Simulator | HttpClient.HttpClient, E, R>
): Layer.Layer<Provided, E, R> =>
  Genesys.layerServices.pipe(
    Layer.provideMerge(GenesysClient.layer),
    Layer.provideMerge(RateLimit.layer),
    Layer.provideMerge(TokenManager.layer),
    Layer.provide(TokenEndpoint.layerHttp),
    Layer.provide(NodeCrypto.layerDigest),
    Layer.provideMerge(credentials),
    Layer.provideMerge(Layer.orDie(Environment.layer())),
    Layer.provideMerge(transport)
  )

/** A simulator in memory, and all that calls it. Each test that is provided with it has one of its own. */
export const layer = (options: SimulatorOptions = {}): Layer.Layer<Provided> =>
  layerTransport(Simulator.layerHttpClient(options))
