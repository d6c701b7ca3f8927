/**
 * The settings that count, and where each comes from: flags beat the environment, the environment beats the profile, the
 * profile beats the default. Client and secret are one setting here: they come from one source, never from two.
 */
import { ConfigurationError } from "@effect-genesys/core/ConfigurationError"
import { settingNames } from "@effect-genesys/core/Settings"
import type * as Grant from "@effect-genesys/auth/Grant"
import * as ConfigProvider from "effect/ConfigProvider"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import type * as FileSystem from "effect/FileSystem"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import type * as Path from "effect/Path"
import { GivenFlags } from "./GivenFlags.ts"
import { type Chosen, choose } from "./ChosenProfile.ts"
import { grantOf, type Place } from "./Profile.ts"
import { Profiles } from "./Profiles.ts"
import { SecretStore } from "./SecretStore.ts"
import * as Settings from "./Settings.ts"

/** In words: `--region`, `environment`, `file .env`, `profile acme`, `region` (a host that follows from it) or `default`. */
export type Source = string

/** The profile, the grant, the region and the hosts that count, each with its source. */
export class ActiveSettings extends Context.Service<
  ActiveSettings,
  {
    /** The profile that client and secret come from, and what chose it. */
    readonly profile: Option.Option<{ readonly name: string; readonly source: Source }>
    /** The profile's grant; none if the environment says who we are. */
    readonly grant: Option.Option<Grant.Grant>
    /** Where the profile's secret is kept. */
    readonly secretIn: Option.Option<Place>
    readonly sources: Record<"region" | "loginUrl" | "apiUrl" | "clientId" | "clientSecret", Source>
  }
>()("@effect-genesys/program/ActiveSettings") {
  /** Gives whatever is built on it the settings that count as its `ConfigProvider`, too. */
  static readonly layer: Layer.Layer<ActiveSettings, ConfigurationError, FileSystem.FileSystem | Path.Path> =
    Layer.effectContext(Effect.suspend(() => make)).pipe(Layer.provide([Profiles.layer, SecretStore.layer]))
}

const make = Effect.gen(function* () {
  const flags = yield* GivenFlags
  const sources = yield* Settings.Sources
  const chosen = yield* choose(flags.profile)
  const found = Option.isNone(chosen)
    ? yield* fromEnvironment
    : yield* fromProfile(chosen.value, Option.isSome(flags.region))
  const region = Option.map(flags.region, ({ name }) => name)
  const provider = Option.match(region, {
    onNone: () => found.provider,
    onSome: (name) =>
      ConfigProvider.orElse(ConfigProvider.fromEnvRecord({ [settingNames.region]: name }), found.provider)
  })
  const urls = [settingNames.loginUrl, settingNames.apiUrl]
  const overriding = Option.isSome(region) ? yield* Settings.present(provider, urls) : []
  if (overriding.length > 0) {
    const from =
      (yield* Settings.present(sources.environment, overriding)).length > 0 ? "the environment" : "the file .env"
    yield* Effect.logWarning(`--region changes no host that ${overriding.join(" or ")} in ${from} names`)
  }
  const active = ActiveSettings.of({
    profile: Option.map(chosen, ({ name, source }) => ({ name, source })),
    grant: found.grant,
    secretIn: found.secretIn,
    sources: { ...found.sources, ...(Option.isSome(region) ? { region: "--region" } : {}) }
  })
  return Context.make(ActiveSettings, active).pipe(Context.add(ConfigProvider.ConfigProvider, provider))
})

const fromEnvironment = Effect.gen(function* () {
  const { environment, file } = yield* Settings.Sources
  const provider = yield* ConfigProvider.ConfigProvider
  const sourceOf = Effect.fnUntraced(function* (names: ReadonlyArray<string>, otherwise: Source) {
    if ((yield* Settings.present(environment, names)).length > 0) return "environment"
    // Of the file only what was not ignored counts.
    const counts = yield* Settings.present(provider, yield* Settings.present(file, names))
    return counts.length > 0 ? "file .env" : otherwise
  })
  return {
    provider,
    grant: Option.none<Grant.Grant>(),
    secretIn: Option.none<Place>(),
    sources: {
      region: yield* sourceOf([settingNames.region], "default"),
      loginUrl: yield* sourceOf([settingNames.loginUrl], "region"),
      apiUrl: yield* sourceOf([settingNames.apiUrl], "region"),
      clientId: yield* sourceOf([settingNames.clientId], "not set"),
      clientSecret: yield* sourceOf(Settings.secrets, "not set")
    }
  }
})

const fromProfile = Effect.fnUntraced(function* (chosen: Chosen, otherRegion: boolean) {
  const { name, profile, source } = chosen
  const { environment, file } = yield* Settings.Sources
  const store = yield* SecretStore
  const secret = profile.secret === undefined ? Option.none() : yield* store.get(profile.secret)
  if (Option.isNone(secret)) {
    return yield* new ConfigurationError({
      setting: "profile",
      message: `The profile ${name} is logged out. Log in again with genesys login ${profile.grant === "web" ? "--web " : ""}--profile ${name}.`
    })
  }
  const ignored = yield* Settings.present(file, Settings.hosts)
  if (ignored.length > 0) {
    yield* Effect.logWarning(
      `${ignored.join(", ")} in the file .env ${ignored.length === 1 ? "is" : "are"} ignored: ` +
        `the secret comes from the profile ${name}, and so must the host that it is sent to and the way there`
    )
  }
  // A profile that a flag names is taken as a whole.
  const own = [settingNames.region, settingNames.loginUrl, settingNames.apiUrl]
  const set = new Set(source === "--profile" ? [] : yield* Settings.present(environment, own))
  const here = `profile ${name}`
  // Hosts of the profile belong to its region.
  const moved = otherRegion || set.has(settingNames.region)
  const value = (setting: string, text: string | undefined) =>
    text === undefined || set.has(setting) ? {} : { [setting]: text }
  const hostSource = (setting: string, text: string | undefined) =>
    set.has(setting) ? "environment" : moved || text === undefined ? "region" : here
  const values = ConfigProvider.fromEnvRecord({
    ...value(settingNames.region, profile.region),
    ...value(settingNames.loginUrl, moved ? undefined : profile.loginUrl),
    ...value(settingNames.apiUrl, moved ? undefined : profile.apiUrl),
    [settingNames.clientId]: profile.clientId
  })
  const identity = [settingNames.clientId, ...Settings.secrets]
  const hidden = [...identity, ...own.filter((setting) => !set.has(setting))]
  const provider = values.pipe(
    ConfigProvider.orElse(Settings.without(environment, hidden)),
    ConfigProvider.orElse(Settings.without(file, [...identity, ...Settings.hosts]))
  )
  return {
    provider,
    grant: Option.some(grantOf(profile, secret.value)),
    secretIn: Option.fromUndefinedOr(profile.secret?.in),
    sources: {
      region: set.has(settingNames.region) ? "environment" : here,
      loginUrl: hostSource(settingNames.loginUrl, profile.loginUrl),
      apiUrl: hostSource(settingNames.apiUrl, profile.apiUrl),
      clientId: here,
      clientSecret: here
    }
  }
})
