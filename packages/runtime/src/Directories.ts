/** Where both programs keep files of their own, by the XDG base directory rules. */
import * as Config from "effect/Config"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { homedir } from "node:os"
import { isAbsolute, join } from "node:path"

/** Tokens that processes share: `$XDG_CACHE_HOME` or `~/.cache`, then `effect-genesys/tokens`. They can be deleted. */
export const tokens: Effect.Effect<string> = Config.option(Config.String("XDG_CACHE_HOME")).pipe(
  // Relative paths are to be ignored, by the same rules.
  Effect.map((found) => Option.getOrElse(Option.filter(found, isAbsolute), () => join(homedir(), ".cache"))),
  Effect.map((cache) => join(cache, "effect-genesys", "tokens")),
  Effect.orDie
)
