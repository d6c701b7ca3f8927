/**
 * The live tokens: opaque text from the seed, each with the client it belongs to, the moment it dies and its rate window.
 * A dead token is forgotten, so it looks exactly like one that never was.
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { createHash } from "node:crypto"
import type { Client } from "./Clients.ts"
import * as Random from "./Random.ts"
import { Settings } from "./Settings.ts"
import * as Window from "./Window.ts"

export interface Token {
  readonly value: string
  readonly fingerprint: string
  readonly client: Client
  readonly expiresAt: number
  readonly calls: Window.Window
}

const fingerprint = (value: string) => createHash("sha256").update(value).digest("hex").slice(0, 12)

/** The token that a handler was called with. */
export class CurrentToken extends Context.Service<CurrentToken, Token>()(
  "@effect-genesys/simulator/internal/CurrentToken"
) {}

export class Tokens extends Context.Service<
  Tokens,
  {
    readonly issue: (client: Client, now: number) => Token
    /** The token with this value, if it is alive. */
    readonly find: (value: string, now: number) => Token | undefined
    /** Names a token, dead or alive, without giving it away. */
    readonly fingerprint: (value: string) => string
    readonly revoke: (token: Token) => void
    /** Kills every live token, or every one of a client, and answers how many. */
    readonly revokeAll: (now: number, client?: Client) => number
  }
>()("@effect-genesys/simulator/internal/Tokens") {
  static readonly layer = Layer.effect(
    Tokens,
    Effect.gen(function* () {
      const { seed } = yield* Settings
      const live = new Map<string, Token>()
      let issued = 0
      let sweepAt = 1000
      const sweep = (now: number) => {
        for (const token of live.values()) if (token.expiresAt <= now) live.delete(token.value)
        sweepAt = Math.max(1000, live.size * 2)
      }
      return Tokens.of({
        issue: (client, now) => {
          if (live.size >= sweepAt) sweep(now)
          const value = Random.opaque(seed, Random.streams.token, issued++, 64)
          const expiresAt = now + client.tokenLifetime * 1000
          const token = { value, fingerprint: fingerprint(value), client, expiresAt, calls: Window.empty() }
          live.set(value, token)
          return token
        },
        find: (value, now) => {
          const token = live.get(value)
          if (token === undefined || now < token.expiresAt) return token
          live.delete(value)
          return undefined
        },
        fingerprint: (value) => live.get(value)?.fingerprint ?? fingerprint(value),
        revoke: (token) => void live.delete(token.value),
        revokeAll: (now, client) => {
          let revoked = 0
          for (const token of live.values()) {
            if (client !== undefined && token.client !== client) continue
            live.delete(token.value)
            if (now < token.expiresAt) revoked++
          }
          return revoked
        }
      })
    })
  )
}
