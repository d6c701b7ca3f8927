/** The token that another process has left in the store: for a program that starts, needs a token, and ends. */
import * as Clock from "effect/Clock"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import type { AccessToken } from "./AccessToken.ts"
import { Credentials } from "./Credentials.ts"
import { Environment } from "./Environment.ts"
import * as Stored from "./internal/stored.ts"
import { mandatory } from "./internal/mandatory.ts"
import { TokenStore } from "./TokenStore.ts"

/**
 * The very token that a `TokenManager` with this store would hand out first without asking for one, by the `RefreshPolicy` of a
 * program that runs one command (`background: false`); none if it would have to ask. Takes no lock and makes no request.
 * @param minLife it must have more than this left
 */
export const find = Effect.fnUntraced(function* (
  minLife: Duration.Duration
): Effect.fn.Return<Option.Option<AccessToken>, never, Credentials | Environment> {
  const { loginUrl } = yield* Environment
  const { current } = yield* Credentials
  const store = yield* TokenStore
  const entry = yield* store.get({ host: loginUrl, grant: yield* current })
  const now = yield* Clock.currentTimeMillis
  return Option.flatMap(entry, ({ token }) =>
    token !== undefined && Stored.isGood({ ...mandatory, minLife }, token, now) ? Option.some(token) : Option.none()
  )
})
