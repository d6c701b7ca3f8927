/**
 * A server that hands everything on to another one: a gateway with path prefixes, or the TLS that a simulator does not
 * speak. It counts its connections.
 */
import * as Effect from "effect/Effect"
import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from "node:http"
import { createServer as createTlsServer, type ServerOptions } from "node:https"
import { connect, type Socket } from "node:net"
import type { Duplex } from "node:stream"

export interface Options {
  /** Where a path that begins so goes, without this beginning. */
  readonly routes: Readonly<Record<string, string>>
  readonly tls?: ServerOptions
  /** Milliseconds that each answer takes. */
  readonly delay?: number
}

export const make = Effect.fnUntraced(function* ({ delay = 0, routes, tls }: Options) {
  const targetOf = (path: string) => {
    const found = Object.entries(routes).find(([prefix]) => path.startsWith(prefix))
    return found && new URL(path.slice(found[0].length), found[1])
  }
  const paths: Array<string> = []
  const forward = (incoming: IncomingMessage, outgoing: ServerResponse) => {
    paths.push(incoming.url ?? "")
    const target = targetOf(incoming.url ?? "")
    if (target === undefined) return void outgoing.writeHead(404).end("<html>no such route</html>")
    const { headers, method = "GET" } = incoming
    const onward = request(target, { method, headers, agent: false }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers)
      answer.pipe(outgoing)
    })
    onward.on("error", () => outgoing.destroy())
    setTimeout(() => incoming.pipe(onward), delay)
  }
  const server = tls === undefined ? createServer(forward) : createTlsServer(tls, forward)
  server.on("upgrade", (incoming: IncomingMessage, socket: Duplex, head: Buffer) => {
    const target = targetOf(incoming.url ?? "")
    if (target === undefined) return void socket.destroy()
    const lines = incoming.rawHeaders.flatMap((name, i, all) => (i % 2 === 0 ? [`${name}: ${all[i + 1]}`] : []))
    const onward = connect(Number(target.port), target.hostname)
    onward.write(`GET ${target.pathname}${target.search} HTTP/1.1\r\n${lines.join("\r\n")}\r\n\r\n`)
    onward.write(head)
    onward.pipe(socket).pipe(onward)
    for (const end of [onward, socket]) end.on("error", () => [onward, socket].map((each) => each.destroy()))
  })
  return { ...(yield* listen(server)), paths }
})

/** Opens a server on a free port, until the scope ends. */
export const listen = Effect.fnUntraced(function* (server: Server) {
  const open = new Set<Socket>()
  const seen = { connections: 0, mostAtOnce: 0 }
  server.on("connection", (socket: Socket) => {
    open.add(socket)
    seen.connections++
    seen.mostAtOnce = Math.max(seen.mostAtOnce, open.size)
    socket.on("close", () => open.delete(socket))
  })
  yield* Effect.acquireRelease(
    Effect.callback<void>((resume) => {
      server.listen(0, "127.0.0.1", () => resume(Effect.void))
    }),
    () =>
      Effect.sync(() => {
        server.close()
        for (const socket of open) socket.destroy()
      })
  )
  const address = server.address()
  const port = address !== null && typeof address === "object" ? address.port : 0
  return { port, seen, openConnections: () => open.size }
})
