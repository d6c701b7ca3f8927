/** Where the settings of an adopted `ApiClient` come from: the options, the environment, and the client itself. */
import * as Proxies from "@effect-genesys/core/Proxies"
import * as ConfigProvider from "effect/ConfigProvider"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type { AnyApiClient } from "../AnyApiClient.ts"

const names = {
  clientId: "GENESYS_CLOUD_CLIENT_ID",
  clientSecret: "GENESYS_CLOUD_CLIENT_SECRET",
  region: "GENESYS_CLOUD_REGION",
  loginUrl: "GENESYS_CLOUD_LOGIN_URL",
  apiUrl: "GENESYS_CLOUD_API_URL"
} as const

/** What the options of `adopt` say; whatever they leave out comes from elsewhere. */
type Given = { readonly [name in keyof typeof names]?: string | undefined }

/** The network is the environment's affair alone. */
const network = [
  ...Proxies.variables,
  "GENESYS_CLOUD_CA_FILE",
  "GENESYS_CLOUD_CLIENT_CERT_FILE",
  "GENESYS_CLOUD_CLIENT_KEY_FILE",
  "GENESYS_CLOUD_CLIENT_KEY_PASSPHRASE"
]

const secretFile = "GENESYS_CLOUD_CLIENT_SECRET_FILE"

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
