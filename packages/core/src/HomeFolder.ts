/** The home folder of this user, and where in it tokens are that all its processes share. */
import * as Option from "effect/Option"
import { homedir } from "node:os"
import { isAbsolute, join } from "node:path"

/** None if the system tells none, has no entry for this user, or `HOME` is no path. */
export const find = (): Option.Option<string> => {
  try {
    return Option.filter(Option.some(homedir()), isAbsolute)
  } catch {
    return Option.none()
  }
}

/** Where caches are, by the XDG base directory rules, if the environment names no other place. */
export const cache = ".cache"

/** In a folder of caches, so that they can be deleted. */
export const tokens = (caches: string): string => join(caches, "effect-genesys", "tokens")
