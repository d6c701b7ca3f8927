/**
 * The layers that every program needs to talk to Genesys Cloud, composed from its settings. A library user composes the
 * same parts by hand.
 */
import type { ConfigurationError } from "@effect-genesys/auth/ConfigurationError"
import type { Credentials } from "@effect-genesys/auth/Credentials"
import type { Environment } from "@effect-genesys/auth/Environment"
import { TokenEndpoint } from "@effect-genesys/auth/TokenEndpoint"
import { TokenManager } from "@effect-genesys/auth/TokenManager"
import { ConversationDetails } from "@effect-genesys/client/ConversationDetails"
import { GenesysClient } from "@effect-genesys/client/GenesysClient"
import { OAuthClients } from "@effect-genesys/client/OAuthClients"
import { Organization } from "@effect-genesys/client/Organization"
import { Routing } from "@effect-genesys/client/Routing"
import { Tokens } from "@effect-genesys/client/Tokens"
import * as Transport from "@effect-genesys/client/Transport"
import { Usage } from "@effect-genesys/client/Usage"
import { Users } from "@effect-genesys/client/Users"
import * as NodeCrypto from "@effect/platform-node/NodeCrypto"
import type * as FileSystem from "effect/FileSystem"
import * as Layer from "effect/Layer"
import type * as Path from "effect/Path"
import type { ActiveSettings } from "./ActiveSettings.ts"
import { layerLoginStore, layerSettings } from "./Identity.ts"

export { layerCredentials, layerSettings, layerStore } from "./Identity.ts"

/** A token manager for who we are, and the way to Genesys Cloud. */
export const layerManager: Layer.Layer<
  TokenManager | Transport.Transport,
  ConfigurationError,
  Credentials | Environment | ActiveSettings | FileSystem.FileSystem | Path.Path
> = TokenManager.layer.pipe(
  Layer.provide(layerLoginStore),
  Layer.provide(TokenEndpoint.layerHttp),
  Layer.provide(NodeCrypto.layerDigest),
  Layer.provideMerge(Transport.layerConfig)
)

/** A token manager from the settings, and what it stands on. */
export const layerToken: Layer.Layer<
  TokenManager | Credentials | Environment | ActiveSettings | Transport.Transport,
  ConfigurationError,
  FileSystem.FileSystem | Path.Path
> = Layer.provideMerge(layerManager, layerSettings)

/** The typed services of the API. */
export type Services = Users | ConversationDetails | Routing | Tokens | Organization | OAuthClients | Usage

/** All of them, through one token manager. */
export const layer: Layer.Layer<
  Services | GenesysClient | TokenManager | Credentials | Environment | ActiveSettings | Transport.Transport,
  ConfigurationError,
  FileSystem.FileSystem | Path.Path
> = Layer.mergeAll(
  Users.layer,
  ConversationDetails.layer,
  Routing.layer,
  Tokens.layer,
  Organization.layer,
  OAuthClients.layer,
  Usage.layer
).pipe(Layer.provideMerge(GenesysClient.layer), Layer.provideMerge(layerToken))
