/**
 * A TCP proxy between a program and a server: it breaks WebSockets, or lets nothing through them while they stay open, as
 * networks do. Other requests pass.
 */
import * as Effect from "effect/Effect"
import { createServer, connect, type Socket } from "node:net"

export interface Wire {
  readonly url: string
  /** Breaks all open WebSockets, and answers how many there were. */
  readonly cut: Effect.Effect<number>
  /** From now on nothing comes through the open WebSockets, and nobody is told. */
  readonly hush: Effect.Effect<void>
  /** How many WebSockets are open. */
  readonly open: () => number
  /** Bytes so far. */
  readonly moved: () => number
}

export const make = Effect.fnUntraced(function* (server: string) {
  const { hostname, port } = new URL(server)
  const pairs = new Map<Socket, Socket>()
  const upgraded = new Set<Socket>()
  let moved = 0
  const proxy = createServer((near) => {
    const far = connect(Number(port), hostname)
    pairs.set(near, far)
    // Small pieces would wait for tens of milliseconds, which is minutes of a virtual clock.
    for (const socket of [near, far]) socket.setNoDelay(true)
    const copy = (from: Socket, to: Socket) =>
      from.on("data", (data: Buffer) => {
        moved += data.length
        if (from === near && /upgrade: websocket/i.test(data.toString("latin1"))) upgraded.add(near)
        to.write(data)
      })
    copy(near, far)
    copy(far, near)
    const end = () => {
      pairs.delete(near)
      upgraded.delete(near)
      near.destroy()
      far.destroy()
    }
    for (const socket of [near, far]) socket.on("close", end).on("error", end)
  })
  yield* Effect.acquireRelease(
    Effect.callback<void>((resume) => {
      proxy.listen(0, "127.0.0.1", () => resume(Effect.void))
    }),
    () =>
      Effect.sync(() => {
        proxy.close()
        for (const [near, far] of pairs) [near, far].forEach((socket) => socket.destroy())
      })
  )
  const address = proxy.address()
  const wire: Wire = {
    url: `http://127.0.0.1:${typeof address === "object" ? address?.port : ""}`,
    cut: Effect.sync(() => {
      const count = upgraded.size
      for (const near of upgraded) {
        near.resetAndDestroy()
        pairs.get(near)?.destroy()
      }
      return count
    }),
    hush: Effect.sync(() => {
      for (const near of upgraded) {
        near.removeAllListeners("data")
        pairs.get(near)?.removeAllListeners("data").resume()
      }
    }),
    open: () => upgraded.size,
    moved: () => moved
  }
  return wire
})
