/**
 * A company's proxy: it knows the way out, which the machine of the test does not. Whatever host it is asked for, it
 * connects to a port of loopback. What it is asked for without encryption, it answers itself.
 */
import * as Effect from "effect/Effect"
import { createServer } from "node:http"
import { createServer as createTlsServer } from "node:https"
import { connect } from "node:net"
import type { Duplex } from "node:stream"
import type { Pem } from "./Certificates.ts"
import { listen } from "./Server.ts"

export interface Options {
  readonly port: number
  /** `user:password`; without it, nobody has to log in. */
  readonly login?: string
  /** What it answers instead of connecting. */
  readonly status?: number
  /** It closes the connection without an answer. */
  readonly hangsUp?: boolean
  /** Its own certificate, if it is asked with TLS. */
  readonly tls?: Pem
}

export const make = Effect.fnUntraced(function* (options: Options) {
  const server = options.tls === undefined ? createServer() : createTlsServer(options.tls)
  const asked: Array<string> = []
  server.on("request", ({ url = "" }, response) => {
    asked.push(new URL(url).host)
    response.end("by the proxy")
  })
  server.on("connect", ({ headers, url = "" }, socket: Duplex) => {
    asked.push(url)
    socket.on("error", () => socket.destroy())
    const login = options.login && `Basic ${Buffer.from(options.login).toString("base64")}`
    const status = headers["proxy-authorization"] === login ? options.status : 407
    if (options.hangsUp) return void socket.destroy()
    if (status !== undefined) return void socket.end(`HTTP/1.1 ${status} No\r\ncontent-length: 0\r\n\r\n`)
    const onward = connect(options.port, "127.0.0.1", () => {
      socket.write("HTTP/1.1 200 Connection established\r\n\r\n")
      onward.pipe(socket).pipe(onward)
    })
    onward.on("error", () => socket.destroy())
    socket.on("close", () => onward.destroy())
  })
  return { ...(yield* listen(server)), asked }
})
