/** What commands stand on: the token, the client and the services of `client`, for whom the flags, the environment or a profile name. */
import type { ConfigurationError } from "@effect-genesys/core/ConfigurationError"
import type { Credentials } from "@effect-genesys/auth/Credentials"
import type { Environment } from "@effect-genesys/auth/Environment"
import type { TokenManager } from "@effect-genesys/auth/TokenManager"
import * as Genesys from "@effect-genesys/client/Genesys"
import type { RateLimit } from "@effect-genesys/client/RateLimit"
import type * as Transport from "@effect-genesys/client/Transport"
import type { ActiveSettings } from "@effect-genesys/program/ActiveSettings"
import { layerLoginStore, layerSettings } from "@effect-genesys/program/Identity"
import type * as FileSystem from "effect/FileSystem"
import * as Layer from "effect/Layer"
import type * as Path from "effect/Path"

type Files = FileSystem.FileSystem | Path.Path

/** A token manager for who we are, the rate limit of its token, and the way to Genesys Cloud. */
export const layerManager: Layer.Layer<
  TokenManager | RateLimit | Transport.Transport,
  ConfigurationError,
  Credentials | Environment | ActiveSettings | Files
> = Layer.provide(Genesys.layerManager, layerLoginStore)

/** A token manager from the settings, and what it stands on. */
export const layerToken: Layer.Layer<
  TokenManager | RateLimit | Credentials | Environment | ActiveSettings | Transport.Transport,
  ConfigurationError,
  Files
> = Layer.provideMerge(layerManager, layerSettings)

/** Everything, from the settings. */
export const layer: Layer.Layer<
  Genesys.Provided | Credentials | Environment | ActiveSettings,
  ConfigurationError,
  Files
> = Genesys.layer.pipe(Layer.provide(layerLoginStore), Layer.provideMerge(layerSettings))
