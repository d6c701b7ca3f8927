/**
 * Where both programs keep files of their own, by the XDG base directory rules. Read from the environment alone: a `.env` file
 * in somebody's checkout must not say where secrets are put.
 */
import { ConfigurationError } from "@effect-genesys/auth/ConfigurationError"
import * as Config from "effect/Config"
import type * as ConfigProvider from "effect/ConfigProvider"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { homedir } from "node:os"
import { isAbsolute, join } from "node:path"
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

/** By the XDG rules a relative path is to be ignored, but its owner should know. */
const base = Effect.fnUntraced(function* (name: string, otherwise: string) {
  const { environment } = yield* Sources
  const found = yield* given(environment, name)
  if (Option.isSome(found) && isAbsolute(found.value)) return found.value
  if (Option.isSome(found) && isNew(environment, name)) {
    yield* Effect.logWarning(`${name} is ignored, since it is a relative path; ~/${otherwise} is used instead`)
  }
  return join(homedir(), otherwise)
})

/** Tokens that processes share: `$XDG_CACHE_HOME` or `~/.cache`, then `effect-genesys/tokens`. They can be deleted. */
export const tokens: Effect.Effect<string> = Effect.map(base("XDG_CACHE_HOME", ".cache"), (cache) =>
  join(cache, "effect-genesys", "tokens")
)

/** Profiles: `$GENESYS_CONFIG_DIR`; else `$XDG_CONFIG_HOME` or `~/.config`, then `effect-genesys`. */
export const config: Effect.Effect<string, ConfigurationError> = Effect.gen(function* () {
  const { environment } = yield* Sources
  const setting = "GENESYS_CONFIG_DIR"
  const own = yield* given(environment, setting)
  if (Option.isNone(own)) return join(yield* base("XDG_CONFIG_HOME", ".config"), "effect-genesys")
  if (isAbsolute(own.value)) return own.value
  // Nobody who names the folder of his secrets means another one from each working directory, nor the default one.
  return yield* new ConfigurationError({
    setting,
    message: `${setting} is not valid: it must be an absolute path, such as ${join(homedir(), "genesys")}.`
  })
})

/** The tokens of logins in a browser: the newest refresh token is in them, so that they must not be deleted. */
export const logins: Effect.Effect<string, ConfigurationError> = Effect.map(config, (directory) =>
  join(directory, "logins")
)
