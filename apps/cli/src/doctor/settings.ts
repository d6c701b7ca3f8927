/** The settings as the doctor looks at them: whether they can be used, and where each comes from. */
import { Credentials } from "@effect-genesys/auth/Credentials"
import { Environment } from "@effect-genesys/auth/Environment"
import { nameOf, Proxies, proxyFor } from "@effect-genesys/client/Proxies"
import * as Transport from "@effect-genesys/client/Transport"
import * as Config from "effect/Config"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Result from "effect/Result"
import { ActiveSettings } from "@effect-genesys/program/ActiveSettings"
import { layerCredentials } from "@effect-genesys/program/Identity"
import { aliases } from "@effect-genesys/program/Settings"
import { settingNames } from "@effect-genesys/core/Settings"
import * as Check from "./check.ts"

const text = (name: string) =>
  Config.option(Config.String(name)).pipe(
    Effect.orElseSucceed(() => Option.none<string>()),
    Effect.map(Option.filter((found) => found !== ""))
  )

/** Where a setting comes from, as a person looks for it; none if it is not set. */
const sourceOf = Effect.fnUntraced(function* (name: string) {
  if (Option.isNone(yield* text(name))) return undefined
  const inEnvironment = [name, aliases.get(name) ?? name].find((one) => (process.env[one] ?? "") !== "")
  return inEnvironment === undefined ? `${name} in the file .env` : `${inEnvironment} in the environment`
})

/** All of them that are set, in words; empty if none is. */
const told = (names: ReadonlyArray<string>) =>
  Effect.map(Effect.all(names.map(sourceOf)), (found) => found.filter((source) => source !== undefined).join(", "))

/** What flags, environment, profile and defaults come to, or why that cannot be told. */
export const active = Effect.result(Layer.build(ActiveSettings.layer))
type Active = Effect.Success<typeof active>

/** Runs a check with the settings that count; those of the environment where no others can be told. */
const within =
  (settings: Active) =>
  <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
    Result.isSuccess(settings) ? Effect.provideContext(effect, settings.success) : effect

export const credentials = Effect.fnUntraced(function* (settings: Active) {
  if (Result.isFailure(settings)) return { check: Check.failed("credentials", settings.failure), value: undefined }
  const built = yield* Effect.result(Effect.provide(Layer.build(layerCredentials), settings.success))
  if (Result.isFailure(built)) return { check: Check.failed("credentials", built.failure), value: undefined }
  const value = Context.get(built.success, Credentials)
  const { clientId } = yield* value.current
  const { profile, sources } = Context.get(settings.success, ActiveSettings)
  const from = Option.isSome(profile)
    ? sources.clientSecret
    : yield* told([settingNames.clientId, settingNames.clientSecret, settingNames.clientSecretFile])
  return { check: Check.ok("credentials", `client ${clientId} (${from})`), value }
})

const urls = [settingNames.loginUrl, settingNames.apiUrl]

export const hosts = Effect.fnUntraced(function* (settings: Active) {
  const built = yield* Effect.result(within(settings)(Layer.build(Environment.layerConfig)))
  if (Result.isFailure(built)) return { check: Check.failed("hosts", built.failure), value: undefined }
  const value = Context.get(built.success, Environment)
  const inProfile = Result.match(settings, {
    onFailure: () => [],
    onSuccess: (found) => {
      const { apiUrl, loginUrl, region } = Context.get(found, ActiveSettings).sources
      return [...new Set([region, loginUrl, apiUrl])].filter((source) => /^(?:profile|--)/.test(source))
    }
  })
  const inEnvironment = yield* told([settingNames.region, ...urls])
  const from = [...inProfile, ...(inEnvironment === "" ? [] : [inEnvironment])].join(", ")
  const overridden = Option.isSome(yield* within(settings)(text(urls[0] ?? "")))
  const said = `region ${value.region.name}, ${value.loginUrl} and ${value.apiUrl} (${from === "" ? "the default" : from})`
  return { check: Check.ok("hosts", said), value: { ...value, overridden } }
})

/** The first of each that is set is the one that counts. */
const proxyNames = ["HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY", "NO_PROXY"].map((name) => [name.toLowerCase(), name])
const certificateNames = [settingNames.caFile, settingNames.clientCertFile, settingNames.clientKeyFile]

const setProxies = Effect.gen(function* () {
  const sources = yield* Effect.forEach(proxyNames, (names) => Effect.map(Effect.forEach(names, sourceOf), firstOf))
  return sources.filter((source) => source !== undefined).join(", ")
})
const firstOf = (sources: ReadonlyArray<string | undefined>) => sources.find((source) => source !== undefined)

/** The way to each host, as the transport takes it. */
const waysTo = (to: ReadonlyArray<string>, proxies: Proxies["Service"]) =>
  to.map((url) => {
    const { host } = new URL(url)
    return Option.match(proxyFor(proxies, url), {
      onNone: () => `${host} without a proxy`,
      onSome: (proxy) => `${host} through the proxy ${nameOf(proxy)}`
    })
  })

/** @param to the URLs of the hosts that are checked, as far as they are known */
export const network = Effect.fnUntraced(function* (settings: Active, to: ReadonlyArray<string>) {
  const built = yield* Effect.result(within(settings)(Layer.build(Transport.layerConfig)))
  if (Result.isFailure(built)) return { check: Check.failed("network", built.failure), value: undefined }
  const proxies = Context.get(built.success, Proxies)
  const isProxySet = Option.isSome(proxies.https) || Option.isSome(proxies.http)
  const ways = [...new Set(waysTo(to, proxies))].join(", ") || "a proxy"
  const certificates = yield* told(certificateNames)
  const said = [
    isProxySet ? `${ways} (${yield* setProxies})` : "no proxy",
    certificates === "" ? "the certificates that Node trusts" : `certificates (${certificates})`
  ]
  return { check: Check.ok("network", said.join(", ")), value: built.success }
})
