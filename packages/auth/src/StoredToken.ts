/** The token that another process has left in the store: for a program that starts, needs a token, and ends. */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import type { AccessToken } from "./AccessToken.ts"
import { Credentials } from "./Credentials.ts"
import { Environment } from "./Environment.ts"
import * as Stored from "./internal/stored.ts"
import { RefreshPolicy } from "./RefreshPolicy.ts"
import { TokenStore } from "./TokenStore.ts"

/**
 * The very token that a `TokenManager` with this store and this `RefreshPolicy` would hand out first without asking for
 * one; none if it would have to ask. Takes no lock and makes no request.
 */
export const find: Effect.Effect<Option.Option<AccessToken>, never, Credentials | Environment> = Effect.gen(
  function* () {
    const { loginUrl } = yield* Environment
    const { current } = yield* Credentials
    const policy = yield* RefreshPolicy
    const store = yield* TokenStore
    const entry = yield* store.get({ host: loginUrl, grant: yield* current })
    const now = yield* Clock.currentTimeMillis
    return Option.flatMap(entry, ({ token }) =>
      token !== undefined && Stored.isGood(policy, token, now) ? Option.some(token) : Option.none()
    )
  }
)
