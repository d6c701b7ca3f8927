/**
 * Waits on 127.0.0.1 for the redirect that ends a login in a browser. A request that does not carry the login's own `state`
 * is answered with an error, and the wait goes on: anybody on this machine can send one.
 */
import { AuthenticationError } from "@effect-genesys/auth/TokenError"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import { timingSafeEqual } from "node:crypto"
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http"
import { UsageError } from "../UsageError.ts"

export interface CallbackOptions {
  /** 0 takes a free one. */
  readonly port: number
  readonly state: string
  /** To name it in an error. */
  readonly region: string
}

export const path = "/callback"

const page = (title: string, text: string) =>
  `<!doctype html>\n<html lang="en"><meta charset="utf-8"><title>${title}</title><h1>${title}</h1><p>${text}</p></html>\n`

const answer = (response: ServerResponse, status: number, title: string, text: string) =>
  response
    .writeHead(status, {
      "content-type": "text/html; charset=utf-8",
      "content-security-policy": "default-src 'none'",
      "cache-control": "no-store",
      "referrer-policy": "no-referrer",
      connection: "close"
    })
    .end(page(title, text))

const sameText = (one: string, other: string) =>
  one.length === other.length && timingSafeEqual(Buffer.from(one), Buffer.from(other))

/** Starts to listen, and answers the redirect URI and the code to wait for. */
export const listen = Effect.fnUntraced(function* (options: CallbackOptions) {
  const code = yield* Deferred.make<Redacted.Redacted, AuthenticationError>()
  const server = createServer()
  yield* Effect.acquireRelease(bind(server, options.port), () =>
    Effect.sync(() => {
      server.close()
      server.closeIdleConnections()
    })
  )
  const bound = server.address()
  const host = `127.0.0.1:${typeof bound === "object" && bound !== null ? bound.port : options.port}`

  server.on("request", (request: IncomingMessage, response: ServerResponse) => {
    const url = new URL(request.url ?? "/", `http://${host}`)
    // A page elsewhere whose name was made to point here.
    if (request.headers.host !== host) return answer(response, 421, "Wrong host", "This is not for you.")
    if (url.pathname !== path || request.method !== "GET") {
      return answer(response, 404, "Not found", "Only the end of a login is here.")
    }
    if (!sameText(url.searchParams.get("state") ?? "", options.state)) {
      return answer(
        response,
        400,
        "Not this login",
        "The answer belongs to another login. Start again in the terminal."
      )
    }
    const found = url.searchParams.get("code")
    if (found !== null && found !== "") {
      answer(response, 200, "Done", "You can close this page. The terminal says how the login went.")
      return Deferred.doneUnsafe(code, Effect.succeed(Redacted.make(found)))
    }
    answer(response, 200, "No login", "Genesys Cloud refused the login. You can close this page.")
    const error = url.searchParams.get("error") ?? "no code"
    const description = url.searchParams.get("error_description") ?? ""
    return Deferred.doneUnsafe(
      code,
      Effect.fail(
        new AuthenticationError({
          code: error,
          description,
          region: options.region,
          message: `Genesys Cloud refused the login: ${[error, description].filter((text) => text !== "").join(", ")}.`
        })
      )
    )
  })
  return { redirectUri: `http://${host}${path}`, code: Deferred.await(code) }
})

const bind = (server: Server, port: number) =>
  Effect.callback<void, UsageError>((resume) => {
    server.once("error", () =>
      resume(
        Effect.fail(
          new UsageError({
            message: `The port ${port} cannot be used, perhaps because another program does. Choose another one with --port.`
          })
        )
      )
    )
    server.listen(port, "127.0.0.1", () => resume(Effect.void))
  })
