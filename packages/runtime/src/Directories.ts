/** Where both programs keep files of their own, by the XDG base directory rules. */
import * as Config from "effect/Config"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { homedir } from "node:os"
import { isAbsolute, join } from "node:path"
import { Sources } from "./Settings.ts"

// Relative paths are to be ignored, by the same rules. Read from the environment alone: a `.env` file in somebody's checkout must
// not say where anything is put.
const absolute = Effect.fnUntraced(function* (name: string) {
  const { environment } = yield* Sources
  return Option.filter(yield* Effect.orDie(Config.option(Config.String(name)).parse(environment)), isAbsolute)
})

/** Tokens that processes share: `$XDG_CACHE_HOME` or `~/.cache`, then `effect-genesys/tokens`. They can be deleted. */
export const tokens: Effect.Effect<string> = Effect.map(absolute("XDG_CACHE_HOME"), (found) =>
  join(
    Option.getOrElse(found, () => join(homedir(), ".cache")),
    "effect-genesys",
    "tokens"
  )
)

/** Profiles: `$GENESYS_CONFIG_DIR`; else `$XDG_CONFIG_HOME` or `~/.config`, then `effect-genesys`. */
export const config: Effect.Effect<string> = Effect.gen(function* () {
  const own = yield* absolute("GENESYS_CONFIG_DIR")
  if (Option.isSome(own)) return own.value
  const xdg = yield* absolute("XDG_CONFIG_HOME")
  return join(
    Option.getOrElse(xdg, () => join(homedir(), ".config")),
    "effect-genesys"
  )
})

/** The tokens of logins in a browser: the newest refresh token is in them, so that they must not be deleted. */
export const logins: Effect.Effect<string> = Effect.map(config, (directory) => join(directory, "logins"))
