/**
 * What a program does at the login host besides asking with its secret: it opens the authorize URL, and proves itself by
 * PKCE. For calls with a secret see Calls.ts.
 */
import * as Effect from "effect/Effect"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import { createHash } from "node:crypto"
import { Simulator } from "../../src/Simulator.ts"
import { send } from "./Calls.ts"

export const redirect_uri = "https://app.example/callback?from=genesys"

/** A client with the code grants, as the options state it. */
export const codeClient = {
  id: "web",
  secret: Redacted.make("web-secret"),
  grants: ["code"],
  redirectUris: [redirect_uri]
} as const

export const verifier = "v".repeat(43)
export const challenge = createHash("sha256").update(verifier).digest("base64url")

/** `GET /oauth/authorize`, of the code client unless told otherwise. An empty value leaves the parameter out. */
export const authorize = Effect.fnUntraced(function* (change: Readonly<Record<string, string>> = {}) {
  const { url } = yield* Simulator
  const all = { client_id: codeClient.id, response_type: "code", redirect_uri, ...change }
  const params = Object.entries(all).filter(([, value]) => value !== "")
  return yield* HttpClientRequest.get(`${url}/oauth/authorize`).pipe(HttpClientRequest.setUrlParams(params), send)
})

/** The code of a request that is good. */
export const getCode = Effect.fnUntraced(function* (change?: Readonly<Record<string, string>>) {
  const { headers } = yield* authorize(change)
  return new URL(headers["location"] ?? "").searchParams.get("code") ?? ""
})

/** `POST /oauth/token` without an `Authorization` header. */
export const postForm = Effect.fnUntraced(function* (form: Readonly<Record<string, string>>) {
  const { url } = yield* Simulator
  return yield* HttpClientRequest.post(`${url}/oauth/token`).pipe(HttpClientRequest.bodyUrlParams(form), send)
})

/** An answer with a refresh token. */
export const decodeTokens = Schema.decodeUnknownEffect(
  Schema.Struct({ access_token: Schema.String, expires_in: Schema.Int, refresh_token: Schema.String })
)

export const oauthError = (error: string, description: string) => ({
  error,
  description,
  error_description: description
})
