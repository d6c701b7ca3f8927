/**
 * Where both programs keep files of their own, by the XDG base directory rules. Read from the environment alone: a `.env` file
 * in somebody's checkout must not say where secrets are put. A user without a home, such as one that a container made up, has no
 * such place unless the environment names it. Effect's `UserDirectories` has other places on macOS and Windows, knows no home but
 * `HOME`, and takes a relative one.
 */
import { ConfigurationError } from "@effect-genesys/core/ConfigurationError"
import * as Config from "effect/Config"
import type * as ConfigProvider from "effect/ConfigProvider"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { isAbsolute, join } from "node:path"
import * as HomeFolder from "@effect-genesys/core/HomeFolder"
import { settingNames } from "@effect-genesys/core/Settings"
import { Sources } from "./Settings.ts"

const given = (environment: ConfigProvider.ConfigProvider, name: string) =>
  Effect.map(
    Effect.orDie(Config.option(Config.String(name)).parse(environment)),
    Option.filter((text) => text.trim() !== "")
  )

/** What an environment was warned of: the directories are asked for more than once. */
const warned = new WeakMap<ConfigProvider.ConfigProvider, Set<string>>()

const isNew = (environment: ConfigProvider.ConfigProvider, name: string): boolean => {
  const names = warned.get(environment) ?? new Set()
  warned.set(environment, names)
  return !names.has(name) && names.add(name).has(name)
}

const remedy = "Set HOME to a folder of this user, or GENESYS_CONFIG_DIR and XDG_CACHE_HOME"

/** For whoever cannot do without a place. */
export const missing = (setting: string, what: string): ConfigurationError =>
  new ConfigurationError({ setting, message: `${what}: this user has no home folder. ${remedy}.` })

/** By the XDG rules a relative path is to be ignored, but its owner should know. */
const base = Effect.fnUntraced(function* (name: string, otherwise: string) {
  const { environment } = yield* Sources
  const found = yield* given(environment, name)
  if (Option.isSome(found) && isAbsolute(found.value)) return found
  if (Option.isSome(found) && isNew(environment, name)) {
    yield* Effect.logWarning(`${name} is ignored, since it is a relative path; ~/${otherwise} is used instead`)
  }
  const folder = HomeFolder.find()
  if (Option.isNone(folder) && isNew(environment, "HOME")) {
    yield* Effect.logWarning(
      `this user has no home folder: without one, no profile is used and no token is shared. ${remedy}`
    )
  }
  return Option.map(folder, (at) => join(at, otherwise))
})

/** Tokens that processes share: `$XDG_CACHE_HOME` or `~/.cache`, then `effect-genesys/tokens`. They can be deleted. */
export const tokens: Effect.Effect<Option.Option<string>> = Effect.map(
  base(settingNames.cacheHome, HomeFolder.cache),
  Option.map(HomeFolder.tokens)
)

/** Profiles: `$GENESYS_CONFIG_DIR`; else `$XDG_CONFIG_HOME` or `~/.config`, then `effect-genesys`. */
export const config: Effect.Effect<Option.Option<string>, ConfigurationError> = Effect.gen(function* () {
  const { environment } = yield* Sources
  const setting = settingNames.configDir
  const own = yield* given(environment, setting)
  if (Option.isNone(own)) {
    return Option.map(yield* base(settingNames.configHome, ".config"), (folder) => join(folder, "effect-genesys"))
  }
  if (isAbsolute(own.value)) return own
  // Nobody who names the folder of his secrets means another one from each working directory, nor the default one.
  return yield* new ConfigurationError({
    setting,
    message: `${setting} is not valid: it must be an absolute path, such as ${join(
      Option.getOrElse(HomeFolder.find(), () => "/home/me"),
      "genesys"
    )}.`
  })
})

/** The tokens of logins in a browser: the newest refresh token is in them, so that they must not be deleted. */
export const logins: Effect.Effect<Option.Option<string>, ConfigurationError> = Effect.map(
  config,
  Option.map((directory) => join(directory, "logins"))
)
