/** Something that listens where a database should be, and wants the password. It keeps all that reaches it. */
import * as Effect from "effect/Effect"
import { createServer, type Server, type Socket } from "node:net"
import { createSecureContext, TLSSocket } from "node:tls"

export interface Fake {
  readonly port: number
  /** All bytes, those within TLS too. */
  readonly heard: () => string
  readonly connections: () => number
}

export interface Behaviour {
  /** The answer to a request for TLS. With `S`, TLS is spoken if there is a certificate. */
  readonly tls: string
  readonly certificate?: { readonly cert: string; readonly key: string }
  /** What follows the first message of the client, piece by piece. */
  readonly asks?: ReadonlyArray<Buffer>
}

const message = (type: string, body: Buffer) => {
  const length = Buffer.alloc(4)
  length.writeInt32BE(body.length + 4)
  return Buffer.concat([Buffer.from(type), length, body])
}
const int32 = (value: number) => {
  const bytes = Buffer.alloc(4)
  bytes.writeInt32BE(value)
  return bytes
}

export const authenticationOk = message("R", int32(0))
export const cleartextPassword = message("R", int32(3))
export const readyForQuery = message("Z", Buffer.from("I"))
export const notice = message("N", Buffer.from("SWARNING\0\0"))

const isTlsRequest = (bytes: Buffer) => bytes.length >= 8 && bytes.readInt32BE(4) === 80_877_103

export const start = Effect.fnUntraced(function* ({ asks = [cleartextPassword], certificate, tls }: Behaviour) {
  let heard = ""
  let connections = 0
  const sockets = new Set<Socket>()

  const converse = (socket: Socket) => {
    socket.on("error", () => undefined)
    const pieces = [...asks]
    socket.on("data", (bytes: Buffer) => {
      heard += bytes.toString("latin1")
      if (isTlsRequest(bytes)) {
        socket.write(tls)
        if (tls !== "S" || certificate === undefined) return
        socket.removeAllListeners("data")
        const secure = new TLSSocket(socket, { isServer: true, secureContext: createSecureContext(certificate) })
        return converse(secure)
      }
      // Each on its own, so that none is read together with the next.
      const say = () => {
        const piece = pieces.shift()
        if (piece === undefined) return
        socket.write(piece)
        setTimeout(say, 20)
      }
      say()
    })
  }

  const server = yield* Effect.acquireRelease(
    Effect.callback<Server>((resume) => {
      const listening = createServer((socket) => {
        connections++
        sockets.add(socket)
        converse(socket)
      })
      listening.listen(0, "127.0.0.1", () => resume(Effect.succeed(listening)))
    }),
    (listening) =>
      Effect.sync(() => {
        for (const socket of sockets) socket.destroy()
        listening.close()
      })
  )
  const address = server.address()
  const port = address === null || typeof address === "string" ? 0 : address.port
  const fake: Fake = { port, heard: () => heard, connections: () => connections }
  return fake
})
