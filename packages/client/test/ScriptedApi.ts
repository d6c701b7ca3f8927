/** An API that answers as a script says, with a token manager that issues another token for each one that is refused. */
import { AccessToken } from "@effect-genesys/auth/AccessToken"
import { Environment } from "@effect-genesys/auth/Environment"
import { TokenManager } from "@effect-genesys/auth/TokenManager"
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as HttpClient from "effect/http/HttpClient"
import * as HttpClientError from "effect/http/HttpClientError"
import type * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as HttpClientResponse from "effect/http/HttpClientResponse"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as Stream from "effect/Stream"
import { GenesysClient } from "../src/GenesysClient.ts"
import { RateLimit } from "../src/RateLimit.ts"

/** An answer, why there is none, or silence. */
export type Answer = Response | Error | "hang"
/** Makes an answer anew each time it is given. */
export type Script = ReadonlyArray<(request: HttpClientRequest.HttpClientRequest) => Answer>

/** A body as Genesys sends it with an error. */
export const refusal = (status: number, code: string, headers: Record<string, string> = {}) =>
  Response.json(
    { message: `This is ${code}`, code, status, contextId: "the-context", details: [], errors: [] },
    { status, headers: { "inin-correlation-id": "the-correlation", ...headers } }
  )

export const html = (status: number, headers: Record<string, string> = {}) =>
  new Response("<html><body>A proxy says hello</body></html>", { status, headers })

/** An error as Node reports it. */
export const broken = (code: string) => Object.assign(new Error(`something about ${code}`), { code })

/** A body that breaks off with its connection. */
export const cut = () =>
  new Response(
    new ReadableStream({
      start(controller) {
        controller.enqueue(new TextEncoder().encode('{"entities": ['))
        controller.error(broken("ECONNRESET"))
      }
    })
  )

/** A client of an API that gives these answers in turn, and then the last one again and again. */
export const make = Effect.fnUntraced(function* (script: Script) {
  const seen = { requests: [] as Array<HttpClientRequest.HttpClientRequest>, rejections: 0 }
  const issue = Effect.map(
    Clock.currentTimeMillis,
    (now) =>
      new AccessToken({
        value: Redacted.make("t".repeat(86)),
        fingerprint: `token ${seen.rejections}`,
        issuedAt: DateTime.makeUnsafe(now),
        expiresIn: Duration.days(1)
      })
  )
  let token = yield* issue
  const manager = TokenManager.of({
    token: Effect.sync(() => token),
    reject: () =>
      Effect.suspend(() => {
        seen.rejections++
        return Effect.map(issue, (issued) => void (token = issued))
      }),
    renew: issue,
    status: Effect.never,
    changes: Stream.empty
  })
  const client = HttpClient.make((request) =>
    Effect.suspend(() => {
      const answer = script[Math.min(seen.requests.length, script.length - 1)]!(request)
      seen.requests.push(request)
      if (answer === "hang") return Effect.never
      if (answer instanceof Response) return Effect.succeed(HttpClientResponse.fromWeb(request, answer))
      const reason = new HttpClientError.TransportError({ request, cause: answer })
      return Effect.fail(new HttpClientError.HttpClientError({ reason }))
    })
  )
  const layer = Layer.fresh(GenesysClient.layer).pipe(
    Layer.provide([
      Layer.succeed(TokenManager, manager),
      RateLimit.layer,
      Environment.layer(),
      Layer.succeed(HttpClient.HttpClient, client)
    ])
  )
  return { seen, client: Context.get(yield* Layer.build(layer), GenesysClient) }
})
