/**
 * Holds one OAuth client's token for as long as a program runs: asks once however many callers wait, renews ahead of
 * time in the background, serves the token it has while the login host is down, and remembers a refusal. It knows
 * nothing of HTTP; a client hands it the API's 401s with `reject`.
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type * as Stream from "effect/Stream"
import type { AccessToken } from "./AccessToken.ts"
import { Credentials } from "./Credentials.ts"
import { follow } from "./internal/following.ts"
import * as Live from "./internal/tokenManager.ts"
import { RefreshPolicy } from "./RefreshPolicy.ts"
import { TokenEndpoint } from "./TokenEndpoint.ts"
import type { TokenError } from "./TokenError.ts"
import type { TokenStatus } from "./TokenStatus.ts"
import { TokenStore } from "./TokenStore.ts"

/**
 * Holds one OAuth client's token and keeps it fresh. `token` answers from memory, unless there is none or it is about
 * to expire; `reject` takes the API's 401 back; `renew` asks for a new one now. Fails with a `TokenError`.
 */
export class TokenManager extends Context.Service<
  TokenManager,
  {
    /**
     * A token that is good to use now: from memory, without I/O, unless there is none or it is about to expire. Then it
     * waits for a new one, at most for the policy's `patience`.
     */
    readonly token: Effect.Effect<AccessToken, TokenError>
    /**
     * Says that the API refused this very token. If it is the one that is held, it is dropped and another one is asked
     * for; a newer one is kept, so that many callers that see a 401 at once cost one request.
     */
    readonly reject: (token: AccessToken) => Effect.Effect<void>
    /** Asks for a new token now, even after the credentials were refused. Joins a request that is under way. */
    readonly renew: Effect.Effect<AccessToken, TokenError>
    /** What is held and how the last renewal went. Never asks for a token. */
    readonly status: Effect.Effect<TokenStatus>
    /** Every change of status, the present one first. */
    readonly changes: Stream.Stream<TokenStatus>
  }
>()("@effect-genesys/auth/TokenManager") {
  /** Asks for the first token when it is first used. Its `RefreshPolicy` is read when the layer is built. */
  static readonly layer: Layer.Layer<TokenManager, never, Credentials | TokenEndpoint> = Layer.effect(
    TokenManager,
    Effect.suspend(() => make)
  )

  /** Asks for the first token when the layer is built, without waiting for it. For services. */
  static readonly layerEager: Layer.Layer<TokenManager, never, Credentials | TokenEndpoint> = Layer.effect(
    TokenManager,
    Effect.tap(
      Effect.suspend(() => make),
      (manager) => Effect.forkScoped(Effect.ignore(manager.token), { startImmediately: true })
    )
  )
}

const make = Effect.gen(function* () {
  const credentials = yield* Credentials
  const { adopt, service } = yield* Live.make({
    source: yield* credentials.current,
    endpoint: yield* TokenEndpoint,
    policy: yield* RefreshPolicy,
    store: yield* TokenStore
  })
  yield* follow(credentials, adopt)
  return service
})
