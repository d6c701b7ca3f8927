/**
 * For a program that uses the official SDK and has no Effect: one line gives its `ApiClient` our token and transport. The
 * program stays as it is.
 */
import { Credentials } from "@effect-genesys/auth/Credentials"
import { Environment } from "@effect-genesys/auth/Environment"
import { TokenEndpoint } from "@effect-genesys/auth/TokenEndpoint"
import { TokenManager } from "@effect-genesys/auth/TokenManager"
import type { TokenStatus } from "@effect-genesys/auth/TokenStatus"
import { GenesysClient } from "@effect-genesys/client/GenesysClient"
import { UnavailableError } from "@effect-genesys/client/GenesysError"
import { RateLimit } from "@effect-genesys/client/RateLimit"
import { Policy, RetryPolicy } from "@effect-genesys/client/RetryPolicy"
import * as Route from "@effect-genesys/client/Route"
import * as HttpTransport from "@effect-genesys/client/Transport"
import * as NodeCrypto from "@effect/platform-node/NodeCrypto"
import * as NodeServices from "@effect/platform-node/NodeServices"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as ManagedRuntime from "effect/ManagedRuntime"
import * as Redacted from "effect/Redacted"
import type { AnyApiClient } from "./AnyApiClient.ts"
import * as Answer from "./internal/answer.ts"
import { interceptOnce } from "./internal/intercept.ts"
import * as Login from "./internal/login.ts"
import * as Rejection from "./internal/rejection.ts"
import * as Settings from "./internal/settings.ts"
import * as Shown from "./internal/shown.ts"
import * as Transport from "./internal/transport.ts"
import * as Waiting from "./internal/waiting.ts"

/** Whatever is left out comes from the environment variable of its name, such as `GENESYS_CLOUD_CLIENT_ID`. */
export interface AdoptOptions {
  readonly clientId?: string | undefined
  readonly clientSecret?: string | undefined
  /** AWS region or domain. @default `GENESYS_CLOUD_REGION`, or the region that the ApiClient has */
  readonly region?: string | undefined
  /** Another login host: `https`, or plain `http` on loopback. @default the ApiClient's gateway, or the region's */
  readonly loginUrl?: string | undefined
  /** Another API host. @default the ApiClient's gateway, or the region's */
  readonly apiUrl?: string | undefined
  /** Retries and deadlines that differ from the defaults of `RetryPolicy`. */
  readonly retry?: ConstructorParameters<typeof Policy>[0] | undefined
}

/** The token that a client of the SDK has from us, and its end. */
export interface Adopted {
  /**
   * A token that is good to use now, for what does not go through the client. The client shows it too, from its first call on:
   * `client.authData.accessToken` is always the one that is held.
   */
  readonly getToken: () => Promise<string>
  /** What is held and how the last renewal went. Never asks for a token. */
  readonly getStatus: () => Promise<TokenStatus>
  /** Ends what runs. Calls reject with an `UnavailableError` then. Not needed at the end of a program. */
  readonly close: () => Promise<void>
}

/**
 * From now on the calls of this `ApiClient` go through `GenesysClient`. They reject with our errors: each is an `Error` with a
 * `_tag`, and has the `status`, `code` and `contextId` of the bodies that the SDK rejects with. Wrong settings are a
 * `ConfigurationError` of the first call. A login with client credentials brings our token instead of another one.
 */
export const adopt = (apiClient: AnyApiClient, options: AdoptOptions = {}): Adopted => {
  const runtime = ManagedRuntime.make(layerOf(apiClient, options))
  const busy = Waiting.make()
  const shown = Shown.make(apiClient)
  let followed = false
  let closed = false

  const run = async <A, E>(effect: Effect.Effect<A, E, TokenManager | GenesysClient | Environment>): Promise<A> => {
    if (closed) throw Rejection.of(ended(), apiClient)
    const done = busy.start()
    // For what is renewed between two calls; it ends with the manager. Wrong settings are told by the calls.
    if (!followed) runtime.runFork(shown.always)
    followed = true
    try {
      return await runtime.runPromise(Effect.ensuring(effect, shown.now))
    } catch (error) {
      throw Rejection.of(closed ? ended() : error, apiClient)
    } finally {
      done()
    }
  }

  Transport.install({
    client: apiClient,
    send: (request, { route }) =>
      run(
        Effect.gen(function* () {
          const { apiUrl } = yield* Environment
          const response = yield* (yield* GenesysClient).text(request)
          return Transport.answerOf(response, yield* Answer.read(request, response, apiUrl))
        }).pipe(Route.named(route))
      ),
    login: (request) => run(Login.answer(request))
  })
  interceptOnce(apiClient)

  return {
    getToken: () => run(TokenManager.use((manager) => Effect.map(manager.token, ({ value }) => Redacted.value(value)))),
    getStatus: () => run(TokenManager.use((manager) => manager.status)),
    close: async () => {
      closed = true
      await runtime.dispose()
    }
  }
}

const ended = () =>
  new UnavailableError({
    reason: "Closed",
    host: "the API",
    message: "The call was not made, or not finished: close() was called on what adopt() gave."
  })

const layerOf = (apiClient: AnyApiClient, options: AdoptOptions) =>
  GenesysClient.layer.pipe(
    Layer.provide(RateLimit.layer),
    Layer.provideMerge(TokenManager.layer),
    Layer.provide(TokenEndpoint.layerHttp),
    Layer.provideMerge(Environment.layerConfig),
    Layer.provide([Credentials.layerConfigFile, HttpTransport.layerConfig, NodeCrypto.layerDigest]),
    Layer.provide([NodeServices.layer, Settings.layer(apiClient, options)]),
    Layer.provideMerge([
      // A library does not write to a program's console; the errors and `getStatus` tell everything.
      Logger.layer([]),
      Waiting.layerClock,
      Layer.succeed(RetryPolicy, new Policy(options.retry ?? {}))
    ])
  )
