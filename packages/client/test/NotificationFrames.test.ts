/** Frames of a channel that are built to break whoever reads them: nothing of them is told, and the channel goes on. */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Stream from "effect/Stream"
import { createHash } from "node:crypto"
import { Notifications } from "../src/Notifications.ts"
import * as Transport from "../src/Transport.ts"
import * as Hostile from "./network/Hostile.ts"

const arrays = (depth: number) => "[".repeat(depth) + "]".repeat(depth)
const event = (body: string) => `{"topicName":"v2.x","version":"2","eventBody":${body},"metadata":{}}`

/** A text frame of a server (RFC 6455, section 5.2), which may say that it is longer than it is. */
const frame = (text: string | Buffer, length?: number) => {
  const bytes = Buffer.from(text)
  const head = Buffer.alloc(10)
  head[0] = 0x81
  head[1] = 127
  head.writeBigUInt64BE(BigInt(length ?? bytes.length), 2)
  return Buffer.concat([head, bytes])
}

/** The events of an API whose channel sends these frames as soon as it is subscribed, and then one that ends the test. */
const told = Effect.fnUntraced(function* (...frames: Array<Buffer>) {
  let send = () => {}
  const api = yield* Hostile.serve((response, { headers, method }) => {
    response.end(JSON.stringify({ id: "c", connectUri: `ws://${headers.host}/channels/c`, entities: [] }))
    if (method === "PUT") send()
  })
  api.server.on("upgrade", (request, socket) => {
    const accept = createHash("sha1")
      .update(`${request.headers["sec-websocket-key"]}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`)
      .digest("base64")
    socket.on("error", () => undefined)
    socket.write(
      `HTTP/1.1 101 X\r\nupgrade: websocket\r\nconnection: upgrade\r\nsec-websocket-accept: ${accept}\r\n\r\n`
    )
    send = () => {
      // After a connection that was lost, there is nothing left to send but the end.
      for (const one of [...frames.splice(0), frame(event('{"last":true}'))]) socket.write(one)
    }
  })
  const events = Notifications.use(({ listen }) =>
    listen(["v2.x"]).pipe(
      Stream.filter((element) => element._tag !== "Listening"),
      Stream.takeUntil((element) => element._tag === "Event" && JSON.stringify(element.eventBody).includes("last")),
      Stream.runCollect
    )
  )
  const all = yield* events.pipe(
    Effect.provide(Notifications.layer.pipe(Layer.provideMerge([Hostile.layer(api.url), Transport.layer])))
  )
  return {
    all: all.map((element) => element._tag),
    connections: api.requests.filter(({ method }) => method === "POST")
  }
})

describe("a frame", () => {
  for (const [name, text] of [
    ["nested 501 deep", event(arrays(500))],
    ["nested 5,000 deep", event(arrays(5_000))],
    ["nested 100,000 deep", event(arrays(100_000))],
    ["that never ends", "[".repeat(100_000)],
    ["of a megabyte that is no JSON", "x".repeat(1_000_000)],
    ["with a topic that is none", '{"topicName":{"a":1},"eventBody":{}}'],
    ["that is null", "null"],
    ["that is empty", ""]
  ] as const) {
    it.live(`${name} is passed over`, () =>
      Effect.gen(function* () {
        const { all, connections } = yield* told(frame(text))
        assert.deepStrictEqual(all, ["Event"])
        assert.lengthOf(connections, 1)
      })
    )
  }

  it.live("of 16 MiB costs the connection, before it is kept", () =>
    Effect.gen(function* () {
      const { all } = yield* told(frame("x".repeat(1_000), 16 * 1024 * 1024))
      assert.deepStrictEqual(all, ["Gap", "Gap", "Event"])
    })
  )

  it.live("nested 450 deep is an event like any other", () =>
    Effect.gen(function* () {
      const { all } = yield* told(frame(event(arrays(450))))
      assert.deepStrictEqual(all, ["Event", "Event"])
    })
  )
})
