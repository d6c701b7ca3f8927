/**
 * What of our environment a program that we run is given: what programs need to run at all, and what somebody has named. It keeps
 * secrets from programs that are not meant to have them, and from what those write down. It is no wall: a program of the same
 * user can read that user's files, and the environment of ours.
 */
import * as Effect from "effect/Effect"
import * as Settings from "./Settings.ts"

/** The variables of a process, by their names. */
export type Environment = Readonly<Record<string, string | undefined>>

/**
 * Who and where the user is, how to write, and how to reach others: nothing that is a secret. Of LC_ the names that a system
 * knows: any other may have come from whoever logged in here by ssh, and some put a secret into such a name to have it pass.
 */
const needed = new Set(
  `
  PATH HOME USER LOGNAME SHELL PWD HOSTNAME TMPDIR TMP TEMP TZ CI TERM COLORTERM NO_COLOR FORCE_COLOR COLUMNS LINES
  LANG LANGUAGE LC_ALL LC_CTYPE LC_MESSAGES LC_TIME LC_NUMERIC LC_COLLATE LC_MONETARY LC_PAPER LC_NAME LC_ADDRESS
  LC_TELEPHONE LC_MEASUREMENT LC_IDENTIFICATION
  EDITOR VISUAL PAGER BROWSER DISPLAY WAYLAND_DISPLAY XAUTHORITY DBUS_SESSION_BUS_ADDRESS
  XDG_RUNTIME_DIR XDG_CONFIG_HOME XDG_CACHE_HOME XDG_DATA_HOME WSL_DISTRO_NAME WSL_INTEROP
  SSL_CERT_FILE SSL_CERT_DIR NODE_EXTRA_CA_CERTS NODE_USE_SYSTEM_CA GENESYS_CONFIG_DIR
  GENESYS_CLOUD_SECRET_STORE GENESYS_CLOUD_CA_FILE GENESYS_CLOUD_CLIENT_CERT_FILE GENESYS_CLOUD_CLIENT_KEY_FILE
  SYSTEMROOT SYSTEMDRIVE WINDIR COMSPEC PATHEXT USERPROFILE USERNAME HOMEDRIVE HOMEPATH APPDATA LOCALAPPDATA
  PROGRAMDATA PROGRAMFILES PROGRAMFILES(X86) NUMBER_OF_PROCESSORS OS
  `
    .trim()
    .split(/\s+/)
)

/** Whether its value is a URL, in which there may be a user name and a password. */
const proxies = new Map([
  ...Settings.rules
    .filter(({ names }) => names === "a proxy")
    .flatMap((rule) => Settings.namesOf(rule).map((name) => [name, rule.secret] as const)),
  // Other programs know it.
  ["ALL_PROXY", true],
  ["all_proxy", true]
])

/** Windows takes a name in any case for the same. */
const same = process.platform === "win32" ? (name: string) => name.toUpperCase() : (name: string) => name

/** `NAME`, or the beginning of names with `*` behind it. */
export const isPattern = (text: string): boolean => /^[A-Za-z_][A-Za-z0-9_]*\*?$|^\*$/.test(text)

const isBeginning = (pattern: string) => pattern.endsWith("*")

const matches = (pattern: string) => (name: string) =>
  isBeginning(pattern) ? same(name).startsWith(same(pattern.slice(0, -1))) : same(name) === same(pattern)

/** A token may stand where a user name does. What nobody can read may hold anything. */
const mayHoldSecret = (value: string) =>
  value.trim() !== "" && (/[@?#]/.test(value) || !URL.canParse(value.includes("://") ? value : `http://${value}`))

/** What is handed on besides what programs need, and what never is. */
export interface Options {
  /** Names, or beginnings of names with `*` behind them, that are handed on as well. */
  readonly named?: ReadonlyArray<string> | undefined
  /** Names that are never handed on. */
  readonly hidden?: ReadonlyArray<string> | undefined
}

/** What a program is given, and what was kept from it. */
export interface HandedOn {
  readonly given: Record<string, string>
  /** The proxies that are left out, since their URLs may hold a secret. */
  readonly withheld: ReadonlyArray<string>
}

/** What a program that we run is given of an environment. */
export const of = (environment: Environment, { hidden = [], named = [] }: Options = {}): HandedOn => {
  const given: Record<string, string> = {}
  const withheld: Array<string> = []
  for (const [name, value] of Object.entries(environment)) {
    if (value === undefined || hidden.some((one) => matches(one)(name))) continue
    const isUrl = proxies.get(same(name))
    if (named.some((pattern) => matches(pattern)(name))) given[name] = value
    else if (isUrl === true && mayHoldSecret(value)) withheld.push(name)
    else if (isUrl !== undefined || needed.has(same(name))) given[name] = value
  }
  return { given, withheld }
}

/** The names among `named` that nothing is handed on for. A beginning of names may be that of none. */
export const missing = (environment: Environment, { hidden = [], named = [] }: Options): ReadonlyArray<string> => {
  const there = Object.keys(environment).filter(
    (name) => environment[name] !== undefined && !hidden.some((one) => matches(one)(name))
  )
  return named.filter((pattern) => !isBeginning(pattern) && !there.some(matches(pattern)))
}

/** Says what is left out, and how to name it. */
export const warn = ({ withheld }: HandedOn, nameIt: string): Effect.Effect<void> =>
  withheld.length === 0
    ? Effect.void
    : Effect.logWarning(
        `${withheld.join(", ")} may hold a password or a token, and is not handed on to the program; ` +
          `name it ${nameIt} if the program shall have it`
      )

/** As `of`, with that warning. */
export const make = (environment: Environment, { nameIt, ...options }: Options & { readonly nameIt: string }) => {
  const handedOn = of(environment, options)
  return Effect.as(warn(handedOn, nameIt), handedOn.given)
}
