/**
 * Has Node keep what it compiles, which is most of a start, in a folder that this user alone can write to. What is kept there is run,
 * so wherever that is not certain, nothing is kept: a link or another user's folder on the way, or a build machine, whose caches come
 * from elsewhere.
 */
import { constants, existsSync, lstatSync, mkdirSync } from "node:fs"
import { enableCompileCache, flushCompileCache } from "node:module"
import { homedir } from "node:os"
import { dirname, isAbsolute, join } from "node:path"
import { env, geteuid } from "node:process"

const directory = (): string => {
  const { XDG_CACHE_HOME: cache = "" } = env
  return join(isAbsolute(cache) ? cache : join(homedir(), ".cache"), "effect-genesys", "compiled")
}

const othersWrite = 0o022
const sticky = 0o1000

/** Whether nobody else can put anything in its place. */
const isSafe = (folder: string, me: number): boolean => {
  const { mode, uid } = lstatSync(folder)
  const cannotBeSwapped = (mode & othersWrite) === 0 || (mode & sticky) !== 0
  return (mode & constants.S_IFMT) === constants.S_IFDIR && (uid === me || uid === 0) && cannotBeSwapped
}

/** Whether that is so of each folder above it, as far as they are there; links are not followed. */
const isSafeAbove = (folder: string, me: number): boolean => {
  const above = dirname(folder)
  return above === folder || ((!existsSync(above) || isSafe(above, me)) && isSafeAbove(above, me))
}

const isMine = (folder: string, me: number): boolean => {
  const { mode, uid } = lstatSync(folder)
  return isSafe(folder, me) && uid === me && (mode & 0o077) === 0
}

/** From now on. `NODE_COMPILE_CACHE` and `NODE_DISABLE_COMPILE_CACHE` are Node's own, and have been heard before. */
export const enable = (): void => {
  const me = geteuid?.()
  if (me === undefined || (env["CI"] ?? "") !== "" || (env["NODE_COMPILE_CACHE"] ?? "") !== "") return
  try {
    const folder = directory()
    // Below a home that is no whole path, it would be in whichever folder we are.
    if (!isAbsolute(folder) || !isSafeAbove(folder, me)) return
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    if (isMine(folder, me) && isSafeAbove(folder, me)) enableCompileCache(folder)
  } catch {
    // There is no home, no room, or no right to write: it is compiled each time.
  }
}

/** What is compiled by now is kept at once, and not when the process ends, which it may do by a power cut. */
export const keep = (): void => flushCompileCache()
