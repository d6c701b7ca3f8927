/**
 * The Genesys Cloud that a program talks to: its region, the host that issues tokens and the host of the API. It says
 * where requests go, not who sends them; that is `Credentials`.
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import { ConfigurationError } from "@effect-genesys/core/ConfigurationError"
import * as Setting from "@effect-genesys/core/Setting"
import { settingNames } from "@effect-genesys/core/Settings"
import * as HostUrls from "./internal/hostUrl.ts"
import * as Region from "./Region.ts"

/** The URL of a host by its form. Whether it may be plain `http` is asked when an `Environment` is made of it. */
/** A schema of the base URL of a host: `https`, or plain `http` for hosts that may be asked so. */
export const HostUrl = HostUrls.HostUrl

/** The region and hosts of a Genesys Cloud, for `Environment.layer`. A host that is left out is the region's. */
export interface EnvironmentOptions {
  /** @default us-east-1 */
  readonly region?: Region.Region | undefined
  /**
   * Base URL of the host that issues tokens: `https`, or plain `http` on loopback and to hosts that `GENESYS_CLOUD_ALLOW_HTTP`
   * names. @default the region's
   */
  readonly loginUrl?: string | undefined
  /** Base URL of the API, likewise. @default the region's */
  readonly apiUrl?: string | undefined
}

/**
 * Which Genesys Cloud a program talks to: its region, and the base URLs of its login host and its API. `layerConfig`
 * takes them from the environment, `layer` from values.
 */
export class Environment extends Context.Service<
  Environment,
  {
    readonly region: Region.Region
    /** Base URL of the host that issues tokens, without a slash at its end. */
    readonly loginUrl: string
    /** Base URL of the API, without a slash at its end. */
    readonly apiUrl: string
  }
>()("@effect-genesys/auth/Environment") {
  static readonly layer = (options: EnvironmentOptions = {}): Layer.Layer<Environment, ConfigurationError> =>
    Layer.effect(Environment, make(options))

  /**
   * From `GENESYS_CLOUD_REGION` (AWS region or domain, default `us-east-1`), `GENESYS_CLOUD_LOGIN_URL` and
   * `GENESYS_CLOUD_API_URL`.
   */
  static readonly layerConfig: Layer.Layer<Environment, ConfigurationError> = Layer.effect(
    Environment,
    Effect.suspend(() => fromConfig)
  )
}

/** Checks the URL of a host, and whether it may be plain `http`. @param setting what an error calls it */
export const hostUrl = (setting: string, url: string): Effect.Effect<string, ConfigurationError> =>
  HostUrls.decode(setting, url, Setting.optional(settingNames.allowHttp))

/** Its hosts that are reached without encryption because `GENESYS_CLOUD_ALLOW_HTTP` permits it, as that names them. */
export const plainHosts = ({ apiUrl, loginUrl }: Environment["Service"]): ReadonlyArray<string> =>
  HostUrls.plainHosts(loginUrl, apiUrl)

const checked = (name: string, url: string | undefined) =>
  url === undefined ? Effect.succeed(undefined) : hostUrl(name, url)

const make = Effect.fnUntraced(function* (options: EnvironmentOptions) {
  const region = options.region ?? Region.defaultRegion
  const loginUrl = yield* checked(settingNames.loginUrl, options.loginUrl)
  const apiUrl = yield* checked(settingNames.apiUrl, options.apiUrl)
  return Environment.of({ region, loginUrl: loginUrl ?? region.loginUrl, apiUrl: apiUrl ?? region.apiUrl })
})

const fromConfig = Effect.gen(function* () {
  const name = yield* Setting.optional(settingNames.region)
  const region = Option.isNone(name)
    ? undefined
    : yield* Setting.decode(settingNames.region, name.value, {
        schema: Region.RegionFromString,
        expected: Region.expected
      })
  const loginUrl = yield* Setting.optional(settingNames.loginUrl)
  const apiUrl = yield* Setting.optional(settingNames.apiUrl)
  return yield* make({
    region,
    loginUrl: Option.getOrUndefined(loginUrl),
    apiUrl: Option.getOrUndefined(apiUrl)
  })
})
