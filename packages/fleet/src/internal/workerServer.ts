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

/** Its writer fails when the connection is over. */
const guarded = (socket: Socket.Socket, connection: Connection): Socket.Socket => {
  const whileThere = <A>(write: Effect.Effect<A, Socket.SocketError>) =>
    Effect.suspend(() => (connection.destroyed ? Effect.fail(isGone) : write))
  return Socket.make({
    reader: socket.reader,
    writer: Effect.map(socket.writer, ({ write, writeAll }) => ({
      write: (chunk) => whileThere(write(chunk)),
      writeAll: (chunks) => whileThere(writeAll(chunks))
    }))
  })
}

const cutOffWhoDoesNotRead = (connection: Connection, patience: number) => {
  connection.setTimeout(patience)
  connection.on("timeout", () => {
    if (connection.writableNeedDrain) connection.destroy()
  })
}

/** @param patience in milliseconds: who reads nothing for so long is taken to be gone by the others as well */
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
                onSome: (connection) => {
                  cutOffWhoDoesNotRead(connection, patience)
                  return handler(guarded(socket, connection))
                }
              })
            )
          )
      })
    )
  ).pipe(Layer.provide(NodeClusterSocket.layerSocketServer))
