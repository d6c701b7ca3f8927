/**
 * All operations of the official SDK, `purecloud-platform-client-v2`, as Effects: its names, parameters and types, and our
 * token, pacing, retries and errors. The SDK is imported by the first call and not before.
 */
import { Environment } from "@effect-genesys/auth/Environment"
import * as ExactNumber from "@effect-genesys/client/ExactNumber"
import { GenesysClient } from "@effect-genesys/client/GenesysClient"
import type { GenesysError } from "@effect-genesys/client/GenesysError"
import * as Route from "@effect-genesys/client/Route"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Answer from "./internal/answer.ts"
import { makeApi } from "./internal/api.ts"
import * as Loaded from "./internal/loaded.ts"
import * as Operation from "./internal/operation.ts"
import type { AllEffects, AllPromises, ApiName } from "./Operations.ts"

/** What `GenesysSdk` has besides the operations. */
export interface Extras {
  /**
   * For code that uses the SDK's promises: gives it the SDK's API classes and its client, with our token and transport
   * beneath. The signal is aborted when the effect is interrupted, which also ends the calls that are under way; a call that
   * nobody has awaited when the promise settles is ended too. A call's error fails the effect as what it is. Anything
   * else that the promise rejects with is a defect.
   */
  readonly api: <A>(use: (sdk: AllPromises, signal: AbortSignal) => PromiseLike<A>) => Effect.Effect<A, GenesysError>
  /**
   * An operation by its names, with its arguments in their order: for programs that learn both at run time. A number that
   * JavaScript cannot hold is an `ExactNumber`, so that the answer can be passed on as it is.
   */
  readonly call: (api: ApiName, operation: string, args: ReadonlyArray<unknown>) => Effect.Effect<unknown, GenesysError>
}

/**
 * `sdk.UsersApi.postUsersSearch(body)` is an `Effect<Models.UserSearchResponse, GenesysError>`. Each run of the effect makes
 * one call anew. A missing required parameter is an `InvalidRequestError`.
 */
export class GenesysSdk extends Context.Service<GenesysSdk, AllEffects & Extras>()("@effect-genesys/sdk/GenesysSdk") {
  /** Holds nothing of its own: a process may have one for each org. */
  static readonly layer: Layer.Layer<GenesysSdk, never, GenesysClient | Environment> = Layer.effect(
    GenesysSdk,
    Effect.suspend(() => make)
  )
}

const make = Effect.gen(function* () {
  const client = yield* GenesysClient
  const { apiUrl } = yield* Environment

  const callWith =
    (parse?: (json: string) => unknown) => (api: ApiName, name: string, args: ReadonlyArray<unknown>) => {
      const run = (loaded: Loaded.Loaded) =>
        Effect.flatMap(makerOf(loaded).prepare(api, name, args), ({ request, route }) =>
          Effect.flatMap(client.text(request), (response) => Answer.read(request, response, apiUrl, parse)).pipe(
            Route.named(route)
          )
        )
      return Effect.suspend(() => {
        const loaded = Loaded.now()
        return loaded === undefined ? Effect.flatMap(Loaded.load, run) : run(loaded)
      }).pipe(Effect.withSpan(`${api}.${name}`, {}, { captureStackTrace: false }))
    }

  return GenesysSdk.of(lazily(callWith(), { api: makeApi(client, apiUrl), call: callWith(ExactNumber.parse) }))
})

let maker: Operation.Maker | undefined
const makerOf = (loaded: Loaded.Loaded) => (maker ??= Operation.makeMaker(loaded))

/** Names that operations have. Whatever else is asked for, such as `then` or `toJSON`, is not there. */
const isOperation = (name: string | symbol): name is string =>
  typeof name === "string" && /^(?:delete|get|head|patch|post|put)[A-Z]/.test(name)
const isApi = (name: string | symbol): name is ApiName => typeof name === "string" && /^[A-Z]\w*Api$/.test(name)

/** The API classes and their operations come into being when somebody asks for them: the SDK is not loaded yet. */
const lazily = (call: Extras["call"], extras: Extras) => {
  const sdk: AllEffects & Extras = Object.assign(Object.create(null), extras)
  return new Proxy(sdk, {
    get: (made, api) => {
      if (!(api in made) && isApi(api)) {
        const operations = new Proxy(
          {},
          {
            get: (known, name) => {
              if (!(name in known) && isOperation(name)) {
                Reflect.set(known, name, (...args: ReadonlyArray<unknown>) => call(api, name, args))
              }
              return Reflect.get(known, name)
            }
          }
        )
        Reflect.set(made, api, operations)
      }
      return Reflect.get(made, api)
    }
  })
}
