/**
 * The OAuth clients and what changes on them while the simulator runs. It knows nothing of tokens: whoever disables a
 * client also revokes its tokens.
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import type { ClientChange, ClientState } from "../OAuthClient.ts"
import { Settings } from "./Settings.ts"
import * as Window from "./Window.ts"

export interface Client {
  readonly id: string
  readonly name: string
  readonly tokenLifetime: number
  secret: Redacted.Redacted
  state: ClientState
  /** The tokens of the last window, and of the last second. */
  readonly minted: Window.Window
  readonly burst: Window.Window
}

export class Clients extends Context.Service<
  Clients,
  {
    readonly find: (id: string) => Client | undefined
    readonly change: (client: Client, change: ClientChange) => void
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
          secret: client.secret,
          state: client.state,
          minted: Window.empty(),
          burst: Window.empty()
        })
      }
      const limit = settings.mintLimit
      return Clients.of({
        find: (id) => clients.get(id),
        change: (client, change) => {
          client.secret = change.secret ?? client.secret
          client.state = change.state ?? client.state
        },
        mint: (client, now) => {
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
