/**
 * Where both programs read their settings: the environment, then a `.env` file in the working directory, each also under
 * the official CLI's names. It decides which source counts; what a setting means is decided where it is used.
 */
import * as ConfigProvider from "effect/ConfigProvider"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Layer from "effect/Layer"
import type * as PlatformError from "effect/PlatformError"

/** The official CLI's name of a setting. */
export const aliases: ReadonlyMap<string, string> = new Map([
  ["GENESYS_CLOUD_REGION", "GENESYSCLOUD_REGION"],
  ["GENESYS_CLOUD_CLIENT_ID", "GENESYSCLOUD_OAUTHCLIENT_ID"],
  ["GENESYS_CLOUD_CLIENT_SECRET", "GENESYSCLOUD_OAUTHCLIENT_SECRET"]
])

/** They decide where the secret is sent and who can read it on its way, so they must come from whoever gave the secret. */
export const hosts: ReadonlyArray<string> = [
  "GENESYS_CLOUD_REGION",
  "GENESYS_CLOUD_LOGIN_URL",
  "GENESYS_CLOUD_API_URL",
  "GENESYS_CLOUD_CA_FILE",
  "GENESYS_CLOUD_CLIENT_CERT_FILE",
  "GENESYS_CLOUD_CLIENT_KEY_FILE",
  "GENESYS_CLOUD_CLIENT_KEY_PASSPHRASE",
  ...["HTTPS_PROXY", "HTTP_PROXY", "NO_PROXY"].flatMap((name) => [name, name.toLowerCase()])
]
export const secrets: ReadonlyArray<string> = ["GENESYS_CLOUD_CLIENT_SECRET", "GENESYS_CLOUD_CLIENT_SECRET_FILE"]

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

/** Those of the settings that the provider has. */
export const present = (
  provider: ConfigProvider.ConfigProvider,
  names: ReadonlyArray<string>
): Effect.Effect<ReadonlyArray<string>> =>
  Effect.filter(names, (name) =>
    // An empty variable counts as not set.
    Effect.map(provider.load([name]), (node) => node?._tag === "Value" && node.value.trim() !== "")
  ).pipe(Effect.orDie)

/** The two sources of settings, each by itself: what decides whose word counts needs to tell them apart. */
export class Sources extends Context.Reference<{
  readonly environment: ConfigProvider.ConfigProvider
  /** The file `.env`. */
  readonly file: ConfigProvider.ConfigProvider
}>("@effect-genesys/runtime/Settings/Sources", {
  defaultValue: () => ({ environment: withAliases(ConfigProvider.fromEnv()), file: none })
}) {}

const none = ConfigProvider.fromEnvRecord({})

const dotEnv = ConfigProvider.fromDotEnv().pipe(
  Effect.catch((error: PlatformError.PlatformError) =>
    error.reason._tag === "NotFound"
      ? Effect.succeed(none)
      : Effect.as(Effect.logWarning("the file .env cannot be read and is ignored"), none)
  )
)

const make = Effect.gen(function* () {
  const environment = withAliases(yield* ConfigProvider.ConfigProvider)
  const file = withAliases(yield* dotEnv)
  const secretFromEnvironment = (yield* present(environment, secrets)).length > 0
  const ignored = secretFromEnvironment ? yield* present(file, hosts) : []
  if (ignored.length > 0) {
    yield* Effect.logWarning(
      `${ignored.join(", ")} in the file .env ${ignored.length === 1 ? "is" : "are"} ignored: ` +
        `the secret comes from the environment, and so must the host that it is sent to and the way there`
    )
  }
  return Context.make(ConfigProvider.ConfigProvider, ConfigProvider.orElse(environment, without(file, ignored))).pipe(
    Context.add(Sources, { environment, file })
  )
}).pipe(Effect.orDie)

/** Makes the settings the `ConfigProvider` of whatever is built on it. */
export const layer: Layer.Layer<never, never, FileSystem.FileSystem> = Layer.effectContext(make)
