/**
 * The token of the manager as an adopted client has it (`client.authData.accessToken`): programs hand it to a WebSocket or to another
 * library. The calls of the client do not use it.
 */
import { TokenManager } from "@effect-genesys/auth/TokenManager"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import * as Stream from "effect/Stream"
import type { AnyApiClient } from "../AnyApiClient.ts"

export interface Shown {
  /** Shows the token that is held now, if it is another one. Never asks for one. */
  readonly now: Effect.Effect<void, never, TokenManager>
  /** Does so whenever it changes. */
  readonly always: Effect.Effect<void, never, TokenManager>
}

export const make = (client: AnyApiClient): Shown => {
  let shown: string | undefined
  const now = TokenManager.use((manager) =>
    Effect.gen(function* () {
      const { fingerprint, state } = yield* manager.status
      if (state !== "ready" || fingerprint === shown) return
      const { expiresAt, fingerprint: held, value } = yield* manager.token
      shown = held
      client.setAccessToken(Redacted.value(value))
      const data: unknown = Reflect.get(client, "authData")
      if (typeof data !== "object" || data === null) return
      Reflect.set(data, "tokenExpiryTime", expiresAt.epochMilliseconds)
      Reflect.set(data, "tokenExpiryTimeString", new Date(expiresAt.epochMilliseconds).toUTCString())
    })
  ).pipe(Effect.ignore)
  return { now, always: TokenManager.use((manager) => Stream.runForEach(manager.changes, () => now)) }
}
