/**
 * What a client may exchange for a token besides its secret: authorization codes and refresh tokens. They die with their
 * client's state, but not with the tokens that they brought.
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type { Client } from "./clients.ts"
import * as OneTime from "./oneTime.ts"
import * as Random from "../shared/random.ts"
import { Settings } from "../shared/settings.ts"

export interface CodeGrant {
  readonly client: Client
  readonly scope: ReadonlyArray<string>
  readonly redirectUri: string
  /** Of PKCE: the base64url of the SHA-256 of the verifier. */
  readonly challenge: string | undefined
}

export interface RefreshGrant {
  readonly client: Client
  readonly scope: ReadonlyArray<string>
  /** It came by PKCE, so whoever holds it needs no secret. */
  readonly withoutSecret: boolean
}

export class Grants extends Context.Service<
  Grants,
  {
    readonly codes: OneTime.OneTime<CodeGrant>
    readonly refreshTokens: OneTime.OneTime<RefreshGrant>
    /** Forgets what a client holds. */
    readonly drop: (client: Client) => void
  }
>()("@effect-genesys/simulator/internal/Grants") {
  static readonly layer = Layer.effect(
    Grants,
    Effect.map(Settings, ({ oauth, seed }) => {
      const codes = OneTime.make<CodeGrant>(seed, Random.streams.code, oauth.codeLifetime)
      const refreshTokens = OneTime.make<RefreshGrant>(seed, Random.streams.refreshToken, oauth.refreshTokenLifetime)
      return Grants.of({
        codes,
        refreshTokens,
        drop: (client) => {
          codes.drop(client)
          refreshTokens.drop(client)
        }
      })
    })
  )
}
