/** A host that nobody should talk to: it counts what reaches it, as an HTTP server and as a proxy. */
import * as Effect from "effect/Effect"
import { createServer } from "node:http"

export interface Seen {
  /** Method, path and everything else that came, as text. */
  readonly asked: Array<string>
}

export const make = Effect.acquireRelease(
  Effect.callback<{ readonly url: string; readonly seen: Seen; readonly close: () => void }>((resume) => {
    const seen: Seen = { asked: [] }
    const server = createServer((request, response) => {
      let body = ""
      request.setEncoding("latin1").on("data", (part: string) => (body += part))
      request.on("end", () => {
        seen.asked.push(`${request.method} ${request.url} ${JSON.stringify(request.headers)} ${body}`)
        response.writeHead(503).end("{}")
      })
    })
    server.on("connect", (request, socket) => {
      seen.asked.push(`CONNECT ${request.url}`)
      socket.end("HTTP/1.1 502 Bad Gateway\r\n\r\n")
    })
    server.listen(0, "127.0.0.1", () => {
      const address = server.address()
      const port = typeof address === "object" && address !== null ? address.port : 0
      const close = () => {
        server.close()
        server.closeAllConnections()
      }
      resume(Effect.succeed({ url: `http://127.0.0.1:${port}`, seen, close }))
    })
  }),
  ({ close }) => Effect.sync(close)
)
