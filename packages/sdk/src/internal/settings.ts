/** Where the settings of an adopted `ApiClient` come from: the options, the environment, and the client itself. */
import * as Proxies from "@effect-genesys/core/Proxies"
import * as ConfigProvider from "effect/ConfigProvider"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { settingNames } from "@effect-genesys/core/Settings"
import type { AnyApiClient } from "../AnyApiClient.ts"

const names = {
  clientId: settingNames.clientId,
  clientSecret: settingNames.clientSecret,
  region: settingNames.region,
  loginUrl: settingNames.loginUrl,
  apiUrl: settingNames.apiUrl
} as const

/** What the options of `adopt` say; whatever they leave out comes from elsewhere. */
type Given = { readonly [name in keyof typeof names]?: string | undefined }

/** The network is the environment's affair alone. */
const network = [
  ...Proxies.variables,
  settingNames.caFile,
  settingNames.clientCertFile,
  settingNames.clientKeyFile,
  settingNames.clientKeyPassphrase
]

const secretFile = settingNames.clientSecretFile

/** Read when the layer is built, which is at the first call: until then a program may load a `.env` file. */
export const layer = (client: AnyApiClient, options: Given): Layer.Layer<never> =>
  Layer.effect(
    ConfigProvider.ConfigProvider,
    Effect.sync(() => ConfigProvider.fromUnknown(settingsOf(client, options)))
  )

const settingsOf = ({ config }: AnyApiClient, options: Given): Readonly<Record<string, string>> => {
  const gateway = config.gateway?.host ? config : undefined
  const own = {
    region: config.environment,
    loginUrl: gateway?.getConfUrl("login", ""),
    apiUrl: gateway?.getConfUrl("api", "")
  }
  const given = (name: keyof typeof names) => options[name] || process.env[names[name]]
  const settings: Record<string, string | undefined> = {
    ...Object.fromEntries(network.map((name) => [name, process.env[name]])),
    [names.clientId]: given("clientId"),
    [names.clientSecret]: given("clientSecret"),
    [names.region]: given("region") || own.region,
    [names.loginUrl]: given("loginUrl") || own.loginUrl,
    [names.apiUrl]: given("apiUrl") || own.apiUrl,
    // A secret in the options wins over a file of the environment.
    [secretFile]: options.clientSecret ? undefined : process.env[secretFile]
  }
  return Object.fromEntries(Object.entries(settings).flatMap(([name, value]) => (value ? [[name, value]] : [])))
}
