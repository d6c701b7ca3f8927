/**
 * Waits on 127.0.0.1 for the redirect that ends a login in a browser. A request that does not carry the login's own `state`
 * is answered with an error, and the wait goes on: anybody on this machine can send one. There is one path and one way to write it;
 * a router would take others for it (`//Callback/`), and HEAD for GET.
 */
import { AuthenticationError } from "@effect-genesys/auth/TokenError"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as HttpMiddleware from "effect/http/HttpMiddleware"
import * as HttpServerRequest from "effect/http/HttpServerRequest"
import * as HttpServerResponse from "effect/http/HttpServerResponse"
import * as Redacted from "effect/Redacted"
import { UsageError } from "@effect-genesys/program/UsageError"
import * as HttpListener from "@effect-genesys/program/HttpListener"
import { sameText } from "../SameText.ts"

export interface CallbackOptions {
  /** 0 takes a free one. */
  readonly port: number
  readonly state: string
  /** To name it in an error. */
  readonly region: string
}

export const path = "/callback"

/** Enough for a browser, whatever else on this machine connects. */
const connections = 256

const answer = (status: number, title: string, text: string) =>
  HttpServerResponse.text(
    `<!doctype html>\n<html lang="en"><meta charset="utf-8"><title>${title}</title><h1>${title}</h1><p>${text}</p></html>\n`,
    {
      status,
      contentType: "text/html; charset=utf-8",
      headers: {
        "content-security-policy": "default-src 'none'",
        "cache-control": "no-store",
        "referrer-policy": "no-referrer",
        connection: "close"
      }
    }
  )

/** Starts to listen, and answers the redirect URI and the code to wait for. */
export const listen = Effect.fnUntraced(function* (options: CallbackOptions) {
  const code = yield* Deferred.make<Redacted.Redacted, AuthenticationError>()
  const server = yield* Effect.mapError(
    HttpListener.open({ ...HttpListener.brief, place: { host: "127.0.0.1", port: options.port }, connections }),
    () =>
      new UsageError({
        message: `The port ${options.port} cannot be used, perhaps because another program does. Choose another one with --port.`
      })
  )
  const host = `127.0.0.1:${server.address._tag === "UnixPathAddress" ? options.port : server.address.port}`

  const respond = Effect.gen(function* () {
    const { headers, method, url } = yield* HttpServerRequest.HttpServerRequest
    // A page elsewhere whose name was made to point here.
    if (headers["host"] !== host) return answer(421, "Wrong host", "This is not for you.")
    const [pathname, ...rest] = url.split("?")
    if (pathname !== path || method !== "GET") {
      return answer(404, "Not found", "Only the end of a login is here.")
    }
    const query = new URLSearchParams(rest.join("?"))
    if (!sameText(query.get("state") ?? "", options.state)) {
      return answer(400, "Not this login", "The answer belongs to another login. Start again in the terminal.")
    }
    const found = query.get("code")
    if (found !== null && found !== "") {
      yield* Deferred.succeed(code, Redacted.make(found))
      return answer(200, "Done", "You can close this page. The terminal says how the login went.")
    }
    yield* Deferred.fail(code, refusal(query, options.region))
    return answer(200, "No login", "Genesys Cloud refused the login. You can close this page.")
  })

  // No span: its attributes would hold the code.
  yield* Effect.provideService(server.serve(respond), HttpMiddleware.TracerDisabledWhen, () => true)
  return { redirectUri: `http://${host}${path}`, code: Deferred.await(code) }
})

const refusal = (query: URLSearchParams, region: string) => {
  const error = query.get("error") ?? "no code"
  const description = query.get("error_description") ?? ""
  return new AuthenticationError({
    code: error,
    description,
    region,
    message: `Genesys Cloud refused the login: ${[error, description].filter((text) => text !== "").join(", ")}.`
  })
}
