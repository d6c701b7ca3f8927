/**
 * The official SDK, imported when it is first needed and never before: the import costs 150 ms and 43 MB. Closes what the
 * SDK opens of its own accord: each of its clients watches a file in the home directory.
 */
import * as Effect from "effect/Effect"
import { unwatchFile, watchFile } from "node:fs"
import { createRequire } from "node:module"
import { homedir } from "node:os"
import { isAbsolute } from "node:path"
import type pc from "purecloud-platform-client-v2"
import type { ApiClient } from "../Operations.ts"
import * as Installed from "./installed.ts"

export interface Loaded {
  readonly pc: typeof pc
  /** A client that reads no file, holds no token and has a path in place of a host. Derive from it, do not change it. */
  readonly client: ApiClient
}

let loading: Promise<Loaded> | undefined
let loaded: Loaded | undefined

/** At once, if it was loaded before. */
export const now = (): Loaded | undefined => loaded

/** Dies with a `MissingSdkError` where the SDK is not installed. */
export const load: Effect.Effect<Loaded> = Effect.promise(() => (loading ??= start()))

const start = async (): Promise<Loaded> => {
  // Whoever has imported the SDK before us may rely on its default client, which then stays as it is.
  const shared = isLoaded()
  // What is imported then is what is loaded here.
  if (!hasHome()) withHome((): unknown => require(Installed.path()))
  const sdk = (await import("purecloud-platform-client-v2")).default
  if (!shared) unwatch(sdk.ApiClient)
  const client = withHome(() => new sdk.ApiClientClass())
  unwatch(client)
  client.config.refresh_access_token = false
  client.setGateway({ host: "" })
  client.config.basePath = ""
  loaded = { pc: sdk, client }
  return loaded
}

const require = createRequire(import.meta.url)

const isLoaded = () => Installed.path() in require.cache

const hasHome = (): boolean => {
  try {
    return isAbsolute(homedir())
  } catch {
    return false
  }
}

/**
 * The SDK looks for a file of its own in the home folder, and dies where the system knows none for this user: it is told of one that
 * is not there. A home that is no path would be a file in the working directory, which anybody may have made.
 */
const withHome = <A>(use: () => A): A => {
  if (hasHome()) return use()
  const { HOME } = process.env
  process.env["HOME"] = "/nonexistent"
  try {
    return use()
  } finally {
    if (HOME === undefined) delete process.env["HOME"]
    else process.env["HOME"] = HOME
  }
}

const probe = () => undefined

/** Node types the listeners of an emitter as mere functions. */
const asListener = (own: object): ((...args: ReadonlyArray<unknown>) => void) => Object(own)

/**
 * Ends the watch of one client. The SDK's own way would end those of all clients in the process: it takes every listener
 * off the file.
 */
const unwatch = ({ config }: ApiClient) => {
  const path: unknown = Reflect.get(config, "watchedConfigPath")
  if (typeof path === "string") {
    const watcher = watchFile(path, { persistent: false }, probe)
    // The client was made a moment ago: its listener is the last one before ours.
    const own = watcher.rawListeners("change").at(-2)
    if (own !== undefined) watcher.removeListener("change", asListener(own))
    unwatchFile(path, probe)
    Reflect.set(config, "watchedConfigPath", undefined)
  }
  config.live_reload_config = false
  config.setConfigPath("")
}
