/**
 * A Genesys Cloud in which every text is somebody's attempt on whoever reads it: the simulator's answers, with a payload in each
 * of their texts, and a few answers that the simulator does not give.
 */
import { Simulator } from "@effect-genesys/simulator/Simulator"
import * as Effect from "effect/Effect"
import { createHash } from "node:crypto"
import { createServer, type IncomingMessage, type ServerResponse } from "node:http"
import { buffer } from "node:stream/consumers"

/** Clipboard, colours, screen, C1, direction, invisible letters and tags, lines that are no lines of ours. */
export const payload =
  "<\u001B]52;c;aGk=\u0007\u001B[8m\u001B[2J\u009B31m\u0085\u007F\u202E\u2066\u200F\u061C\u200B\u{E0041}\u2028\uFEFF\rforged\r\nfalse\tline>"

/** What a terminal shows of it. */
export const shown = String.raw`\u001b]52;c;aGk=\u0007\u001b[8m\u001b[2J\u009b31m\u0085\u007f\u202e\u2066\u200f\u061c\u200b\udb40\udc41\u2028\ufeff\rforged`

/** Without these, nothing would go on, and nobody be found; moments are decoded as moments. */
const kept = new Set(["access_token", "token_type", "id", "email", "nextUri", "cursor", "state"])
const isMoment = (text: string) => /^\d{4}-\d\d-\d\dT/.test(text)

const hostile = (json: string): string =>
  JSON.stringify(JSON.parse(json), (key, value: unknown) =>
    typeof value === "string" && !kept.has(key) && !isMoment(value) ? `${value}${payload}` : value
  )

const refusal = {
  message: payload,
  code: payload,
  contextId: payload,
  status: 400,
  details: [{ errorCode: payload, fieldName: payload, message: payload }]
}

const event = { topicName: "v2.users.x.presence", eventBody: { who: payload }, metadata: { CorrelationId: payload } }

/** A frame of text from a server, of any length below 64 KiB. */
const frame = (text: string) => {
  const bytes = Buffer.from(text)
  const head = Buffer.from([0x81, 126, bytes.length >> 8, bytes.length & 255])
  return Buffer.concat([head, bytes])
}

export interface Options {
  /** The login host refuses, with a payload in its words. */
  readonly refuses?: boolean
}

export const start = ({ refuses = false }: Options = {}) =>
  Effect.gen(function* () {
    const { url: target } = yield* Simulator
    const answer = (response: ServerResponse, status: number, type: string, body: string) => {
      // What a header may hold: not ESC, but its 8-bit kin.
      response.setHeader("inin-correlation-id", "id\u009B31m")
      response.writeHead(status, { "content-type": type }).end(body)
    }
    const handle = async (request: IncomingMessage, response: ServerResponse) => {
      const body = await buffer(request)
      const path = request.url ?? ""
      const json = (status: number, value: unknown) =>
        answer(response, status, "application/json", JSON.stringify(value))
      if (refuses && path === "/oauth/token") {
        return json(400, { error: "invalid_client", error_description: payload })
      }
      if (path === "/api/v2/text") return answer(response, 200, "text/plain; charset=utf-8", payload)
      const [, status] = /^\/api\/v2\/refused\/(\d+)/.exec(path) ?? []
      if (status !== undefined) return json(Number(status), refusal)
      if (path.endsWith("/subscriptions")) return json(200, { entities: [] })
      if (path.startsWith("/api/v2/notifications/channels")) {
        return json(200, {
          id: "one",
          connectUri: `ws://${request.headers.host}/socket`,
          expires: "2099-01-01T00:00:00Z"
        })
      }
      const { authorization = "", "content-type": type = "application/json" } = request.headers
      const given = await fetch(`${target}${path}`, {
        method: request.method ?? "GET",
        headers: { authorization, "content-type": type },
        ...(body.length === 0 ? {} : { body })
      })
      const text = await given.text()
      return answer(response, given.status, "application/json", text === "" ? text : hostile(text))
    }
    const server = createServer((request, response) => void handle(request, response))
    server.on("upgrade", (request, socket) => {
      socket.on("error", () => undefined)
      const key = `${request.headers["sec-websocket-key"]}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`
      const accept = createHash("sha1").update(key).digest("base64")
      socket.write(
        `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`
      )
      socket.on("error", () => undefined)
      socket.write(frame(JSON.stringify(event)))
    })
    yield* Effect.acquireRelease(
      Effect.callback<void>((resume) => void server.listen(0, "127.0.0.1", () => resume(Effect.void))),
      () =>
        Effect.sync(() => {
          server.closeAllConnections()
          server.close()
        })
    )
    const address = server.address()
    const url = `http://127.0.0.1:${address !== null && typeof address === "object" ? address.port : 0}`
    return { GENESYS_CLOUD_LOGIN_URL: url, GENESYS_CLOUD_API_URL: url }
  })
