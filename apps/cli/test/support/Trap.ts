/** A host that nobody should talk to: it counts what reaches it, as an HTTP server and as a proxy. */
import * as Effect from "effect/Effect"
import { createServer } from "node:http"
import * as Server from "../../../../packages/client/test/network/Server.ts"

export interface Seen {
  /** Method, path and everything else that came, as text. */
  readonly asked: Array<string>
}

export const make = Effect.gen(function* () {
  const seen: Seen = { asked: [] }
  const server = createServer((request, response) => {
    let body = ""
    request.setEncoding("latin1").on("data", (part: string) => (body += part))
    request.on("end", () => {
      seen.asked.push(`${request.method} ${request.url} ${JSON.stringify(request.headers)} ${body}`)
      // What is told about a program is taken, so that it does not try again when it ends.
      response.writeHead(/^\/(?:v1|TRAP)\b/.test(request.url ?? "") ? 200 : 503).end("{}")
    })
  })
  server.on("connect", (request, socket) => {
    seen.asked.push(`CONNECT ${request.url}`)
    socket.end("HTTP/1.1 502 Bad Gateway\r\n\r\n")
  })
  const { port } = yield* Server.listen(server)
  return { url: `http://127.0.0.1:${port}`, seen }
})
