/**
 * The notification channels: whose they are, what they are subscribed to, and when they end. What flows through their
 * WebSockets is in channelSocket.ts.
 */
import * as Context from "effect/Context"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type { Client } from "../login/clients.ts"
import * as Random from "../shared/random.ts"
import { Settings } from "../shared/settings.ts"
import { type Token, Tokens } from "../login/tokens.ts"

const day = 24 * 60 * 60 * 1000
const mostOfClient = 20

/** Why a channel ended. */
export type Ending = "evicted" | "expired" | "token"

export interface Channel {
  readonly id: string
  readonly token: Token
  readonly topics: Set<string>
  /** Milliseconds since 1970. */
  expiresAt: number
  /** When its topics were last asked for or changed, or a socket opened. */
  usedAt: number
  /** Its open WebSockets. */
  sockets: number
  readonly ended: Deferred.Deferred<Ending>
}

export class Channels extends Context.Service<
  Channels,
  {
    /** A new channel. Where the client has 20, one of them ends: without a socket rather than with one, else the oldest. */
    readonly create: (token: Token, now: number) => Channel
    /** The channel, if it is alive. */
    readonly find: (id: string, now: number) => Channel | undefined
    readonly ofClient: (client: Client, now: number) => ReadonlyArray<Channel>
    /** Has it live another 24 hours. */
    readonly renew: (channel: Channel, now: number) => void
    /** Ends a channel if its time is up or its token is dead. */
    readonly check: (channel: Channel, now: number) => void
    /** Has all open sockets announce that they close in so many seconds, and close then. Their channels live on. */
    readonly closeSockets: (seconds: number) => void
    /** For a socket that opens now: in how many seconds it is to close, once that is known. */
    readonly closing: () => Deferred.Deferred<number>
  }
>()("@effect-genesys/simulator/internal/Channels") {
  static readonly layer = Layer.effect(
    Channels,
    Effect.gen(function* () {
      const { seed } = yield* Settings
      const tokens = yield* Tokens
      const live = new Map<string, Channel>()
      let created = 0
      let closing = Deferred.makeUnsafe<number>()

      const end = (channel: Channel, ending: Ending) => {
        live.delete(channel.id)
        Deferred.doneUnsafe(channel.ended, Effect.succeed(ending))
      }
      const check = (channel: Channel, now: number) => {
        if (now >= channel.expiresAt) end(channel, "expired")
        else if (tokens.find(channel.token.value, now) === undefined) end(channel, "token")
      }
      const ofClient = (client: Client, now: number) => {
        for (const channel of live.values()) check(channel, now)
        return [...live.values()].filter(({ token }) => token.client === client)
      }
      const evict = (channels: ReadonlyArray<Channel>) => {
        if (channels.length < mostOfClient) return
        const [oldest] = channels.toSorted(
          (a, b) => Math.min(1, a.sockets) - Math.min(1, b.sockets) || a.usedAt - b.usedAt
        )
        if (oldest !== undefined) end(oldest, "evicted")
      }

      return Channels.of({
        create: (token, now) => {
          evict(ofClient(token.client, now))
          const channel: Channel = {
            id: Random.opaque(seed, Random.streams.channel, created++, 24),
            token,
            topics: new Set(),
            expiresAt: now + day,
            usedAt: now,
            sockets: 0,
            ended: Deferred.makeUnsafe()
          }
          live.set(channel.id, channel)
          return channel
        },
        find: (id, now) => {
          const channel = live.get(id)
          if (channel !== undefined) check(channel, now)
          return live.get(id)
        },
        ofClient,
        renew: (channel, now) => {
          channel.expiresAt = now + day
          channel.usedAt = now
        },
        check,
        closeSockets: (seconds) => {
          Deferred.doneUnsafe(closing, Effect.succeed(seconds))
          closing = Deferred.makeUnsafe()
        },
        closing: () => closing
      })
    })
  )
}
