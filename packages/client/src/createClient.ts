/**
 * The client for whoever has no Effect: `fetch` for one call and `paginate` for lists, with a token for each attempt, and what
 * `GenesysClient` does of its own accord: one more attempt after a 401, `Retry-After`, pacing, repeats of what is safe, typed errors.
 */
import { Environment } from "@effect-genesys/auth/Environment"
import * as Options from "@effect-genesys/auth/PromiseOptions"
import * as Promises from "@effect-genesys/auth/Promises"
import { TokenManager } from "@effect-genesys/auth/TokenManager"
import type { ConfigurationError } from "@effect-genesys/core/ConfigurationError"
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type * as HttpClient from "effect/http/HttpClient"
import * as Layer from "effect/Layer"
import type * as Scope from "effect/Scope"
import { GenesysClient } from "./GenesysClient.ts"
import { KeepsAlive } from "./internal/dispatcher.ts"
import * as Init from "./internal/promiseInit.ts"
import * as Pages from "./internal/promisePages.ts"
import { Proxies } from "./Proxies.ts"
import { RateLimit } from "./RateLimit.ts"
import { Policy, RetryPolicy } from "./RetryPolicy.ts"
import * as Transport from "./Transport.ts"

/** The numbers of `RetryPolicy`, with its durations in milliseconds. */
export type RetryNumbers = Options.Numbers<Policy>

/** What `createClient` is told: all that `createTokenManager` is told, the API's host, and how a call is tried. */
export interface CreateClientOptions extends Options.ManagerOptions {
  /**
   * Another host of the API: `https`, or plain `http` on loopback and to hosts that `GENESYS_CLOUD_ALLOW_HTTP` in the environment
   * names. @default the region's
   */
  readonly apiUrl?: string | undefined
  /** How long and how often a call is tried. Each call may differ. */
  readonly retry?: RetryNumbers | undefined
}

/** What any call may be told besides its path. */
export interface CallOptions extends Promises.WaitOptions {
  /** Appended to the path: an object, in which a list is as many parameters and `undefined` none, or `URLSearchParams`. */
  readonly query?: Init.Query | undefined
  /** But those of the connection, such as `host`. `authorization` is replaced: the token is the client's. */
  readonly headers?: Init.HeadersInit | undefined
  /** For this call, in place of the client's. */
  readonly retry?: RetryNumbers | undefined
}

/** One call, much as `fetch` has it. */
export interface FetchOptions extends CallOptions {
  /** @default GET, or POST with a `json` or `body` */
  readonly method?: string | undefined
  /** What is sent as JSON. */
  readonly json?: unknown
  /** What is sent as it is. A text is taken for JSON, unless a header says otherwise. */
  readonly body?: string | Uint8Array | URLSearchParams | FormData | undefined
}

/** A call that brings a list, page by page. */
export interface PaginateOptions extends FetchOptions {
  /** How many pages are asked for ahead, from 0 to 100. @default 1 */
  readonly lookAhead?: number | undefined
}

/** Calls of the Genesys Cloud API as promises. `createClient` makes it; `close` ends it. */
export interface PromiseClient extends Promises.PromiseTokenManager {
  /**
   * One call of the API: a path such as `/api/v2/users`, and a standard `Response` with a 2xx, read to its end (at most 256 MiB). What
   * else comes is an error of a class of its own: `NotFoundError`, `PermissionError`, `RateLimitError`, … A signal ends the call with its
   * reason.
   */
  readonly fetch: (path: string, init?: FetchOptions) => Promise<Response>
  /** The rows of a list, in whatever way it has pages: a GET, or a search or query with `json`. A page is a call of its own. */
  readonly paginate: (path: string, init?: PaginateOptions) => AsyncGenerator<unknown, void, undefined>
}

/** It asks for the first token when it is first used. While nobody waits for it, it does not keep the process alive. */
export const createClient = (options: CreateClientOptions): PromiseClient => {
  const { manager, run } = Promises.make(build(options), { keepAlive: options?.keepAlive })

  const fetch = async (path: string, init: FetchOptions = {}) =>
    run(
      ({ client, retry }) =>
        Init.request("fetch", path, init).pipe(
          Effect.flatMap(client.bytes),
          Effect.map(Init.response),
          withRetry(retry, init)
        ),
      init?.signal
    )

  const paginate = (path: string, init: PaginateOptions = {}) => {
    const pages = Effect.flatMap(Init.request("paginate", path, init, ["lookAhead"]), (request) =>
      Pages.rows(request, init.lookAhead)
    )
    return Pages.iterate(
      (use, signal) =>
        run(
          ({ context, retry, scope }) => use(scope).pipe(withRetry(retry, init), Effect.provideContext(context)),
          signal
        ),
      pages,
      init?.signal
    )
  }

  return { ...manager, fetch, paginate }
}

const names = [...Options.names, "apiUrl", "retry"]
const retryNames = Options.policyNames(new Policy({ unreachable: Duration.zero }))

/** @param before what the numbers differ from */
const policyOf = (retry: RetryNumbers | undefined, before: Policy) =>
  retry === undefined
    ? Effect.succeed(before)
    : Options.policy("retry", retry, retryNames, (numbers) => new Policy(Object.assign({}, before, numbers)))

const withRetry =
  (before: Policy, init: CallOptions) =>
  <A, E, R>(call: Effect.Effect<A, E, R>) =>
    // What else there may be in its place, the call itself refuses.
    Effect.flatMap(policyOf(init?.retry, before), (policy) => Effect.provideService(call, RetryPolicy, policy))

// Without any, it says what is missing.
const build = Effect.fnUntraced(function* (given: CreateClientOptions = {}) {
  const options = yield* Options.read("createClient", given, names)
  const checked = yield* Options.checked(options)
  const apiUrl = yield* Options.hostUrl("apiUrl", options.apiUrl)
  const retry = yield* policyOf(options.retry, new Policy({}))
  const transport = yield* Layer.build(layerTransport(checked, options))
  const live = yield* Effect.provideContext(Options.manager(checked, apiUrl), transport)
  const { loginUrl, region } = checked
  const around = Layer.mergeAll(
    Layer.succeed(TokenManager, live.service),
    Layer.succeed(Environment, {
      region,
      loginUrl: loginUrl ?? region.loginUrl,
      apiUrl: apiUrl ?? region.apiUrl
    }),
    Layer.succeedContext(transport)
  )
  const context = yield* Layer.build(
    GenesysClient.layer.pipe(Layer.provide(RateLimit.layer), Layer.provideMerge(around))
  )
  const scope: Scope.Scope = yield* Effect.scope
  return { live, retry, context, scope, client: Context.get(context, GenesysClient) }
})

const layerTransport = (
  checked: Options.Checked,
  { fetch }: CreateClientOptions
): Layer.Layer<HttpClient.HttpClient, ConfigurationError> => {
  if (fetch !== undefined) return Options.layerFetch(checked, fetch)
  const { proxy } = checked
  const proxies =
    proxy === undefined ? Proxies.layerConfig : proxy === false ? Proxies.layerNone : Proxies.layerUrl("proxy", proxy)
  // Whoever waits for an answer holds the process himself.
  return Layer.provide(Transport.layerThrough(proxies), Layer.succeed(KeepsAlive, false))
}
