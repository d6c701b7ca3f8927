/**
 * How our programs listen for HTTP: to so many connections, so long for what half of a request still lacks, and with an end that
 * no stranger can hold up. What they answer is theirs.
 */
import * as NodeHttpServer from "@effect/platform-node/NodeHttpServer"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as HttpServer from "effect/http/HttpServer"
import { createServer, type IncomingMessage, type ServerResponse } from "node:http"
import type { Socket } from "node:net"

/** Where it listens, and what one of its callers may take. */
export interface Options {
  readonly place: { readonly host: string; readonly port: number } | { readonly path: string }
  /** How many connections there may be; one more is closed at once. */
  readonly connections: number
  /** How long the head of a request may be under way. */
  readonly head: Duration.Duration
  /** How long a request may be under way, with its body. */
  readonly request: Duration.Duration
  /** How long a connection is kept for the next request. */
  readonly keepAlive: Duration.Duration
  /** How long running requests may go on when the scope closes. */
  readonly drain: Duration.Duration
  /** What somebody is told who wants a tunnel. */
  readonly noTunnel: { readonly type: string; readonly text: string }
}

/** For a listener to which a request is a short question. */
export const brief = {
  head: Duration.seconds(10),
  request: Duration.seconds(30),
  keepAlive: Duration.seconds(5),
  drain: Duration.seconds(1),
  noTunnel: { type: "text/plain", text: "There are no tunnels here.\n" }
} satisfies Partial<Options>

/** How long whoever has been answered may take to send the rest, or to close the connection. */
const patience = 2_000

const later = (socket: Socket, action: () => void) => {
  const timer = setTimeout(action, patience)
  socket.once("close", () => clearTimeout(timer))
}

/** Ends a connection, after what was written to it, whether or not the other side does. */
const endSoon = (socket: Socket, text = "") => {
  socket.on("error", () => {})
  socket.end(text)
  later(socket, () => socket.destroy())
}

const makeServer = (options: Options) => {
  const head = Duration.toMillis(options.head)
  const server = createServer({
    headersTimeout: head,
    requestTimeout: Duration.toMillis(options.request),
    keepAliveTimeout: Duration.toMillis(options.keepAlive),
    // How often Node looks for those that take too long.
    connectionsCheckingInterval: Math.min(1_000, head)
  })
  server.maxConnections = options.connections

  /** How many requests each connection has that are not answered yet. */
  const running = new Map<Socket, number>()
  let isEnding = false
  server.on("connection", (socket: Socket) => {
    if (isEnding) return socket.destroy()
    running.set(socket, 0)
    socket.once("close", () => running.delete(socket))
  })
  const follow = (request: IncomingMessage, response: ServerResponse) => {
    const { socket } = request
    running.set(socket, (running.get(socket) ?? 0) + 1)
    response.once("close", () => {
      const left = (running.get(socket) ?? 1) - 1
      if (running.has(socket)) running.set(socket, left)
      if (isEnding && left === 0) return endSoon(socket)
      if (!request.complete) later(socket, () => request.complete || socket.destroy())
    })
  }
  // The second one for those that ask before they send their body.
  server.on("request", follow).on("checkContinue", follow)
  const { text, type } = options.noTunnel
  const tunnelAnswer =
    `HTTP/1.1 405 Method Not Allowed\r\ncontent-type: ${type}\r\nconnection: close\r\n` +
    `content-length: ${Buffer.byteLength(text)}\r\n\r\n${text}`
  server.on("connect", (_, socket: Socket) => endSoon(socket, tunnelAnswer))

  return {
    server,
    /** From now on, only what runs goes on. */
    end: () => {
      isEnding = true
      for (const [socket, requests] of running) if (requests === 0) endSoon(socket)
    },
    destroy: () => {
      for (const socket of running.keys()) socket.destroy()
    }
  }
}

/** Listens until the scope closes. */
export const open = Effect.fnUntraced(function* (options: Options) {
  const { destroy, end, server } = makeServer(options)
  const bound = yield* NodeHttpServer.make(() => server, {
    ...options.place,
    gracefulShutdownTimeout: options.drain
  })
  // Without a listener, an error of the server, such as no file left for a connection, would end the program.
  const context = yield* Effect.context()
  let warned = false
  const warn = (reason: string) => {
    if (!warned) Effect.runForkWith(context)(Effect.logWarning(`new connections are refused: ${reason}`))
    warned = true
  }
  server.on("error", ({ message }) => warn(message))
  server.on("drop", () => warn(`there are ${options.connections} already`))
  yield* Effect.addFinalizer(() => Effect.sync(destroy))

  return HttpServer.make({
    address: bound.address,
    serve: (app, middleware) =>
      (middleware === undefined ? bound.serve(app) : bound.serve(app, middleware)).pipe(
        // Nobody changes the protocol here: with a listener for that, Node would hand over such connections and forget them.
        Effect.andThen(Effect.sync(() => server.removeAllListeners("upgrade"))),
        // Before the server waits for what runs.
        Effect.andThen(Effect.addFinalizer(() => Effect.sync(end)))
      )
  })
})
