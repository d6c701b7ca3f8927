/**
 * The options of `createTokenManager`, which `createClient` has too: plain values, checked one by one, and what they come to. An error
 * names the option that is wrong and says what to write.
 */
import type { ConfigurationError } from "@effect-genesys/core/ConfigurationError"
import { proxyVariables } from "@effect-genesys/core/ProxyVariables"
import { settingNames } from "@effect-genesys/core/SettingNames"
import * as Effect from "effect/Effect"
import * as FetchHttpClient from "effect/http/FetchHttpClient"
import type * as HttpClient from "effect/http/HttpClient"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import type * as Scope from "effect/Scope"
import { createHash } from "node:crypto"
import * as GivenFetch from "./internal/givenFetch.ts"
import * as HostUrls from "./internal/hostUrl.ts"
import * as Checks from "./internal/promiseChecks.ts"
import type { PromiseStore } from "./internal/promiseStore.ts"
import * as Who from "./internal/promiseWho.ts"
import * as Backend from "./internal/tokenBackend.ts"
import * as Endpoint from "./internal/tokenEndpoint.ts"
import * as Live from "./internal/tokenManager.ts"
import { Policy } from "./RefreshPolicy.ts"
import * as Region from "./Region.ts"

export type { PromiseStore }

/** What a `credentials` function gives. */
export type PromiseCredentials = Who.PromiseCredentials

/** The numbers of a policy, with its durations in milliseconds. */
export type Numbers<P> = Checks.Numbers<P>

/** Those of `RefreshPolicy`. */
export type PolicyNumbers = Numbers<Policy>

// For the options that `createClient` has besides.
export { namesOf as policyNames, object, policy, wrong } from "./internal/promiseChecks.ts"

/** What `createTokenManager` and `createClient` are told: who we are, where, and how a token is renewed. */
export interface ManagerOptions {
  /** The id of an OAuth client of Genesys Cloud with the grant type Client Credentials. */
  readonly clientId?: string | undefined
  /** Its secret. */
  readonly clientSecret?: string | undefined
  /** The file that holds the secret instead. It is read again when it changes, at the latest after 10 seconds. */
  readonly clientSecretFile?: string | undefined
  /**
   * Gives both instead, now or as a promise: asked anew for each request for a token, so that a secret may be rotated. It has 5 seconds.
   * If it fails, what it gave before is shown again; the first time, it is an `UnavailableError`.
   */
  readonly credentials?: (() => PromiseCredentials | Promise<PromiseCredentials>) | undefined
  /** AWS region or domain. @default us-east-1 */
  readonly region?: string | undefined
  /**
   * Another login host: `https`, or plain `http` on loopback and to hosts that `GENESYS_CLOUD_ALLOW_HTTP` in the environment names.
   * @default the region's
   */
  readonly loginUrl?: string | undefined
  /** How long a caller waits for a token, in milliseconds: `patience` of the policy, which most people set. @default 30,000 */
  readonly patience?: number | undefined
  /** Numbers that differ from the defaults of `RefreshPolicy`; durations in milliseconds. */
  readonly policy?: PolicyNumbers | undefined
  /**
   * Shares the token: `"file"` with the command line and all other processes of this user, in sealed files; or a store of your own.
   * @default none: each manager is alone
   */
  readonly store?: "file" | PromiseStore | Backend.TokenStoreService | undefined
  /** What sends the requests. @default Node's own, through the proxy of the environment */
  readonly fetch?: typeof globalThis.fetch | undefined
  /** The URL of a proxy for all hosts but this machine, or `false` for none. @default that of `HTTPS_PROXY` and its like */
  readonly proxy?: string | false | undefined
  /** Whether the manager keeps the process alive until it is closed. For services. @default false */
  readonly keepAlive?: boolean | undefined
}

/** Their names. Of each in turn, so that one that is added must be added here. */
const named: Record<keyof ManagerOptions, true> = {
  clientId: true,
  clientSecret: true,
  clientSecretFile: true,
  credentials: true,
  region: true,
  loginUrl: true,
  patience: true,
  policy: true,
  store: true,
  fetch: true,
  proxy: true,
  keepAlive: true
}
/** The names of all these options, to tell one that is misspelt. */
export const names: ReadonlyArray<string> = Object.keys(named)

/** The options when they have been checked, with their defaults. */
export interface Checked {
  readonly region: Region.Region
  readonly loginUrl: string | undefined
  readonly proxy: string | false | undefined
  readonly policy: Policy
  readonly who: Who.Who
  readonly store: Store
}

type Store = Effect.Effect<Backend.TokenStoreService, ConfigurationError, Scope.Scope>

/** The base URL that an option names, if it does; a `ConfigurationError` if it may not be asked. */
export const hostUrl = (setting: string, value: unknown): Effect.Effect<string | undefined, ConfigurationError> =>
  value === undefined ? Effect.succeed(undefined) : HostUrls.decode(setting, value, allowed)

/** As it is set when it is asked for, and without what reads settings else. */
const allowed: HostUrls.Allowed = Effect.sync(() =>
  Option.filter(Option.fromUndefinedOr(process.env[settingNames.allowHttp]), (text) => text.trim() !== "")
)

/** Their values, read once: an error, if they are none, or not to be had. */
export const read = <O extends object>(
  where: string,
  options: O,
  known: ReadonlyArray<string>
): Effect.Effect<O, ConfigurationError> =>
  Effect.suspend(() => {
    const stranger = Checks.object(where, "options", options, known)
    if (stranger !== undefined) return Effect.fail(stranger)
    return Effect.try({
      try: () => ({ ...options }),
      catch: () => Checks.wrong("options", "an object whose fields can be read: one of them throws")
    })
  })

/** Checks all options, and fails with a `ConfigurationError` that names the first one that is wrong. */
export const checked = Effect.fnUntraced(function* (
  given: ManagerOptions
): Effect.fn.Return<Checked, ConfigurationError> {
  const { fetch, keepAlive, patience, policy = {}, proxy, region } = given
  if (keepAlive !== undefined && typeof keepAlive !== "boolean")
    return yield* Checks.wrong("keepAlive", "true or false")
  if (fetch !== undefined && typeof fetch !== "function") return yield* Checks.wrong("fetch", "a function as fetch is")
  if (fetch !== undefined && proxy !== undefined) {
    return yield* Checks.wrong("proxy", "left out where fetch is given: that finds its way itself")
  }
  if (patience !== undefined && Checks.isObject(policy) && policy.patience !== undefined) {
    return yield* Checks.wrong("patience", "left out where policy has a patience")
  }
  return {
    region:
      region === undefined
        ? Region.defaultRegion
        : yield* Checks.decode("region", region, { schema: Region.RegionFromString, expected: Region.expected }),
    loginUrl: yield* hostUrl("loginUrl", given.loginUrl),
    proxy: proxy === undefined || proxy === false ? proxy : yield* Checks.decode("proxy", proxy, proxyText),
    policy: yield* Checks.policy(
      "policy",
      patience === undefined || !Checks.isObject(policy) ? policy : { ...policy, patience },
      refreshNames,
      (numbers) => new Policy(numbers)
    ),
    who: yield* Who.checked(given),
    store: yield* storeOf(given.store)
  }
})

const proxyText: Parameters<typeof Checks.decode<string>>[2] = {
  schema: Schema.NonEmptyString,
  expected: "the URL of a proxy, or false"
}

const refreshNames = Checks.namesOf(new Policy({}))

const storeOf = (store: unknown): Effect.Effect<Store, ConfigurationError> => {
  if (store === undefined) return Effect.succeed(Effect.succeed(Backend.none))
  if (store === "file") return Effect.succeed(Effect.flatMap(files, (loaded) => loaded.store))
  if (isService(store)) return Effect.succeed(Effect.succeed(store))
  if (!isBackend(store)) {
    return Effect.fail(Checks.wrong("store", '"file", or an object with the functions get, set and remove'))
  }
  return ["function", "undefined"].includes(typeIn(store, "withLock"))
    ? Effect.succeed(Effect.flatMap(stores, ({ make }) => make(store)))
    : Effect.fail(Checks.wrong("store.withLock", "a function, or left out"))
}

// Loaded when they are asked for.
const files = Effect.promise(() => import("./internal/promiseFiles.ts"))
const stores = Effect.promise(() => import("./internal/promiseStore.ts"))
const proxied = Effect.promise(() => import("./internal/proxiedFetch.ts"))

/** The type of a field; of one that cannot even be looked at, that. */
const typeIn = (value: object, name: string) => {
  try {
    return typeof Reflect.get(value, name)
  } catch {
    return "unreadable"
  }
}
const has = (value: unknown, functions: ReadonlyArray<string>): value is object =>
  typeof value === "object" && value !== null && functions.every((name) => typeIn(value, name) === "function")
const isService = (store: unknown): store is Backend.TokenStoreService => has(store, ["get", "modify", "remove"])
const isBackend = (store: unknown): store is PromiseStore => has(store, ["get", "set", "remove"])

/** `fetch`: that of the options; or Node's own, through a proxy where the options or the environment name one for the host. */
export const layerFetch = (
  { loginUrl, proxy, region }: Checked,
  fetch: ManagerOptions["fetch"]
): Layer.Layer<HttpClient.HttpClient, ConfigurationError> => {
  const direct = fetch !== undefined || proxy === false || (proxy === undefined && !hasProxy())
  const way = direct
    ? fetch === undefined
      ? Layer.empty
      : Layer.succeed(FetchHttpClient.Fetch, GivenFetch.make(fetch))
    : Layer.unwrap(Effect.map(proxied, ({ layer }) => layer(loginUrl ?? region.loginUrl, proxy || undefined)))
  return Layer.provideMerge(FetchHttpClient.layer, way)
}

const hasProxy = () => proxyVariables.some((name) => (process.env[name] ?? "").trim() !== "")

/** There is nobody yet to tell. */
const ignored: Live.Live["adopt"] = () => Effect.void

/** As `AccessToken` names one, without the cryptography of a `Digest`. */
const fingerprint = (token: Redacted.Redacted) =>
  Effect.sync(() => createHash("sha256").update(Redacted.value(token)).digest("hex").slice(0, 12))

/** The manager, over whatever `HttpClient` there is. */
export const manager = Effect.fnUntraced(function* (
  { loginUrl, policy, region, store, who }: Checked,
  apiUrl?: string
): Effect.fn.Return<Live.Live, Who.Failure, HttpClient.HttpClient | Scope.Scope> {
  const { first, follow, through } = yield* Who.make(who, loginUrl ?? region.loginUrl, policy.patience)
  let adopt = ignored
  const environment = { region, loginUrl: loginUrl ?? region.loginUrl, apiUrl: apiUrl ?? region.apiUrl }
  const endpoint = through(yield* Endpoint.make({ environment, fingerprint }), (grant) => adopt(grant))
  const live = yield* Live.make({ source: first, endpoint, policy, store: yield* store })
  adopt = live.adopt
  yield* follow(live.adopt)
  return live
})
