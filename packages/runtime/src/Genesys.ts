/**
 * The layers that every program needs to talk to Genesys Cloud, composed from its settings. A library user composes the
 * same parts by hand.
 */
import type { ConfigurationError } from "@effect-genesys/auth/ConfigurationError"
import { Credentials } from "@effect-genesys/auth/Credentials"
import { Environment } from "@effect-genesys/auth/Environment"
import { TokenEndpoint } from "@effect-genesys/auth/TokenEndpoint"
import { TokenStore } from "@effect-genesys/auth/TokenStore"
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
import * as Effect from "effect/Effect"
import type * as FileSystem from "effect/FileSystem"
import * as Layer from "effect/Layer"
import type * as Path from "effect/Path"
import * as Directories from "./Directories.ts"

/** Who we are and where we talk to, from the settings. */
export const layerSettings: Layer.Layer<
  Credentials | Environment,
  ConfigurationError,
  FileSystem.FileSystem | Path.Path
> = Layer.merge(Credentials.layerConfigFile, Environment.layerConfig)

/** Tokens that are shared with other processes of this user, in encrypted files. */
export const layerStore: Layer.Layer<never, never, FileSystem.FileSystem | Path.Path> = Layer.unwrap(
  Effect.map(Directories.tokens, (directory) => TokenStore.layerFile({ directory }))
).pipe(Layer.provide(NodeCrypto.layer))

/** A token manager from the settings, and what it stands on. */
export const layerToken: Layer.Layer<
  TokenManager | Credentials | Environment | Transport.Transport,
  ConfigurationError,
  FileSystem.FileSystem | Path.Path
> = TokenManager.layer.pipe(
  Layer.provide(TokenEndpoint.layerHttp),
  Layer.provide(NodeCrypto.layerDigest),
  Layer.provideMerge(Layer.merge(layerSettings, Transport.layerConfig))
)

/** The typed services of the API. */
export type Services = Users | ConversationDetails | Routing | Tokens | Organization | OAuthClients | Usage

/** All of them, through one token manager. */
export const layer: Layer.Layer<
  Services | GenesysClient | TokenManager | Credentials | Environment | Transport.Transport,
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
