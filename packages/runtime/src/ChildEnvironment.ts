/**
 * What of our environment a program that we run is given: what programs need to run at all, and what somebody has named. It keeps
 * secrets from programs that are not meant to have them, and from what those write down. It is no wall: a program of the same
 * user can read that user's files, and the environment of ours.
 */
import * as Settings from "@effect-genesys/core/Settings"
import * as Effect from "effect/Effect"

/** Who and where the user is, how to write, and how to reach others: nothing that is a secret. */
const needed = new Set(
  `
  PATH HOME USER LOGNAME SHELL PWD TMPDIR TMP TEMP TZ CI LANG LANGUAGE TERM COLORTERM NO_COLOR FORCE_COLOR
  COLUMNS LINES DISPLAY WAYLAND_DISPLAY XDG_RUNTIME_DIR XDG_CONFIG_HOME XDG_CACHE_HOME XDG_DATA_HOME
  SSL_CERT_FILE SSL_CERT_DIR NODE_EXTRA_CA_CERTS NODE_USE_SYSTEM_CA GENESYS_CONFIG_DIR
  GENESYS_CLOUD_SECRET_STORE GENESYS_CLOUD_CA_FILE GENESYS_CLOUD_CLIENT_CERT_FILE GENESYS_CLOUD_CLIENT_KEY_FILE
  SYSTEMROOT SYSTEMDRIVE WINDIR COMSPEC PATHEXT USERPROFILE USERNAME HOMEDRIVE HOMEPATH APPDATA LOCALAPPDATA
  PROGRAMDATA PROGRAMFILES PROGRAMFILES(X86) NUMBER_OF_PROCESSORS OS
  `
    .trim()
    .split(/\s+/)
)

const isProxy = (name: string) => Settings.find(name)?.names === "a proxy"

const isNeeded = (name: string) =>
  needed.has(process.platform === "win32" ? name.toUpperCase() : name) || name.startsWith("LC_") || isProxy(name)

/** `NAME`, or the beginning of names with `*` behind it. */
export const isPattern = (text: string): boolean => /^[A-Za-z_][A-Za-z0-9_]*\*?$|^\*$/.test(text)

const matches = (pattern: string) => (name: string) =>
  pattern.endsWith("*") ? name.startsWith(pattern.slice(0, -1)) : name === pattern

const hasPassword = (value: string) => {
  const url = value.includes("://") ? value : `http://${value}`
  return URL.canParse(url) && new URL(url).password !== ""
}

export interface Options {
  /** Names, or beginnings of names with `*` behind them, that are handed on as well. */
  readonly named: ReadonlyArray<string>
  /** Names that are never handed on. */
  readonly hidden?: ReadonlyArray<string> | undefined
}

/** A proxy whose URL has a password is left out with a warning, unless it is named. */
export const make = Effect.fnUntraced(function* (
  environment: Readonly<Record<string, string | undefined>>,
  { hidden = [], named }: Options
): Effect.fn.Return<Record<string, string>> {
  const given: Record<string, string> = {}
  const withPassword: Array<string> = []
  for (const [name, value] of Object.entries(environment)) {
    if (value === undefined || hidden.includes(name)) continue
    if (named.some((pattern) => matches(pattern)(name))) given[name] = value
    else if (isProxy(name) && hasPassword(value)) withPassword.push(name)
    else if (isNeeded(name)) given[name] = value
  }
  if (withPassword.length > 0) {
    const word = withPassword.length === 1 ? "has a password, so it is" : "have passwords, so they are"
    yield* Effect.logWarning(
      `${withPassword.join(", ")} ${word} not handed on to the program; name what it shall have with --env, or with env in the settings file`
    )
  }
  return given
})
