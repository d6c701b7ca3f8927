/**
 * Makes a profile of what somebody says who they are, once the login host agrees: what was refused is never stored. What
 * decides where a secret is sent comes from flags, the environment and the profile, not from a `.env` file.
 */
import * as Credentials from "@effect-genesys/auth/Credentials"
import { ConfigurationError } from "@effect-genesys/core/ConfigurationError"
import { Environment } from "@effect-genesys/auth/Environment"
import * as Grant from "@effect-genesys/auth/Grant"
import { Policy, RefreshPolicy } from "@effect-genesys/auth/RefreshPolicy"
import * as Region from "@effect-genesys/auth/Region"
import { TokenEndpoint } from "@effect-genesys/auth/TokenEndpoint"
import { TokenManager } from "@effect-genesys/auth/TokenManager"
import * as Transport from "@effect-genesys/client/Transport"
import * as NodeCrypto from "@effect/platform-node/NodeCrypto"
import * as Config from "effect/Config"
import * as ConfigProvider from "effect/ConfigProvider"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import type * as Redacted from "effect/Redacted"
import { settingNames } from "@effect-genesys/core/Settings"
import { TimeoutFlag } from "../calls/CallFlags.ts"
import * as Identity from "@effect-genesys/program/Identity"
import { GivenFlags } from "@effect-genesys/program/GivenFlags"
import { meant } from "@effect-genesys/program/ChosenProfile"
import { Profile } from "@effect-genesys/program/Profile"
import { Profiles } from "@effect-genesys/program/Profiles"
import { SecretStore } from "@effect-genesys/program/SecretStore"
import * as Settings from "@effect-genesys/program/Settings"

/** What is known before anybody is asked. */
export interface Known {
  /** The profile to make or to replace: `--profile`, the one that is used now, or `default`. */
  readonly name: string
  readonly region: Option.Option<Region.Region>
  /** Whether a flag or the environment says the region, so that nobody need be asked. */
  readonly regionSaid: boolean
  readonly clientId: Option.Option<string>
  readonly loginUrl: string | undefined
  readonly apiUrl: string | undefined
}

/** Who logs in, and where. */
export interface Target {
  readonly name: string
  readonly region: Region.Region
  readonly loginUrl: string | undefined
  readonly apiUrl: string | undefined
  readonly clientId: string
}

/** Flags beat the environment, and that beats the profile as it is. */
export const known = Effect.gen(function* () {
  const flags = yield* GivenFlags
  const { environment } = yield* Settings.Sources
  const profiles = yield* Profiles
  const name = Option.isSome(flags.profile)
    ? flags.profile.value
    : Option.match(yield* meant, { onNone: () => "default", onSome: (one) => one.name })
  const before = yield* profiles.find(name)
  const setting = (key: string) =>
    Effect.map(
      Effect.orDie(Config.option(Config.String(key)).parse(environment)),
      Option.filter((text) => text.trim() !== "")
    )
  const fromEnvironment = Option.map(yield* setting(settingNames.region), Region.find)
  if (Option.isSome(fromEnvironment) && Option.isNone(fromEnvironment.value)) {
    return yield* new ConfigurationError({
      setting: settingNames.region,
      message: `${settingNames.region} is not valid: it must be ${Region.expected}.`
    })
  }
  const said = Option.orElse(flags.region, () => Option.flatten(fromEnvironment))
  const region = Option.orElse(said, () => Option.flatMap(before, (profile) => Region.find(profile.region)))
  // Hosts of the profile belong to its region.
  const same = Option.filter(before, (profile) =>
    Option.contains(
      Option.map(region, (one) => one.name),
      profile.region
    )
  )
  const host = Effect.fnUntraced(function* (key: string, old: (profile: Profile) => string | undefined) {
    return Option.getOrUndefined(
      Option.orElse(yield* setting(key), () => Option.flatMap(same, (profile) => Option.fromUndefinedOr(old(profile))))
    )
  })
  return {
    name,
    region,
    regionSaid: Option.isSome(said),
    clientId: Option.map(before, ({ clientId }) => clientId),
    loginUrl: yield* host(settingNames.loginUrl, (profile) => profile.loginUrl),
    apiUrl: yield* host(settingNames.apiUrl, (profile) => profile.apiUrl)
  } satisfies Known
})

/** The hosts that a target names, and the way there. */
export const layerTarget = (target: Target) =>
  Layer.provideMerge(TokenEndpoint.layerHttp, Layer.merge(Environment.layer(target), Transport.layerConfig)).pipe(
    Layer.provide(NodeCrypto.layerDigest),
    Layer.provide(ConfigProvider.layer(Effect.map(Settings.Sources, ({ environment }) => environment)))
  )

/** Stores a profile with a new secret. */
export const save = Effect.fnUntraced(function* (target: Target, grant: Profile["grant"], secret: Redacted.Redacted) {
  const profiles = yield* Profiles
  const secrets = yield* SecretStore
  const before = yield* profiles.find(target.name)
  const { apiUrl, loginUrl } = yield* Environment
  const ref = yield* secrets.put(secret)
  const profile = new Profile({
    region: target.region.name,
    ...(target.loginUrl === undefined ? {} : { loginUrl }),
    ...(target.apiUrl === undefined ? {} : { apiUrl }),
    clientId: target.clientId,
    grant,
    secret: ref
  })
  // The old secret is taken away last: at no moment does a profile point at nothing.
  yield* profiles.put(target.name, profile)
  if (Option.isSome(before) && before.value.secret !== undefined) yield* secrets.remove(before.value.secret)
  return profile
})

/** With the secret of an OAuth client. Leaves the token that it got for the commands that follow. */
export const withSecret = Effect.fnUntraced(function* (target: Target, secret: Redacted.Redacted) {
  const grant = new Grant.ClientCredentials({ clientId: target.clientId, clientSecret: secret })
  const patience = Option.flatten(yield* Effect.serviceOption(TimeoutFlag))
  const policy = new Policy({
    background: false,
    ...(Option.isSome(patience) ? { patience: patience.value } : {})
  })
  const token = TokenManager.layer.pipe(
    Layer.provide(Credentials.Credentials.layer(grant)),
    Layer.provideMerge(layerTarget(target)),
    Layer.provide(Identity.layerStore),
    Layer.provide(Layer.succeed(RefreshPolicy, policy))
  )
  return yield* Effect.gen(function* () {
    yield* TokenManager.use((manager) => manager.renew)
    return yield* save(target, "client_credentials", secret)
  }).pipe(Effect.provide(token))
})

/** What login, logout and the profile commands stand on. */
export const layerProfiles = Layer.merge(Profiles.layer, SecretStore.layer)
