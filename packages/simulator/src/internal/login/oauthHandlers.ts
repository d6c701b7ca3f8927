/**
 * The login host. `POST /oauth/token` checks, in this order: grant type, client, secret, state, the client's grant, what the
 * grant brings, and the mint limit.
 */
import * as Effect from "effect/Effect"
import * as HttpApiBuilder from "effect/http-api/HttpApiBuilder"
import * as HttpServerResponse from "effect/http/HttpServerResponse"
import * as UrlParams from "effect/http/UrlParams"
import { SimulatorApi } from "../../api/SimulatorApi.ts"
import { Clients } from "./clients.ts"
import { CurrentRequest } from "../shared/currentRequest.ts"
import { Grants } from "./grants.ts"
import { JournalBook } from "../shared/journalBook.ts"
import * as Authorize from "./authorize.ts"
import * as Caller from "./caller.ts"
import * as Exchanges from "./exchanges.ts"
import { required } from "./form.ts"
import { answer, headers, refuse } from "./refusal.ts"
import { Tokens } from "./tokens.ts"

export const OAuthLive = HttpApiBuilder.group(
  SimulatorApi,
  "oauth",
  Effect.fnUntraced(function* (handlers) {
    const clients = yield* Clients
    const grants = yield* Grants
    const journal = yield* JournalBook
    const tokens = yield* Tokens
    const authorize = yield* Authorize.make
    const callers = yield* Caller.make
    const exchanges = yield* Exchanges.make

    return handlers
      .handleRaw(
        "token",
        Effect.fnUntraced(
          function* ({ request }) {
            const { entry, now } = yield* CurrentRequest
            const form = yield* Effect.orElseSucceed(request.urlParamsBody, () => UrlParams.empty)
            const grant = yield* required(form, "grant_type")
            const exchange = exchanges.get(grant)
            if (exchange === undefined) {
              return yield* refuse("unsupported_grant_type", `grant_type ${grant} is not supported`)
            }
            const caller = yield* callers.identify(request, form, exchange.grant)
            const { client } = caller
            const permit = yield* exchange.check(form, caller, now)
            const wait = clients.mint(client, now)
            if (wait !== undefined) {
              return yield* refuse("invalid_request", `rate limit exceeded; try again in ${wait} seconds`)
            }

            permit.useUp?.()
            const token = tokens.issue(client, now, permit)
            const { expiresAt, fingerprint, scope } = token
            journal.issued(entry, { fingerprint, clientId: client.id, grant, issuedAt: now, expiresAt })
            const body = { access_token: token.value, token_type: "bearer", expires_in: client.tokenLifetime }
            if (permit.refresh === undefined) return HttpServerResponse.jsonUnsafe(body, { headers })
            const refresh_token = grants.refreshTokens.add({ client, scope, ...permit.refresh }, now)
            return HttpServerResponse.jsonUnsafe({ ...body, refresh_token }, { headers })
          },
          Effect.catchTag("Refusal", (refusal) => Effect.succeed(answer(refusal)))
        )
      )
      .handleRaw("authorize", ({ query }) => Effect.map(CurrentRequest, ({ now }) => authorize(query, now)))
  })
)
