/**
 * The token manager for whoever has no Effect: promises, plain callbacks, and errors that are real `Error`s with a `_tag`.
 * It gives the same guarantees, since it is the same manager.
 */
import * as Digest from "effect/crypto/Digest"
import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as FetchHttpClient from "effect/http/FetchHttpClient"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as ManagedRuntime from "effect/ManagedRuntime"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import * as Stream from "effect/Stream"
import { AccessToken } from "./AccessToken.ts"
import { ConfigurationError } from "./ConfigurationError.ts"
import { Credentials } from "./Credentials.ts"
import { Environment } from "./Environment.ts"
import { ClientCredentials } from "./Grant.ts"
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
  readonly onChange: (listener: (status: TokenStatus) => void) => () => void
  /** Ends everything: the timer, the request under way, and every wait. */
  readonly close: () => Promise<void>
}

export const createTokenManager = (options: CreateTokenManagerOptions): PromiseTokenManager => {
  const runtime = ManagedRuntime.make(layerOf(options))
  const use = <A, E>(f: (manager: TokenManager["Service"]) => Effect.Effect<A, E>) =>
    runtime.runPromise(TokenManager.use(f))
  const asText = Effect.map((token: AccessToken) => Redacted.value(token.value))

  return {
    getToken: () => use((manager) => asText(manager.token)),
    rejectToken: (token) => use((manager) => manager.reject(named(token))),
    renewToken: () => use((manager) => asText(manager.renew)),
    getStatus: () => use((manager) => manager.status),
    onChange: (listener) => {
      const fiber = runtime.runFork(
        TokenManager.use((manager) =>
          Stream.runForEach(manager.changes, (status) => Effect.ignoreCause(Effect.sync(() => listener(status))))
        )
      )
      return () => void runtime.runFork(Fiber.interrupt(fiber))
    },
    close: () => runtime.dispose()
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

const layerOf = ({ clientId, clientSecret, loginUrl, policy = {}, region = "us-east-1" }: CreateTokenManagerOptions) =>
  TokenManager.layer.pipe(
    Layer.provide(TokenEndpoint.layerHttp),
    Layer.provide([
      Credentials.layer(new ClientCredentials({ clientId, clientSecret: Redacted.make(clientSecret) })),
      Layer.unwrap(Effect.map(regionOf(region), (found) => Environment.layer({ region: found, loginUrl }))),
      FetchHttpClient.layer,
      Digest.layerWebCrypto,
      Layer.effect(
        RefreshPolicy,
        Effect.try({
          try: () => new Policy(policy),
          catch: () =>
            new ConfigurationError({
              setting: "policy",
              message: "policy is not valid: see the limits in RefreshPolicy."
            })
        })
      ),
      // A library does not write to a program's console; `onChange` tells it everything.
      Logger.layer([])
    ])
  )

const regionOf = (text: string) =>
  Option.match(Region.find(text), {
    onNone: () =>
      Effect.fail(
        new ConfigurationError({
          setting: "region",
          message: `region is not valid: it must be one of ${Region.names.join(", ")}, or the region's domain.`
        })
      ),
    onSome: Effect.succeed
  })
