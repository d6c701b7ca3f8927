/** Opens the port or the socket of a local proxy: loopback only, or a socket that only this user can open. */
import * as OwnDirectory from "@effect-genesys/core/OwnDirectory"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import { chmod } from "node:fs/promises"
import { UsageError } from "@effect-genesys/program/UsageError"
import * as HttpListener from "@effect-genesys/program/HttpListener"
import { Limits } from "./limits.ts"
import * as UnixSocket from "./unixSocket.ts"

export type Place = { readonly port: number } | { readonly socket: string }

/** As its other errors, though nothing of ours has seen the request. */
const noTunnel = JSON.stringify({
  message: "The proxy makes no tunnels: use it as the base URL, not as an HTTP proxy.",
  code: "proxy.refused.method",
  status: 405,
  details: [],
  errors: []
})

const listen = Effect.fnUntraced(function* (place: HttpListener.Options["place"]) {
  const { connections, head, upload } = yield* Limits
  return yield* HttpListener.open({
    place,
    connections,
    head,
    // Shorter bodies have limits of their own.
    request: upload,
    keepAlive: Duration.seconds(30),
    // Orchestrators kill after 30 s.
    drain: Duration.seconds(10),
    noTunnel: { type: "application/json", text: noTunnel }
  })
})

export const open = Effect.fnUntraced(function* (place: Place) {
  if ("port" in place) {
    return yield* Effect.mapError(
      listen({ host: "127.0.0.1", port: place.port }),
      () =>
        new UsageError({
          message: `The port ${place.port} cannot be used, perhaps because another program does. Choose another one with --port.`
        })
    )
  }
  const socket = yield* OwnDirectory.named(place.socket)
  yield* UnixSocket.makeWay(socket)
  return yield* Effect.tap(forThisUserOnly(listen({ path: socket })), () =>
    Effect.tryPromise(() => chmod(socket, 0o600))
  ).pipe(
    Effect.mapError(
      () =>
        new UsageError({
          message: `The socket ${socket} cannot be made: its folder must exist and be writable, and the path be shorter than 100 bytes.`
        })
    )
  )
})

/** A socket is reachable from the moment it is bound, so it is bound with the rights that it shall have. */
const forThisUserOnly = <A, E, R>(bind: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
  Effect.acquireUseRelease(
    Effect.sync(() => process.umask(0o077)),
    () => bind,
    (before) => Effect.sync(() => process.umask(before))
  )
