/** What the end of a channel's WebSocket means, and which errors no later attempt can mend. */
import type { TokenManager } from "@effect-genesys/auth/TokenManager"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import type { GenesysError } from "../GenesysError.ts"
import type { GapReason } from "../NotificationEvent.ts"
import { type Channel, type Channels, path } from "./notificationChannels.ts"
import type { Ending, Line } from "./notificationLine.ts"

/** What is known of a line that ended. */
export interface Loss {
  readonly reason: GapReason
  readonly from: number
  /** The channel, if it outlived its connection. */
  readonly channel: Channel | undefined
}

interface Evidence {
  readonly line: Line
  readonly ending: Ending
  /** Whether Genesys still knows the channel. */
  readonly found: "alive" | "gone" | "unknown"
  /** Whether the token of the channel is no longer the one that is held, or has expired. */
  readonly ofToken: boolean
  /** Milliseconds since 1970. */
  readonly now: number
}

const reasonOf = ({ ending, found, line, now, ofToken }: Evidence): GapReason => {
  if (found !== "alive" && now >= line.channel.expiresAt) return "ChannelExpired"
  if (ending === "Rejected" || (found !== "alive" && ofToken)) return "TokenEnded"
  if (found === "gone") return "Evicted"
  return Deferred.isDoneUnsafe(line.closing) ? "ServerClosing" : "ConnectionLost"
}

/** Waits for the end of a line, and finds out what it means. */
export const find = Effect.fnUntraced(function* (
  line: Line,
  channels: Channels,
  manager: TokenManager["Service"],
  now: () => number
) {
  const { channel } = line
  const ending = yield* Deferred.await(line.ended)
  const found = ending === "Gone" ? "gone" : yield* channels.verify(channel)
  const { fingerprint } = yield* manager.status
  const ofToken = fingerprint !== channel.token || now() >= channel.tokenEndsAt
  const reason = reasonOf({ line, ending, found, ofToken, now: now() })
  return { ending, reason, channel: found === "alive" && !ofToken ? channel : undefined }
})

/** What is refused stays refused; refused credentials are mended at times, but at the start they are a mistake. */
export const isFinal = (error: GenesysError, hasListened: boolean): boolean => {
  switch (error._tag) {
    case "IncompleteError":
    case "InvalidRequestError":
    case "PermissionError":
      return true
    case "AuthenticationError":
    case "UnauthorizedError":
      return !hasListened
    case "NotFoundError":
      return error.api.path === path && !hasListened
    case "UnavailableError":
      return error.reason === "Closed"
    case "ConflictError":
    case "RateLimitError":
      return false
  }
}
