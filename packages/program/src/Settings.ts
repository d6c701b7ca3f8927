/**
 * Where both programs read their settings: the environment, then what a `.env` file in the working directory may bring, each also
 * under the official CLI's names. It decides which source counts; what a setting means is decided where it is used.
 */
import { ConfigurationError } from "@effect-genesys/core/ConfigurationError"
import * as DotEnv from "@effect-genesys/auth/DotEnv"
import * as Setting from "@effect-genesys/core/Setting"
import { rules, settingNames } from "@effect-genesys/core/Settings"
import * as ConfigProvider from "effect/ConfigProvider"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import type * as FileSystem from "effect/FileSystem"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import type * as Path from "effect/Path"

export { present } from "@effect-genesys/core/DotEnv"

/** The official CLI's name of a setting. */
export const aliases: ReadonlyMap<string, string> = new Map(
  rules.flatMap(({ aliases: [alias], name }) => (alias?.startsWith("GENESYSCLOUD_") ? [[name, alias] as const] : []))
)

/** They decide where the secret is sent, so they must come from whoever gave the secret. */
export const hosts: ReadonlyArray<string> = [settingNames.region, settingNames.loginUrl, settingNames.apiUrl]
/** The variables that say a client's secret, as text or by a file. */
export const secrets: ReadonlyArray<string> = [settingNames.clientSecret, settingNames.clientSecretFile]

const withAliases = (provider: ConfigProvider.ConfigProvider) =>
  ConfigProvider.orElse(
    provider,
    ConfigProvider.mapInput(provider, (path) =>
      path.map((segment) => (typeof segment === "string" ? (aliases.get(segment) ?? segment) : segment))
    )
  )

/** The provider as if it did not have these settings. */
export const without = (
  provider: ConfigProvider.ConfigProvider,
  names: ReadonlyArray<string>
): ConfigProvider.ConfigProvider =>
  ConfigProvider.make((path) =>
    path.length === 1 && names.includes(String(path[0])) ? Effect.succeed(undefined) : provider.load(path)
  )

/** The two sources of settings, each by itself: what decides whose word counts needs to tell them apart. */
export class Sources extends Context.Reference<{
  readonly environment: ConfigProvider.ConfigProvider
  /** Of the file `.env`, what it may bring. */
  readonly file: ConfigProvider.ConfigProvider
}>("@effect-genesys/program/Settings/Sources", {
  defaultValue: () => ({
    environment: withAliases(ConfigProvider.fromEnv()),
    file: ConfigProvider.fromEnvRecord({})
  })
}) {}

/** A setting of the environment alone: for the variables that a settings file names, whatever they are called. */
export const ofEnvironment = Effect.fnUntraced(function* (name: string) {
  const { environment } = yield* Sources
  return yield* Effect.provideService(Setting.optional(name), ConfigProvider.ConfigProvider, environment)
})

/** One that must be there. */
export const fromEnvironment = (name: string, what: string): Effect.Effect<string, ConfigurationError> =>
  Effect.flatMap(
    ofEnvironment(name),
    Option.match({
      onNone: () =>
        Effect.fail(
          new ConfigurationError({
            setting: name,
            message: `${name} is not set in the environment. Set it to ${what}; a file .env does not count.`
          })
        ),
      onSome: Effect.succeed
    })
  )

const make = Effect.gen(function* () {
  const environment = withAliases(yield* ConfigProvider.ConfigProvider)
  const file = withAliases(yield* DotEnv.load(environment))
  return Context.make(ConfigProvider.ConfigProvider, ConfigProvider.orElse(environment, file)).pipe(
    Context.add(Sources, { environment, file })
  )
})

/** Makes the settings the `ConfigProvider` of whatever is built on it. */
export const layer: Layer.Layer<never, ConfigurationError, FileSystem.FileSystem | Path.Path> =
  Layer.effectContext(make)
