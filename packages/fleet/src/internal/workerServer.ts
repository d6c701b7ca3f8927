/**
 * Where a worker listens to the others. What is said to one that is gone fails at once, and one that does not read is cut off: who is told to
 * end waits for neither. `effect` 4.1 waits for a socket that is destroyed to drain, which it never does.
 */
import * as NodeClusterSocket from "@effect/platform-node/NodeClusterSocket"
import { NetSocket } from "@effect/platform-node/NodeSocket"
import type { ShardingConfig } from "effect/cluster/ShardingConfig"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Socket from "effect/socket/Socket"
import { SocketServer, type SocketServerError } from "effect/socket/SocketServer"
import type { Socket as Connection } from "node:net"

const isGone = new Socket.SocketError({
  reason: new Socket.SocketWriteError({ cause: new Error("the other worker is gone") })
})

/** Its writer fails when the connection is over, and ends one that takes nothing for so long. */
const guarded = (socket: Socket.Socket, connection: Connection, patience: number): Socket.Socket => {
  const whileThere = <A>(write: Effect.Effect<A, Socket.SocketError>) =>
    Effect.suspend(() => {
      if (connection.destroyed) return Effect.fail(isGone)
      const timer = setTimeout(() => connection.destroy(), patience)
      return Effect.ensuring(
        write,
        Effect.sync(() => clearTimeout(timer))
      )
    })
  return Socket.make({
    reader: socket.reader,
    writer: Effect.map(socket.writer, ({ write, writeAll }) => ({
      write: (chunk) => whileThere(write(chunk)),
      writeAll: (chunks) => whileThere(writeAll(chunks))
    }))
  })
}

/** @param patience in milliseconds: who has not read for so long what is said to it is taken to be gone by the others as well */
export const layer = (patience = 10_000): Layer.Layer<SocketServer, SocketServerError, ShardingConfig> =>
  Layer.effect(
    SocketServer,
    Effect.map(SocketServer, ({ address, run }) =>
      SocketServer.of({
        address,
        run: (handler) =>
          run((socket) =>
            Effect.flatMap(
              Effect.serviceOption(NetSocket),
              Option.match({
                onNone: () => handler(socket),
                onSome: (connection) => handler(guarded(socket, connection, patience))
              })
            )
          )
      })
    )
  ).pipe(Layer.provide(NodeClusterSocket.layerSocketServer))
