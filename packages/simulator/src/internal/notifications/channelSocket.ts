/**
 * One WebSocket of a channel: a heartbeat every 30 seconds, a pong for each ping, the events of its topics once a second, and
 * the close when its channel ends or maintenance is announced. All of its moments are those of the simulator's clock.
 */
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as Socket from "effect/socket/Socket"
import type { Channel, Channels, Ending } from "./channels.ts"
import type { Events } from "./events.ts"
import type { SimulatorClock } from "../shared/simulatorClock.ts"

const heartbeat = 30_000
const tick = 1000

const reasons: Record<Ending, string> = {
  evicted: "The client made more than 20 channels",
  expired: "The channel is over 24 hours old",
  token: "The token is dead"
}

const metadata = (message: string) => JSON.stringify({ topicName: "channel.metadata", eventBody: { message } })
const closing = (message: string) => JSON.stringify({ topicName: "v2.system.socket_closing", eventBody: { message } })

const decodePing = Schema.decodeUnknownOption(Schema.fromJsonString(Schema.Struct({ message: Schema.String })))

export interface Parts {
  readonly channels: Channels["Service"]
  readonly clock: SimulatorClock["Service"]
  readonly events: Events["Service"]
}

/** Ends when the channel or the connection does. */
export const run = Effect.fnUntraced(function* (parts: Parts, channel: Channel, socket: Socket.Socket) {
  const { channels, clock, events } = parts
  // The reader comes first: it is what completes the handshake.
  const pull = yield* Socket.readerString(socket)
  const writer = yield* socket.writer
  const closingIn = channels.closing()

  const listen = Effect.forever(
    Effect.flatMap(pull, (texts) =>
      Effect.forEach(texts, (text) => {
        const said = decodePing(text)
        return said._tag === "Some" && said.value.message === "ping" ? writer.write(metadata("pong")) : Effect.void
      })
    )
  )

  const beat = Effect.gen(function* () {
    let next = (yield* clock.now) + heartbeat
    while (true) {
      yield* clock.sleepUntil(next)
      yield* writer.write(metadata("WebSocket Heartbeat"))
      next = Math.max(next + heartbeat, yield* clock.now)
    }
  })

  const tell = Effect.gen(function* () {
    let last = yield* clock.now
    while (true) {
      yield* clock.sleepUntil(last + tick)
      const now = yield* clock.now
      channels.check(channel, now)
      for (const { correlationId, eventBody, topicName } of events.between(channel.topics, last, now)) {
        const event = { topicName, eventBody, version: "2", metadata: { CorrelationId: correlationId } }
        yield* writer.write(JSON.stringify(event))
      }
      last = now
    }
  })

  const finish = Effect.flatMap(Deferred.await(channel.ended), (ending) =>
    Effect.andThen(
      writer.write(closing(reasons[ending])),
      writer.write(new Socket.CloseEvent(ending === "token" ? 1008 : 1001, reasons[ending]))
    )
  )

  const maintain = Effect.gen(function* () {
    const seconds = yield* Deferred.await(closingIn)
    const reason = `The WebSocket will close in ${seconds} seconds`
    yield* writer.write(closing(reason))
    yield* clock.sleepUntil((yield* clock.now) + seconds * 1000)
    yield* writer.write(new Socket.CloseEvent(1001, reason))
  })

  yield* Effect.raceAllFirst([listen, beat, tell, finish, maintain])
}, Effect.scoped)
