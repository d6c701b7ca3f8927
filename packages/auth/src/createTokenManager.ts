/**
 * The token manager for whoever has no Effect: promises, plain callbacks, and errors that are real `Error`s with a `_tag`.
 * It gives the same guarantees, since it is the same manager, and goes through the proxies of the environment as the client does.
 */
import * as Cause from "effect/Cause"
import * as ConfigProvider from "effect/ConfigProvider"
import * as Digest from "effect/crypto/Digest"
import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as FetchHttpClient from "effect/http/FetchHttpClient"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as ManagedRuntime from "effect/ManagedRuntime"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import { AccessToken } from "./AccessToken.ts"
import { ConfigurationError } from "@effect-genesys/core/ConfigurationError"
import { Credentials } from "./Credentials.ts"
import { Environment, HostUrl } from "./Environment.ts"
import { ClientCredentials } from "./Grant.ts"
import * as Parts from "./internal/clientParts.ts"
import * as Errors from "./internal/managerErrors.ts"
import { proxyVariables } from "@effect-genesys/core/ProxyVariables"
import * as Setting from "@effect-genesys/core/Setting"
import { Policy, RefreshPolicy } from "./RefreshPolicy.ts"
import * as Region from "./Region.ts"
import { TokenEndpoint } from "./TokenEndpoint.ts"
import { TokenManager } from "./TokenManager.ts"
import type { TokenStatus } from "./TokenStatus.ts"

export interface CreateTokenManagerOptions {
  readonly clientId: string
  readonly clientSecret: string
  /** AWS region or domain. @default us-east-1 */
  readonly region?: string | undefined
  /** Another login host: `https`, or plain `http` on loopback. @default the region's */
  readonly loginUrl?: string | undefined
  /** Numbers that differ from the defaults of `RefreshPolicy`. */
  readonly policy?: ConstructorParameters<typeof Policy>[0] | undefined
}

export interface PromiseTokenManager {
  /**
   * A token that is good to use now. Rejects with an `AuthenticationError`, `RateLimitError`, `UnavailableError` or, for
   * wrong options, `ConfigurationError`; each is an `Error` with a `_tag`.
   */
  readonly getToken: () => Promise<string>
  /** Says that the API answered this very token with 401. A newer one is kept. */
  readonly rejectToken: (token: string) => Promise<void>
  /** Asks for a new token now, even after the credentials were refused. */
  readonly renewToken: () => Promise<string>
  readonly getStatus: () => Promise<TokenStatus>
  /** Calls the listener with the present status and with every change of it, until the returned function is called. */
  readonly onChange: (listener: (status: TokenStatus) => unknown) => () => void
  /** Ends everything: the timer, the request under way, and every wait. */
  readonly close: () => Promise<void>
}

export const createTokenManager = (options: CreateTokenManagerOptions): PromiseTokenManager => {
  const runtime = ManagedRuntime.make(Layer.unwrap(Effect.map(checked(options), layerOf)))
  let closed = false

  const use = async <A, E>(f: (manager: TokenManager["Service"]) => Effect.Effect<A, E>): Promise<A> => {
    if (closed) throw Errors.closed("the login host")
    const exit = await runtime.runPromiseExit(TokenManager.use(f))
    if (Exit.isSuccess(exit)) return exit.value
    // Interrupted is only what was under way when the manager was closed.
    throw Cause.hasInterruptsOnly(exit.cause) ? Errors.closed("the login host") : Cause.squash(exit.cause)
  }
  const asText = Effect.map((token: AccessToken) => Redacted.value(token.value))

  return {
    getToken: () => use((manager) => asText(manager.token)),
    rejectToken: (token) => use((manager) => manager.reject(named(token))),
    renewToken: () => use((manager) => asText(manager.renew)),
    getStatus: () => use((manager) => manager.status),
    onChange: (listener) => {
      if (closed) return () => undefined
      const tell = (status: TokenStatus) => Effect.ignoreCause(Effect.promise(async () => listener(status)))
      const fiber = runtime.runFork(TokenManager.use((manager) => Stream.runForEach(manager.changes, tell)))
      return () => fiber.interruptUnsafe()
    },
    close: async () => {
      closed = true
      await runtime.dispose()
    }
  }
}

/** Only the value of a rejected token is looked at. */
const named = (token: string) =>
  new AccessToken({
    value: Redacted.make(token),
    fingerprint: "",
    issuedAt: DateTime.makeUnsafe(0),
    expiresIn: Duration.zero
  })

interface Checked {
  readonly grant: ClientCredentials
  readonly region: Region.Region
  readonly loginUrl: string | undefined
  readonly policy: Policy
}

const wrong = (setting: string, expected: string) =>
  new ConfigurationError({ setting, message: `${setting} is not valid: it must be ${expected}.` })

/** Callers without types pass anything, most often `undefined` for a variable that is not set. */
const checked = (options: CreateTokenManagerOptions): Effect.Effect<Checked, ConfigurationError> =>
  Effect.gen(function* () {
    const { clientId, clientSecret, loginUrl, policy = {}, region } = options
    const decode = <A>(setting: string, value: unknown, { expected, schema }: Setting.Expected<A>) =>
      Effect.mapError(Schema.decodeUnknownEffect(schema)(value), () => wrong(setting, expected))
    return {
      grant: new ClientCredentials({
        clientId: yield* decode("clientId", clientId, Parts.clientId),
        clientSecret: Redacted.make(yield* decode("clientSecret", clientSecret, Parts.clientSecret))
      }),
      region:
        region === undefined
          ? Region.defaultRegion
          : yield* decode("region", region, {
              schema: Region.RegionFromString,
              expected: Region.expected
            }),
      loginUrl:
        loginUrl === undefined
          ? undefined
          : yield* decode("loginUrl", loginUrl, {
              schema: HostUrl,
              expected: "an https URL (plain http only for loopback hosts)"
            }),
      policy: yield* Effect.try({
        try: () => new Policy(policy),
        catch: () => wrong("policy", "within the limits that RefreshPolicy documents")
      })
    }
  })

/** Node's own `fetch`; through a proxy where the environment, as it is when the first token is asked for, names one for the host. */
const layerFetch = (host: string): Layer.Layer<never, ConfigurationError> =>
  Layer.unwrap(
    Effect.gen(function* () {
      const set = yield* Effect.forEach(proxyVariables, Setting.optional)
      if (set.every(Option.isNone)) return Layer.empty
      const { layer } = yield* Effect.promise(() => import("./internal/proxiedFetch.ts"))
      return layer(host)
    })
  ).pipe(
    Layer.provide(
      Layer.effect(
        ConfigProvider.ConfigProvider,
        Effect.sync(() => ConfigProvider.fromEnv())
      )
    )
  )

const layerOf = ({ grant, loginUrl, policy, region }: Checked) =>
  TokenManager.layer.pipe(
    Layer.provide(TokenEndpoint.layerHttp),
    Layer.provide([
      Credentials.layer(grant),
      Environment.layer({ region, loginUrl }),
      FetchHttpClient.layer,
      Digest.layerWebCrypto,
      Layer.succeed(RefreshPolicy, policy)
    ]),
    // A library does not write to a program's console, nor do its calls; `onChange` tells it everything.
    Layer.provideMerge([Logger.layer([]), layerFetch(loginUrl ?? region.loginUrl)])
  )
