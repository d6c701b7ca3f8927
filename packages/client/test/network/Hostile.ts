/** Servers on loopback that answer as a test wants, and a client of them that holds a token already. */
import { AccessToken } from "@effect-genesys/auth/AccessToken"
import { Environment } from "@effect-genesys/auth/Environment"
import { TokenManager } from "@effect-genesys/auth/TokenManager"
import { TokenStatus } from "@effect-genesys/auth/TokenStatus"
import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type * as HttpClient from "effect/http/HttpClient"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as Stream from "effect/Stream"
import { createServer, type IncomingMessage, type ServerResponse } from "node:http"
import { GenesysClient } from "../../src/GenesysClient.ts"
import { RateLimit } from "../../src/RateLimit.ts"
import * as Transport from "../../src/Transport.ts"
import * as Server from "./Server.ts"

/** What a request was, with its body. */
export interface Seen {
  readonly method: string
  readonly path: string
  readonly headers: IncomingMessage["headers"]
  readonly body: string
}

/** A server that is told of each request when its body has come. */
export const serve = Effect.fnUntraced(function* (
  answer: (response: ServerResponse, request: Seen, raw: IncomingMessage) => void
) {
  const requests: Array<Seen> = []
  const server = createServer((incoming, response) => {
    let body = ""
    incoming.setEncoding("latin1")
    incoming.on("data", (chunk: string) => (body += chunk))
    incoming.on("end", () => {
      const seen = { method: incoming.method ?? "", path: incoming.url ?? "", headers: incoming.headers, body }
      requests.push(seen)
      answer(response, seen, incoming)
    })
  })
  const { openConnections, port, seen: counts } = yield* Server.listen(server)
  return { url: `http://127.0.0.1:${port}`, port, requests, seen: counts, openConnections, server }
})

export const secret = "a-token-that-nobody-else-may-see"

/** A token manager whose token is always the same. */
export const layerToken = Layer.sync(TokenManager, () => {
  const token = new AccessToken({
    value: Redacted.make(secret),
    fingerprint: "fixed",
    issuedAt: DateTime.makeUnsafe(Date.now()),
    expiresIn: Duration.days(1)
  })
  return TokenManager.of({
    token: Effect.succeed(token),
    reject: () => Effect.void,
    renew: Effect.succeed(token),
    status: Effect.succeed(
      new TokenStatus({ state: "ready", renewing: false, generation: 0, fingerprint: token.fingerprint })
    ),
    changes: Stream.empty
  })
})

export const layer = (apiUrl: string, transport: Layer.Layer<HttpClient.HttpClient> = Transport.layer) =>
  Layer.fresh(GenesysClient.layer).pipe(
    Layer.provideMerge([layerToken, RateLimit.layer, Environment.layer({ apiUrl }), transport]),
    Layer.orDie
  )
