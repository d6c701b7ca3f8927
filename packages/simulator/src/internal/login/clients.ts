/**
 * The OAuth clients and what changes on them while the simulator runs. It knows nothing of tokens: whoever disables a
 * client also revokes its tokens.
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import type { ClientChange, ClientGrant, ClientState } from "../../OAuthClient.ts"
import { LimitBook } from "../shared/limitBook.ts"
import * as Random from "../shared/random.ts"
import { Settings } from "../shared/settings.ts"
import * as Window from "../shared/window.ts"

export interface Client {
  readonly id: string
  readonly name: string
  readonly tokenLifetime: number
  readonly grants: readonly [ClientGrant, ...Array<ClientGrant>]
  readonly redirectUris: ReadonlyArray<string>
  /** Undefined: any. */
  readonly scopes: ReadonlyArray<string> | undefined
  secret: Redacted.Redacted
  state: ClientState
  /** Undefined: all. */
  permissions: ReadonlySet<string> | undefined
  /** The tokens of the last window, and of the last second. */
  readonly minted: Window.Window
  readonly burst: Window.Window
  /** The API calls of a UTC day. */
  readonly daily: Window.Window
}

export class Clients extends Context.Service<
  Clients,
  {
    readonly find: (id: string) => Client | undefined
    /** In the order of the options. */
    readonly all: ReadonlyArray<Client>
    readonly change: (client: Client, change: ClientChange) => void
    /** Gives the client another secret, computed from the seed. */
    readonly regenerateSecret: (client: Client) => void
    /** Counts a token of this client. Answers the seconds to wait instead if that would be one too many. */
    readonly mint: (client: Client, now: number) => number | undefined
  }
>()("@effect-genesys/simulator/internal/Clients") {
  static readonly layer = Layer.effect(
    Clients,
    Effect.gen(function* () {
      const settings = yield* Settings
      const clients = new Map<string, Client>()
      for (const client of settings.clients) {
        clients.set(client.id, {
          id: client.id,
          name: client.name ?? client.id,
          tokenLifetime: client.tokenLifetime ?? settings.tokenLifetime,
          grants: client.grants,
          redirectUris: client.redirectUris,
          scopes: client.scopes,
          secret: client.secret,
          state: client.state,
          permissions: client.permissions === undefined ? undefined : new Set(client.permissions),
          minted: Window.empty(),
          burst: Window.empty(),
          daily: Window.empty()
        })
      }
      const limits = yield* LimitBook
      let secrets = 0
      return Clients.of({
        all: [...clients.values()],
        find: (id) => clients.get(id),
        change: (client, change) => {
          client.secret = change.secret ?? client.secret
          client.state = change.state ?? client.state
          if (change.permissions !== undefined) client.permissions = new Set(change.permissions)
        },
        regenerateSecret: (client) => {
          client.secret = Redacted.make(Random.opaque(settings.seed, Random.streams.secret, ++secrets, 32))
        },
        mint: (client, now) => {
          const limit = limits.read().mintLimit
          if (limit === "off") return undefined
          const millis = limit.window * 1000
          if (Window.count(client.minted, now, millis) >= limit.limit) {
            return Window.secondsLeft(client.minted, now, millis)
          }
          if (Window.count(client.burst, now, 1000) >= limit.burst) return Window.secondsLeft(client.burst, now, 1000)
          client.minted.count++
          client.burst.count++
          return undefined
        }
      })
    })
  )
}
