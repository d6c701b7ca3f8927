/**
 * Keeps what V8 makes of our code beside the tokens, in a folder of this user alone: most of a start is compiling. Where that
 * cannot be, it is compiled each time.
 */
import { createHash } from "node:crypto"
import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs"
import { createRequire, enableCompileCache } from "node:module"
import { homedir } from "node:os"
import { basename, isAbsolute, join } from "node:path"
import { arch, env, pid, version } from "node:process"
import { Script } from "node:vm"

/** As Node's own variable says, if it is set. */
const directory = (): string => {
  const { NODE_COMPILE_CACHE: chosen = "", XDG_CACHE_HOME: cache = "" } = env
  if (chosen !== "") return chosen
  return join(isAbsolute(cache) ? cache : join(homedir(), ".cache"), "effect-genesys", "compiled")
}

/** Has Node keep what it compiles from now on. It does so before a module runs, so that only what is always used is kept. */
export const enable = (): void => {
  try {
    enableCompileCache(directory())
  } catch {
    // This user has no home.
  }
}

const size = 32

/** V8 trusts what it is given, so it must be what was written, and of this very text. */
const digest = (text: string, code: Uint8Array) => createHash("sha256").update(text).update(code).digest()

const read = (file: string, text: string): Buffer | undefined => {
  try {
    const kept = readFileSync(file)
    const code = kept.subarray(size)
    return digest(text, code).equals(kept.subarray(0, size)) ? code : undefined
  } catch {
    return undefined
  }
}

const write = (file: string, text: string, code: Uint8Array) => {
  try {
    mkdirSync(directory(), { recursive: true, mode: 0o700 })
    const beside = `${file}.${pid}`
    writeFileSync(beside, Buffer.concat([digest(text, code), code]), { mode: 0o600 })
    renameSync(beside, file)
  } catch {
    // There is no room, or no right to write.
  }
}

const place = (bundle: string): string | undefined => {
  const { NODE_DISABLE_COMPILE_CACHE: off = "" } = env
  try {
    return off === "" ? join(directory(), `${basename(bundle)}-${version}-${arch}`) : undefined
  } catch {
    return undefined
  }
}

/**
 * Loads a bundle that is one CommonJS file, with what was kept of it.
 * @param exports where it puts what it exports
 * @returns what to do when it has run: it keeps every function that ran, if nothing was kept before
 */
export const load = (bundle: string, exports: object): (() => void) => {
  const text = readFileSync(bundle, "utf8")
  const file = place(bundle)
  const cachedData = file === undefined ? undefined : read(file, text)
  const script = new Script(`(function (exports, require) {${text}\n})`, {
    filename: bundle,
    ...(cachedData === undefined ? {} : { cachedData })
  })
  script.runInThisContext()(exports, createRequire(bundle))
  return () => {
    if (file !== undefined && (cachedData === undefined || script.cachedDataRejected === true)) {
      write(file, text, script.createCachedData())
    }
  }
}
