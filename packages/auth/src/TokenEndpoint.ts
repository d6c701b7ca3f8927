/**
 * One exchange with the login host: a grant for a token (RFC 6749, sections 4 and 5). It classifies every answer into a
 * token or one of three errors. It neither retries nor remembers; that is the token manager's work.
 */
import * as Context from "effect/Context"
import * as Digest from "effect/crypto/Digest"
import * as Effect from "effect/Effect"
import type * as HttpClient from "effect/http/HttpClient"
import * as Layer from "effect/Layer"
import type * as Redacted from "effect/Redacted"
import { fingerprint } from "./AccessToken.ts"
import { Environment } from "./Environment.ts"
import type { Grant } from "./Grant.ts"
import { type Issued, make } from "./internal/tokenEndpoint.ts"
import type { TokenError } from "./TokenError.ts"

export type { Issued }

/**
 * Asks the login host for a token, once. Fails with an `AuthenticationError`, a `RateLimitError` or an
 * `UnavailableError`. `layerHttp` does it over an `HttpClient`.
 */
export class TokenEndpoint extends Context.Service<
  TokenEndpoint,
  {
    /** The base URL of the login host, to name it in errors and logs. */
    readonly host: string
    /** Asks for a token, once. No timeout of its own; interruption aborts the request. */
    readonly exchange: (grant: Grant) => Effect.Effect<Issued, TokenError>
  }
>()("@effect-genesys/auth/TokenEndpoint") {
  /** Over HTTP, to `{loginUrl}/oauth/token` of the `Environment`. Redirects are not followed. */
  static readonly layerHttp: Layer.Layer<TokenEndpoint, never, HttpClient.HttpClient | Environment | Digest.Digest> =
    Layer.effect(
      TokenEndpoint,
      Effect.gen(function* () {
        const environment = yield* Environment
        const digest = yield* Digest.Digest
        const named = (token: Redacted.Redacted) => Effect.provideService(fingerprint(token), Digest.Digest, digest)
        return yield* make({ environment, fingerprint: named })
      })
    )
}
