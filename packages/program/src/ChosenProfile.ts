/** Which profile says who we are, if one does. */
import type { ConfigurationError } from "@effect-genesys/core/ConfigurationError"
import * as Config from "effect/Config"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { settingNames } from "@effect-genesys/core/Settings"
import type { Profile } from "./Profile.ts"
import { Profiles } from "./Profiles.ts"
import * as Settings from "./Settings.ts"

/** A profile, and what chose it. */
export interface Chosen {
  readonly name: string
  readonly profile: Profile
  /** `--profile`, `GENESYS_CLOUD_PROFILE` or `default`. */
  readonly source: string
}

const setting = settingNames.profile
const clientId = settingNames.clientId

/** The name of the profile that is meant when no flag names one; the environment's word counts, a `.env` file's does not. */
export const meant: Effect.Effect<
  Option.Option<{ readonly name: string; readonly source: string }>,
  ConfigurationError,
  Profiles
> = Effect.gen(function* () {
  const { environment } = yield* Settings.Sources
  const named = Option.filter(
    yield* Effect.orDie(Config.option(Config.String(setting)).parse(environment)),
    (name) => name.trim() !== ""
  )
  if (Option.isSome(named)) return Option.some({ name: named.value.trim(), source: setting })
  const byDefault = yield* Profiles.use((profiles) => profiles.default)
  return Option.map(byDefault, (name) => ({ name, source: "default" }))
})

/** None if the environment, or a `.env` file, says who we are: that beats a profile, unless a flag names it. */
export const choose = Effect.fnUntraced(function* (
  flag: Option.Option<string>
): Effect.fn.Return<Option.Option<Chosen>, ConfigurationError, Profiles> {
  const profiles = yield* Profiles
  if (Option.isSome(flag)) {
    return Option.some({ name: flag.value, profile: yield* profiles.get(flag.value), source: "--profile" })
  }
  const { environment, file } = yield* Settings.Sources
  for (const provider of [environment, file]) {
    if ((yield* Settings.present(provider, Settings.secrets)).length > 0) return Option.none()
  }
  const found = yield* meant
  if (Option.isNone(found)) return Option.none()
  const profile = yield* profiles.get(found.value.name)
  // Half of a client in the environment is a mistake, and not one to be covered by sending the profile's secret.
  for (const provider of [environment, file]) {
    const id = yield* Effect.orDie(Config.option(Config.String(clientId)).parse(provider))
    const other = Option.exists(id, (text) => text.trim() !== "" && text.trim() !== profile.clientId)
    if (other) return Option.none()
  }
  return Option.some({ ...found.value, profile })
})
