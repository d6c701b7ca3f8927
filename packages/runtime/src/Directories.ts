/** Where both programs keep files of their own, by the XDG base directory rules. */
import * as Config from "effect/Config"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { homedir } from "node:os"
import { isAbsolute, join } from "node:path"
import { Sources } from "./Settings.ts"

// Relative paths are to be ignored, by the same rules.
const absolute = (name: string) =>
  Effect.map(Config.option(Config.String(name)), Option.filter(isAbsolute)).pipe(Effect.orDie)

/** Tokens that processes share: `$XDG_CACHE_HOME` or `~/.cache`, then `effect-genesys/tokens`. They can be deleted. */
export const tokens: Effect.Effect<string> = Effect.map(absolute("XDG_CACHE_HOME"), (found) =>
  join(
    Option.getOrElse(found, () => join(homedir(), ".cache")),
    "effect-genesys",
    "tokens"
  )
)

/**
 * Profiles: `$GENESYS_CONFIG_DIR`; else `$XDG_CONFIG_HOME` or `~/.config`, then `effect-genesys`. Read from the environment
 * alone: a `.env` file in somebody's checkout must not say where secrets are put.
 */
export const config: Effect.Effect<string> = Effect.gen(function* () {
  const { environment } = yield* Sources
  const read = (name: string) => Effect.orDie(Config.option(Config.String(name)).parse(environment))
  const own = Option.filter(yield* read("GENESYS_CONFIG_DIR"), isAbsolute)
  if (Option.isSome(own)) return own.value
  const xdg = Option.filter(yield* read("XDG_CONFIG_HOME"), isAbsolute)
  return join(
    Option.getOrElse(xdg, () => join(homedir(), ".config")),
    "effect-genesys"
  )
})

/** The tokens of logins in a browser: the newest refresh token is in them, so that they must not be deleted. */
export const logins: Effect.Effect<string> = Effect.map(config, (directory) => join(directory, "logins"))
