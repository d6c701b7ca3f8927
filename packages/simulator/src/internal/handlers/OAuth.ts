/**
 * `POST /oauth/token` for client credentials. The order of the checks is the order of the answers in GENESYS.md: grant,
 * client, secret, state, limit.
 */
import * as Effect from "effect/Effect"
import * as HttpApiBuilder from "effect/http-api/HttpApiBuilder"
import * as HttpApiSecurity from "effect/http-api/HttpApiSecurity"
import * as HttpServerResponse from "effect/http/HttpServerResponse"
import * as UrlParams from "effect/http/UrlParams"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import { SimulatorApi } from "../../api/SimulatorApi.ts"
import { Clients } from "../Clients.ts"
import { CurrentRequest } from "../CurrentRequest.ts"
import { JournalBook } from "../JournalBook.ts"
import { Settings } from "../Settings.ts"
import { Tokens } from "../Tokens.ts"

const headers = { "cache-control": "no-store", pragma: "no-cache" }

const refuse = (error: string, description: string, status = 400) =>
  HttpServerResponse.jsonUnsafe({ error, description, error_description: description }, { status, headers })

const basic = HttpApiBuilder.securityDecode(HttpApiSecurity.basic)

export const OAuthLive = HttpApiBuilder.group(
  SimulatorApi,
  "oauth",
  Effect.fnUntraced(function* (handlers) {
    const settings = yield* Settings
    const clients = yield* Clients
    const tokens = yield* Tokens
    const journal = yield* JournalBook

    return handlers.handleRaw(
      "token",
      Effect.fnUntraced(function* ({ request }) {
        const { entry, now } = yield* CurrentRequest
        const form = yield* Effect.orElseSucceed(request.urlParamsBody, () => UrlParams.empty)
        const grant = Option.getOrElse(UrlParams.getFirst(form, "grant_type"), () => "")
        if (grant === "") return refuse("invalid_request", "grant_type is missing")
        if (grant !== "client_credentials")
          return refuse("unsupported_grant_type", `grant_type ${grant} is not supported`)

        const { password, username } = yield* basic
        const client = clients.find(username)
        if (client === undefined) return refuse("invalid_client", "client not found")
        if (Redacted.value(client.secret) !== Redacted.value(password)) {
          return refuse("invalid_client", "authentication failed", settings.wrongSecretStatus)
        }
        if (client.state === "disabled") return refuse("invalid_client", "client is disabled")
        const wait = clients.mint(client, now)
        if (wait !== undefined) {
          return refuse("invalid_request", `rate limit exceeded; try again in ${wait} seconds`)
        }

        const token = tokens.issue(client, now)
        journal.issued(entry, token.fingerprint)
        const body = { access_token: token.value, token_type: "bearer", expires_in: client.tokenLifetime }
        return HttpServerResponse.jsonUnsafe(body, { headers })
      })
    )
  })
)
