/**
 * Everything that a program needs to call Genesys Cloud, composed: one token, the way there, and the typed services on top. Start
 * with `layerConfig`; take `layer` when you bring `Credentials` and `Environment` of your own.
 */
import type { ConfigurationError } from "@effect-genesys/core/ConfigurationError"
import { Credentials } from "@effect-genesys/auth/Credentials"
import { Environment } from "@effect-genesys/auth/Environment"
import { TokenEndpoint } from "@effect-genesys/auth/TokenEndpoint"
import { TokenManager } from "@effect-genesys/auth/TokenManager"
import * as NodeCrypto from "@effect/platform-node/NodeCrypto"
import type * as FileSystem from "effect/FileSystem"
import * as Layer from "effect/Layer"
import type * as Path from "effect/Path"
import { ConversationDetails } from "./ConversationDetails.ts"
import { GenesysClient } from "./GenesysClient.ts"
import { OAuthClients } from "./OAuthClients.ts"
import { Organization } from "./Organization.ts"
import { RateLimit } from "./RateLimit.ts"
import { Routing } from "./Routing.ts"
import { Tokens } from "./Tokens.ts"
import * as Transport from "./Transport.ts"
import { Usage } from "./Usage.ts"
import { Users } from "./Users.ts"

/** A token manager for who we are, the rate limit of its token, and the way to Genesys Cloud. Alone in its process, unless it is given a `TokenStore`. */
export const layerManager: Layer.Layer<
  TokenManager | RateLimit | Transport.Transport,
  ConfigurationError,
  Credentials | Environment | FileSystem.FileSystem
> = Layer.merge(TokenManager.layer, RateLimit.layer).pipe(
  Layer.provide(TokenEndpoint.layerHttp),
  Layer.provide(NodeCrypto.layerDigest),
  Layer.provideMerge(Transport.layerConfig)
)

/** The typed services of the API. */
export type Services = Users | ConversationDetails | Routing | Tokens | Organization | OAuthClients | Usage

/** All of them, through one client: the one that they are given. */
export const layerServices: Layer.Layer<Services, never, GenesysClient | TokenManager> = Layer.mergeAll(
  Users.layer,
  ConversationDetails.layer,
  Routing.layer,
  Tokens.layer,
  Organization.layer,
  OAuthClients.layer,
  Usage.layer
)

/** What a program is given: the services, the client, and what they stand on. */
export type Provided = Services | GenesysClient | RateLimit | TokenManager | Transport.Transport

/** All of it, for credentials and hosts of your own. */
export const layer: Layer.Layer<Provided, ConfigurationError, Credentials | Environment | FileSystem.FileSystem> =
  layerServices.pipe(Layer.provideMerge(GenesysClient.layer), Layer.provideMerge(layerManager))

/** All of it, from the environment: `GENESYS_CLOUD_REGION`, `GENESYS_CLOUD_CLIENT_ID` and the client's secret, as text or in a file. */
export const layerConfig: Layer.Layer<
  Provided | Credentials | Environment,
  ConfigurationError,
  FileSystem.FileSystem | Path.Path
> = Layer.provideMerge(layer, Layer.merge(Credentials.layerConfigFile, Environment.layerConfig))
