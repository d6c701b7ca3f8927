/** Opens the port or the socket of a local proxy: loopback only, or a socket that only this user can open. */
import * as NodeHttpServer from "@effect/platform-node/NodeHttpServer"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import { chmodSync } from "node:fs"
import { createServer } from "node:http"
import { UsageError } from "../../UsageError.ts"
import * as UnixSocket from "./unixSocket.ts"

export type Place = { readonly port: number } | { readonly socket: string }

/** How long running calls may go on after the program was told to stop. Orchestrators kill after 30 s. */
const drain: Duration.Input = "10 seconds"

/** How Node spells out that nobody tunnels through here. */
const noTunnel = JSON.stringify({
  message: "The proxy makes no tunnels: use it as the base URL, not as an HTTP proxy.",
  code: "proxy.refused.method",
  status: 405,
  details: [],
  errors: []
})

const makeServer = () => {
  // A long upload may take longer than Node's five minutes for a request.
  const server = createServer({ requestTimeout: 0, headersTimeout: 60_000, keepAliveTimeout: 30_000 })
  // Node closes connections that are idle when it is told to close, but not those that become so later.
  server.on("request", (_, response) => {
    response.once("close", () => {
      if (!server.listening) setImmediate(() => server.closeIdleConnections())
    })
  })
  server.on("connect", (_, socket) => {
    socket.on("error", () => socket.destroy())
    socket.end(
      "HTTP/1.1 405 Method Not Allowed\r\ncontent-type: application/json\r\nconnection: close\r\n" +
        `content-length: ${Buffer.byteLength(noTunnel)}\r\n\r\n${noTunnel}`
    )
  })
  return server
}

export const open = Effect.fnUntraced(function* (place: Place) {
  if ("port" in place) {
    const options = { host: "127.0.0.1", port: place.port, gracefulShutdownTimeout: drain }
    return yield* Effect.mapError(
      NodeHttpServer.make(makeServer, options),
      () =>
        new UsageError({
          message: `The port ${place.port} cannot be used, perhaps because another program does. Choose another one with --port.`
        })
    )
  }
  yield* UnixSocket.makeWay(place.socket)
  const server = yield* forThisUserOnly(
    NodeHttpServer.make(makeServer, { path: place.socket, gracefulShutdownTimeout: drain })
  ).pipe(
    Effect.mapError(
      () =>
        new UsageError({
          message: `The socket ${place.socket} cannot be made: its folder must exist and be writable, and the path be shorter than 100 bytes.`
        })
    )
  )
  yield* Effect.sync(() => chmodSync(place.socket, 0o600))
  return server
})

/** A socket is reachable from the moment it is bound, so it is bound with the rights that it shall have. */
const forThisUserOnly = <A, E, R>(bind: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
  Effect.acquireUseRelease(
    Effect.sync(() => process.umask(0o077)),
    () => bind,
    (before) => Effect.sync(() => process.umask(before))
  )
