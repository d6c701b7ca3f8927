/**
 * Who asks for a token. A client shows its secret in the `Authorization` header; without that header it only names itself,
 * which is enough for PKCE, and what it may then do is up to the grant.
 */
import * as Effect from "effect/Effect"
import * as HttpApiBuilder from "effect/http-api/HttpApiBuilder"
import * as HttpApiSecurity from "effect/http-api/HttpApiSecurity"
import type * as HttpServerRequest from "effect/http/HttpServerRequest"
import type * as UrlParams from "effect/http/UrlParams"
import * as Redacted from "effect/Redacted"
import type { ClientGrant } from "../../OAuthClient.ts"
import { type Client, Clients } from "./clients.ts"
import { Settings } from "../shared/settings.ts"
import { field } from "./form.ts"
import { refuse } from "./refusal.ts"

export interface Caller {
  readonly client: Client
  /** Whether it has shown its secret. */
  readonly authenticated: boolean
}

const basic = HttpApiBuilder.securityDecode(HttpApiSecurity.basic)

export const make = Effect.gen(function* () {
  const clients = yield* Clients
  const { oauth, wrongSecretStatus } = yield* Settings
  const wrongSecret = refuse("invalid_client", "authentication failed", wrongSecretStatus)

  /** The caller, if it may use this grant at all. */
  const identify = Effect.fnUntraced(function* (
    request: HttpServerRequest.HttpServerRequest,
    form: UrlParams.UrlParams,
    grant: ClientGrant
  ) {
    const named = grant === "code" && request.headers.authorization === undefined ? field(form, "client_id") : undefined
    const { password, username } = yield* basic
    const client = clients.find(named ?? username)
    if (client === undefined) return yield* refuse("invalid_client", "client not found")
    if (named === undefined && Redacted.value(client.secret) !== Redacted.value(password)) return yield* wrongSecret
    const settled =
      client.state === "disabled"
        ? oauth.disabledClient
        : client.state === "inactive"
          ? oauth.inactiveClient
          : client.grants.includes(grant)
            ? undefined
            : oauth.wrongGrant
    if (settled !== undefined) return yield* refuse(settled.error, settled.description, settled.status)
    return { client, authenticated: named === undefined } satisfies Caller
  })

  /** Refuses a caller that has not shown its secret. */
  const mustBeAuthenticated = ({ authenticated }: Caller) => (authenticated ? Effect.void : Effect.fail(wrongSecret))

  return { identify, mustBeAuthenticated }
})
