/**
 * One open WebSocket of a channel, until it ends: its frames are read without a pause, and its silence is noticed. What an
 * end means is decided by whoever opened it.
 */
import * as Clock from "effect/Clock"
import * as Data from "effect/Data"
import * as Deferred from "effect/Deferred"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import * as Scope from "effect/Scope"
import * as Socket from "effect/socket/Socket"
import type { Policy } from "../NotificationPolicy.ts"
import type { Channel } from "./notificationChannels.ts"
import * as Frame from "./notificationFrame.ts"

/**
 * - `Closed`: the WebSocket was closed or broke.
 * - `Silent`: nothing came for too long.
 * - `Gone`: Genesys does not know the channel any more.
 * - `Rejected`: the API refused the token of the channel.
 */
export type Ending = "Closed" | "Silent" | "Gone" | "Rejected"

/** The WebSocket was not opened. What the transport says stays out: it names the address. */
export class NotOpened extends Data.TaggedError("NotOpened")<{ readonly message: string }> {}

export interface Line {
  readonly channel: Channel
  readonly scope: Scope.Closeable
  readonly ended: Deferred.Deferred<Ending>
  /** Genesys has announced that it closes the WebSocket. */
  readonly closing: Deferred.Deferred<void>
  /** Until then the connection worked, in milliseconds since 1970, as all moments here. */
  heardAt: number
  /** Until then the channel existed: an event came, or Genesys said so. */
  provenAt: number
  /** Since then it is subscribed. */
  readyAt: number
  /** Sends a ping and waits for its pong: all events that were sent before have been read then. */
  readonly pong: Effect.Effect<void>
}

export const end = (line: Line, ending: Ending) => Deferred.doneUnsafe(line.ended, Effect.succeed(ending))

export interface Options {
  readonly policy: Policy
  readonly makeWebSocket: Socket.WebSocketConstructor["Service"]
  /** @param length of its frame, in characters */
  readonly onEvent: (line: Line, event: Frame.Received, now: number, length: number) => void
}

/** Opens it in the scope, with which it closes. */
export const open = Effect.fnUntraced(function* (channel: Channel, scope: Scope.Closeable, options: Options) {
  const { makeWebSocket, onEvent, policy } = options
  const clock = yield* Clock.Clock
  const socket = yield* Socket.makeWebSocket(Redacted.value(channel.connectUri)).pipe(
    Effect.provideService(Socket.WebSocketConstructor, makeWebSocket)
  )
  // A malformed address is thrown by the constructor.
  const pull = yield* Socket.readerString(socket).pipe(
    Effect.catchCause(() => Effect.fail(new NotOpened({ message: "The WebSocket of a channel could not be opened." })))
  )
  const writer = yield* socket.writer
  const ping = Effect.ignore(writer.write(Frame.ping))

  let pong = Deferred.makeUnsafe<void>()
  let heard = clock.monotonicTimeNanosUnsafe()
  const now = clock.currentTimeMillisUnsafe()
  const line: Line = {
    channel,
    scope,
    ended: Deferred.makeUnsafe(),
    closing: Deferred.makeUnsafe(),
    heardAt: now,
    provenAt: now,
    readyAt: now,
    pong: Effect.suspend(() => {
      pong = Deferred.makeUnsafe()
      return Effect.andThen(ping, Deferred.await(pong))
    })
  }

  const receive = (text: string) => {
    const at = clock.currentTimeMillisUnsafe()
    heard = clock.monotonicTimeNanosUnsafe()
    line.heardAt = at
    const frame = Frame.read(text)
    switch (frame._tag) {
      case "Event":
        line.provenAt = at
        return onEvent(line, frame.event, at, text.length)
      case "Beat":
        return frame.pong ? void Deferred.doneUnsafe(pong, Effect.void) : undefined
      case "Closing":
        return void Deferred.doneUnsafe(line.closing, Effect.void)
      case "Gone":
        return void end(line, "Gone")
      case "Other":
        return undefined
    }
  }

  const read = Effect.forever(Effect.map(pull, (texts) => texts.forEach(receive))).pipe(
    Effect.catchCause(() => Effect.sync(() => end(line, "Closed")))
  )

  const silence = Duration.toMillis(policy.silence)
  const quiet = () => Number(clock.monotonicTimeNanosUnsafe() - heard) / 1e6
  const watch = Effect.gen(function* () {
    while (quiet() < silence) {
      const half = quiet() < silence / 2
      if (!half) yield* ping
      yield* Effect.sleep(Math.max(1, (half ? silence / 2 : silence) - quiet()))
    }
    end(line, "Silent")
  })

  yield* Effect.forkScoped(read, { startImmediately: true })
  yield* Effect.forkScoped(watch, { startImmediately: true })
  return line
})
