/** A host, for tests of whatever reads an answer, that writes what it likes over a real socket as soon as it has been asked. */
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import { createServer, type Socket } from "node:net"

export interface RawHost {
  readonly url: string
  /** The connections on which something was asked for. Fetch opens others, and leaves them idle. */
  readonly open: Set<Socket>
}

export const make = (answer: (socket: Socket) => void): Effect.Effect<RawHost, never, Scope.Scope> =>
  Effect.acquireRelease(
    Effect.callback<RawHost & { readonly close: () => void }>((resume) => {
      const open = new Set<Socket>()
      const all = new Set<Socket>()
      const server = createServer((socket) => {
        all.add(socket)
        socket.on("close", () => open.delete(socket)).on("error", () => undefined)
        socket.once("data", () => {
          open.add(socket)
          answer(socket)
        })
      })
      server.listen(0, "127.0.0.1", () => {
        const address = server.address()
        const port = typeof address === "object" && address !== null ? address.port : 0
        const close = () => {
          for (const socket of all) socket.destroy()
          server.close()
        }
        resume(Effect.succeed({ url: `http://127.0.0.1:${port}`, open, close }))
      })
    }),
    ({ close }) => Effect.sync(close)
  )

/** Writes a piece every 50 ms, for ever. */
export const drip = (head: string, piece: string) => (socket: Socket) => {
  socket.write(head)
  const timer = setInterval(() => socket.write(piece), 50)
  socket.on("close", () => clearInterval(timer))
}
