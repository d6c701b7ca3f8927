/**
 * A client of one org with several tokens at a time, each of which Genesys allows calls of its own. Ask Genesys before
 * you use it: how many tokens a client may have is not documented, and who asks for many in a short time is throttled.
 */
import { Credentials } from "@effect-genesys/auth/Credentials"
import type { Environment } from "@effect-genesys/auth/Environment"
import { TokenEndpoint } from "@effect-genesys/auth/TokenEndpoint"
import { TokenManager } from "@effect-genesys/auth/TokenManager"
import { TokenStore } from "@effect-genesys/auth/TokenStore"
import { ConfigurationError } from "@effect-genesys/core/ConfigurationError"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import type * as HttpClient from "effect/http/HttpClient"
import * as Layer from "effect/Layer"
import * as Metric from "effect/Metric"
import { GenesysClient } from "./GenesysClient.ts"
import * as Pooled from "./internal/pooled.ts"
import { RateLimit } from "./RateLimit.ts"

/** Of a user's tokens the eleventh ends the first; it is not known that a client's are spared. */
export const mostTokens = 10

/** How many tokens there may be at a time, and how calls of each are paced. */
export interface Options<E = never, R = never> {
  /** How many tokens there may be at a time, the first one included: 1 to 10. */
  readonly tokens: number
  /** The rate limit of each of the others. @default `RateLimit.layer`, for a client that shares its tokens with no other process */
  readonly rateLimit?: Layer.Layer<RateLimit, E, R>
}

/**
 * In the place of `GenesysClient.layer`. The first token is that of the `TokenManager`, and serves all calls for which it is enough. While
 * callers wait, there is one more every two seconds, far below what the login host takes from a client. They share its `TokenStore`.
 */
export const layer = <E = never, R = never>(
  options: Options<E, R>
): Layer.Layer<
  GenesysClient,
  E | ConfigurationError,
  R | TokenManager | RateLimit | Environment | HttpClient.HttpClient | Credentials | TokenEndpoint
> => Layer.effect(GenesysClient, make(options))

const make = Effect.fnUntraced(function* <E, R>({ rateLimit, tokens }: Options<E, R>) {
  if (!Number.isInteger(tokens) || tokens < 1 || tokens > mostTokens) {
    return yield* new ConfigurationError({
      setting: "tokens",
      message: `tokens is not valid: it must be a whole number from 1 to ${mostTokens}.`
    })
  }
  const { _tag: grant } = yield* (yield* Credentials).current
  if (tokens > 1 && grant !== "ClientCredentials") {
    return yield* new ConfigurationError({
      setting: "tokens",
      message: "Several tokens at a time are for the client credentials grant. Leave tokens out, or use such a client."
    })
  }
  const store = yield* TokenStore
  const attributes = yield* Metric.CurrentMetricAttributes
  const services = yield* Effect.context<R | Environment | HttpClient.HttpClient | Credentials | TokenEndpoint>()
  const first = yield* Pooled.member(yield* TokenManager, yield* RateLimit)

  /** One more token, with a budget of its own. It is asked for when it is first used. */
  const another = (number: number) =>
    Layer.build(Layer.fresh(Layer.merge(TokenManager.layer, rateLimit ?? RateLimit.layer))).pipe(
      Effect.flatMap((context) =>
        Effect.map(Pooled.member(Context.get(context, TokenManager), Context.get(context, RateLimit)), (member) => ({
          member,
          token: Context.get(context, TokenManager).token
        }))
      ),
      Effect.provideService(TokenStore, TokenStore.numbered(store, number)),
      Effect.provideService(Metric.CurrentMetricAttributes, { ...attributes, token: String(number) }),
      Effect.provideContext(services)
    )
  return yield* Pooled.make({ first, another, tokens })
})
