/** A collector of OpenTelemetry on loopback: keeps what is sent to each path, as text. */
import * as Effect from "effect/Effect"
import { createServer } from "node:http"
import { text } from "node:stream/consumers"

export const start = Effect.acquireRelease(
  Effect.callback<{ readonly url: string; readonly received: Map<string, string>; readonly close: () => void }>(
    (resume) => {
      const received = new Map<string, string>()
      const server = createServer((request, response) => {
        void text(request).then((body) => {
          const path = `${request.method} ${request.url}`
          received.set(path, (received.get(path) ?? "") + body)
          response.setHeader("content-type", "application/json").end("{}")
        })
      })
      server.listen(0, "127.0.0.1", () => {
        const address = server.address()
        const port = address === null || typeof address === "string" ? 0 : address.port
        resume(Effect.succeed({ url: `http://127.0.0.1:${port}`, received, close: () => server.close() }))
      })
    }
  ),
  ({ close }) => Effect.sync(close)
)
