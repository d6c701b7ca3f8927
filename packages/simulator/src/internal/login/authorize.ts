/**
 * `GET /oauth/authorize`: there is no login page, the one user of every client agrees at once. A request that is not good is
 * answered with a page and never redirected.
 */
import * as Effect from "effect/Effect"
import * as HttpServerResponse from "effect/http/HttpServerResponse"
import type { AuthorizeRequest } from "../../api/OAuthApi.ts"
import { Clients } from "./clients.ts"
import { Grants } from "./grants.ts"
import { Settings } from "../shared/settings.ts"
import * as Pkce from "./pkce.ts"
import { headers } from "./refusal.ts"
import * as Scope from "./scope.ts"

const page = (reason: string) =>
  HttpServerResponse.text(
    `<!doctype html>\n<html lang="en"><title>Error</title><h1>Bad request</h1><p>${reason}</p></html>\n`,
    { status: 400, headers, contentType: "text/html; charset=utf-8" }
  )

export const make = Effect.gen(function* () {
  const clients = yield* Clients
  const { codes } = yield* Grants
  const { oauth } = yield* Settings

  return (query: typeof AuthorizeRequest.Type, now: number): HttpServerResponse.HttpServerResponse => {
    const given = new Map<string, string>()
    for (const [name, value] of Object.entries(query)) {
      if (typeof value !== "string") return page("A parameter is given more than once.")
      given.set(name, value)
    }
    const client = clients.find(given.get("client_id") ?? "")
    if (client === undefined) return page("client_id names no client.")
    if (client.state === "disabled") return page(`${oauth.disabledClient.description}.`)
    if (client.state === "inactive") return page(`${oauth.inactiveClient.description}.`)
    const redirectUri = given.get("redirect_uri") ?? ""
    if (!client.redirectUris.includes(redirectUri)) return page("redirect_uri is not one of the client.")
    if (!client.grants.includes("code")) return page(`${oauth.wrongGrant.description}.`)
    if (given.get("response_type") !== "code") return page("response_type must be code.")
    const challenge = given.get("code_challenge")
    const method = given.get("code_challenge_method")
    if (challenge === undefined && method !== undefined) return page("code_challenge is missing.")
    if (challenge !== undefined && method !== "S256") return page("code_challenge_method must be S256.")
    if (challenge !== undefined && !Pkce.isChallenge(challenge)) return page("code_challenge is not a SHA-256.")
    const scope = Scope.granted(given.get("scope"), client.scopes)
    if (scope === undefined) return page(`${oauth.badScope.description}.`)

    const target = new URL(redirectUri)
    target.searchParams.append("code", codes.add({ client, scope, redirectUri, challenge }, now))
    const state = given.get("state")
    if (state !== undefined) target.searchParams.append("state", state)
    return HttpServerResponse.redirect(target, { headers })
  }
})
