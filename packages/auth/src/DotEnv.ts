/**
 * Settings of a `.env` file in the working directory, for a program of your own. It brings who we are and where our region is, and
 * nothing else: no proxy, certificate or file, and hosts only if the secret stands beside them. A file that another user could have
 * written is refused. Prefer it to `ConfigProvider.fromDotEnv`, with which whoever fills a folder decides where a secret is sent.
 */
import * as Rules from "@effect-genesys/core/DotEnv"
import * as ConfigProvider from "effect/ConfigProvider"
import * as Effect from "effect/Effect"
import type * as FileSystem from "effect/FileSystem"
import * as Layer from "effect/Layer"
import type * as Path from "effect/Path"
import { ConfigurationError } from "@effect-genesys/core/ConfigurationError"

/** What of the file counts beside this environment. */
export const load = (
  environment: ConfigProvider.ConfigProvider
): Effect.Effect<ConfigProvider.ConfigProvider, ConfigurationError, FileSystem.FileSystem | Path.Path> =>
  Effect.mapError(
    Rules.load(environment),
    ({ what }) =>
      new ConfigurationError({
        setting: Rules.file,
        message: `The file ${Rules.file} ${what}. Or start in another folder: it is read from the one where the program starts.`
      })
  )

/** The settings that there are, and then those of the file: the environment wins. Nothing if there is no file. */
export const layer: Layer.Layer<never, ConfigurationError, FileSystem.FileSystem | Path.Path> = Layer.effect(
  ConfigProvider.ConfigProvider,
  Effect.gen(function* () {
    const environment = yield* ConfigProvider.ConfigProvider
    return ConfigProvider.orElse(environment, yield* load(environment))
  })
)
