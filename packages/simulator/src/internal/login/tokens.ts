/**
 * The live tokens: opaque text from the seed, each with the client it belongs to, the moment it dies and its rate window.
 * A dead token is forgotten, so it looks exactly like one that never was.
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { createHash } from "node:crypto"
import type { Client } from "./clients.ts"
import * as Random from "../shared/random.ts"
import { Settings } from "../shared/settings.ts"
import * as Window from "../shared/window.ts"

/** Whom a token stands for, and what it may touch. */
export interface TokenKind {
  /** Whether it stands for the client's user, and not for the client itself. */
  readonly ofUser: boolean
  readonly scope: ReadonlyArray<string>
}

export interface Token extends TokenKind {
  readonly value: string
  readonly fingerprint: string
  readonly client: Client
  readonly expiresAt: number
  /** When it dies unless it is used before; never, without an idle timeout. */
  idlesAt: number
  readonly calls: Window.Window
}

const fingerprint = (value: string) => createHash("sha256").update(value).digest("hex").slice(0, 12)

const isDead = (token: Token, now: number) => now >= token.expiresAt || now >= token.idlesAt

/** The token that a handler was called with. */
export class CurrentToken extends Context.Service<CurrentToken, Token>()(
  "@effect-genesys/simulator/internal/CurrentToken"
) {}

export class Tokens extends Context.Service<
  Tokens,
  {
    /** A new token. Where the client has as many as it may, the oldest of them dies. */
    readonly issue: (client: Client, now: number, kind: TokenKind) => Token
    /** The token with this value, if it is alive. To look does not count as use. */
    readonly find: (value: string, now: number) => Token | undefined
    /** The same for a call with it, from which its idle time counts anew. */
    readonly use: (value: string, now: number) => Token | undefined
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
      const { oauth, seed } = yield* Settings
      const idleMillis = oauth.idleTimeout === "off" ? Infinity : oauth.idleTimeout * 1000
      const live = new Map<string, Token>()
      /** The same tokens, oldest first, of the clients that have a cap. */
      const capped = { user: new Map<Client, Set<Token>>(), client: new Map<Client, Set<Token>>() }
      let issued = 0
      let sweepAt = 1000

      const listOf = ({ client, ofUser }: Token) => capped[ofUser ? "user" : "client"].get(client)
      const forget = (token: Token) => {
        live.delete(token.value)
        listOf(token)?.delete(token)
      }
      const sweep = (now: number, some: Iterable<Token>) => {
        for (const token of some) if (isDead(token, now)) forget(token)
      }
      const makeRoom = (client: Client, now: number, ofUser: boolean): Set<Token> | undefined => {
        const cap = ofUser ? oauth.userTokenCap : oauth.clientTokenCap
        if (cap === "off") return undefined
        const lists = capped[ofUser ? "user" : "client"]
        const list = lists.get(client) ?? new Set()
        lists.set(client, list)
        if (list.size >= cap) sweep(now, list)
        for (const oldest of list) {
          if (list.size < cap) break
          forget(oldest)
        }
        return list
      }
      const find = (value: string, now: number) => {
        const token = live.get(value)
        if (token === undefined || !isDead(token, now)) return token
        forget(token)
        return undefined
      }

      return Tokens.of({
        issue: (client, now, { ofUser, scope }) => {
          if (live.size >= sweepAt) {
            sweep(now, live.values())
            sweepAt = Math.max(1000, live.size * 2)
          }
          const list = makeRoom(client, now, ofUser)
          const value = Random.opaque(seed, Random.streams.token, issued++, 64)
          const token = {
            value,
            fingerprint: fingerprint(value),
            client,
            ofUser,
            scope,
            expiresAt: now + client.tokenLifetime * 1000,
            idlesAt: now + idleMillis,
            calls: Window.empty()
          }
          live.set(value, token)
          list?.add(token)
          return token
        },
        find,
        use: (value, now) => {
          const token = find(value, now)
          if (token !== undefined) token.idlesAt = now + idleMillis
          return token
        },
        fingerprint: (value) => live.get(value)?.fingerprint ?? fingerprint(value),
        revoke: forget,
        revokeAll: (now, client) => {
          let revoked = 0
          for (const token of live.values()) {
            if (client !== undefined && token.client !== client) continue
            forget(token)
            if (!isDead(token, now)) revoked++
          }
          return revoked
        }
      })
    })
  )
}
