/**
 * A host of WebSockets that means harm, in front of a simulator: each WebSocket that is opened gets the next of the answers that
 * were prepared, byte by byte, and everything else is the simulator's.
 */
import * as Effect from "effect/Effect"
import { createHash } from "node:crypto"
import { connect, createServer, type Socket } from "node:net"

export interface Answer {
  readonly name: string
  /** @param accept what a proper handshake has as `Sec-WebSocket-Accept` */
  readonly bytes: (accept: string) => Buffer
  /** How long the connection stays open after that. Milliseconds; for ever without it. */
  readonly stays?: number
}

const guid = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"

/** A proper handshake, perhaps with more headers, and what follows it. */
export const opened = (accept: string, rest: Buffer, ...headers: ReadonlyArray<string>): Buffer =>
  Buffer.concat([
    Buffer.from(
      [
        "HTTP/1.1 101 Switching Protocols",
        "Upgrade: websocket",
        "Connection: Upgrade",
        `Sec-WebSocket-Accept: ${accept}`,
        ...headers
      ].join("\r\n") + "\r\n\r\n"
    ),
    rest
  ])

export const make = Effect.fnUntraced(function* (simulator: string, answers: ReadonlyArray<Answer>) {
  const { hostname, port } = new URL(simulator)
  const sockets = new Set<Socket>()
  const left = [...answers]
  const host = createServer((near) => {
    const follow = (socket: Socket) => {
      sockets.add(socket)
      socket.on("error", () => {})
      socket.on("close", () => sockets.delete(socket))
    }
    follow(near)
    near.once("data", (head: Buffer) => {
      const text = head.toString("latin1")
      const next = text.startsWith("GET /channels/") ? left.shift() : undefined
      if (next !== undefined) {
        const key = /sec-websocket-key: (\S+)/i.exec(text)?.[1] ?? ""
        near.write(next.bytes(createHash("sha1").update(`${key}${guid}`).digest("base64")))
        if (next.stays !== undefined) setTimeout(() => near.destroy(), next.stays)
        return
      }
      const far = connect(Number(port), hostname)
      follow(far)
      far.write(head)
      near.pipe(far).pipe(near)
      near.on("close", () => far.destroy())
      far.on("close", () => near.destroy())
    })
  })
  yield* Effect.acquireRelease(
    Effect.callback<void>((resume) => void host.listen(0, "127.0.0.1", () => resume(Effect.void))),
    () =>
      Effect.sync(() => {
        host.close()
        for (const socket of sockets) socket.destroy()
      })
  )
  const address = host.address()
  return {
    url: `http://127.0.0.1:${typeof address === "object" ? address?.port : ""}`,
    /** How many answers nobody has fetched yet. */
    left: () => left.length
  }
})
