/**
 * Who we are, where we talk to, and the tokens that all processes of this user share: what every program needs before it
 * makes a request, and nothing that makes one.
 */
import { ConfigurationError } from "@effect-genesys/core/ConfigurationError"
import { Credentials } from "@effect-genesys/auth/Credentials"
import { Environment } from "@effect-genesys/auth/Environment"
import type { TokenOwner } from "@effect-genesys/auth/TokenEntry"
import { TokenStore } from "@effect-genesys/auth/TokenStore"
import * as Effect from "effect/Effect"
import type * as FileSystem from "effect/FileSystem"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import type * as Path from "effect/Path"
import { settingNames } from "@effect-genesys/core/Settings"
import { ActiveSettings } from "./ActiveSettings.ts"
import * as Directories from "./Directories.ts"

/** Who we are: the grant of a profile, or what the environment says. */
export const layerCredentials = Layer.unwrap(
  Effect.map(ActiveSettings, ({ grant }) =>
    Option.match(grant, { onNone: () => Credentials.layerConfigFile, onSome: Credentials.layer })
  )
)

/** As they are when nobody is logged in, and nothing is set. */
const orLogIn = (error: ConfigurationError) =>
  error.setting === settingNames.clientId && error.message.includes(" is not set.")
    ? new ConfigurationError({ setting: error.setting, message: `${error.message} Or log in with genesys login.` })
    : error

/** Who we are and where we talk to, from flags, environment and profile. */
export const layerSettings: Layer.Layer<
  Credentials | Environment | ActiveSettings,
  ConfigurationError,
  FileSystem.FileSystem | Path.Path
> = Layer.merge(layerCredentials, Environment.layerConfig).pipe(
  Layer.provideMerge(ActiveSettings.layer),
  Layer.catch((error) => Layer.effectContext(Effect.fail(orLogIn(error))))
)

/** Without a place for files, each process is alone. */
const fileStore = Option.match({
  onNone: () => TokenStore,
  onSome: (directory: string) => Effect.provide(TokenStore, TokenStore.layerFile({ directory }))
})

/** Loaded when there is a store. */
const sealing = Layer.unwrap(
  Effect.map(
    Effect.promise(() => import("@effect-genesys/core/Sealing")),
    ({ layer }) => layer
  )
)

/**
 * Tokens that are shared with other processes of this user, in encrypted files. Those of a login in a browser are kept with
 * the profiles: the newest refresh token is among them, and a cache may be emptied.
 */
export const layerStore: Layer.Layer<never, ConfigurationError, FileSystem.FileSystem | Path.Path> = Layer.effect(
  TokenStore,
  Effect.gen(function* () {
    const cache = yield* fileStore(yield* Directories.tokens)
    const logins = yield* fileStore(yield* Directories.logins)
    const storeOf = ({ grant }: TokenOwner) => (grant._tag === "RefreshToken" ? logins : cache)
    return {
      get: (owner) => storeOf(owner).get(owner),
      modify: (owner, change) => storeOf(owner).modify(owner, change),
      remove: (owner, fingerprint) => storeOf(owner).remove(owner, fingerprint)
    }
  })
).pipe(Layer.provide(sealing))

/** A login in a browser is never renewed without the store: the refresh token that it uses up there is everybody's. */
export const layerLoginStore: Layer.Layer<
  never,
  ConfigurationError,
  ActiveSettings | FileSystem.FileSystem | Path.Path
> = Layer.unwrap(
  Effect.map(ActiveSettings, ({ grant }) =>
    Option.exists(grant, ({ _tag }) => _tag === "RefreshToken") ? layerStore : Layer.empty
  )
)
