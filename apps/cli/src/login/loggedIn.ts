/**
 * Whom a token stands for, in words, as the API tells it: so that a person sees whose session in the browser was used. What the
 * API does not tell is left out, and is no failure.
 */
import type { AccessToken } from "@effect-genesys/auth/AccessToken"
import { Environment } from "@effect-genesys/auth/Environment"
import * as Redirect from "@effect-genesys/core/Redirect"
import * as ResponseText from "@effect-genesys/core/ResponseText"
import * as Effect from "effect/Effect"
import * as HttpClient from "effect/http/HttpClient"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import * as TerminalText from "@effect-genesys/program/TerminalText"

const patience = "5 seconds"
const maxBytes = 256 * 1024

const Text = Schema.optionalKey(Schema.NullOr(Schema.String.check(Schema.isMaxLength(256))))
const Named = Schema.fromJsonString(Schema.Struct({ name: Text, email: Text }))

/** Such as ` as NAME (EMAIL) in ORG` or ` to ORG`; empty if nothing is known. One line, whatever Genesys says. */
export const words = Effect.fnUntraced(function* (token: AccessToken) {
  const { apiUrl } = yield* Environment
  const http = HttpClient.filterStatusOk(Redirect.unfollowed(yield* HttpClient.HttpClient))
  const ask = (path: string) =>
    http.execute(HttpClientRequest.bearerToken(HttpClientRequest.get(apiUrl + path), Redacted.value(token.value))).pipe(
      Effect.flatMap((response) => ResponseText.read(response, maxBytes)),
      Effect.flatMap(Schema.decodeEffect(Named)),
      Effect.timeout(patience),
      Effect.option,
      Effect.map(Option.getOrElse((): typeof Named.Type => ({})))
    )
  const [user, organization] = yield* Effect.all([ask("/api/v2/users/me"), ask("/api/v2/organizations/me")], {
    concurrency: "unbounded"
  })
  const who = user.name && user.email ? `${user.name} (${user.email})` : user.name || user.email
  const org = organization.name ? ` ${who ? "in" : "to"} ${organization.name}` : ""
  return TerminalText.line((who ? ` as ${who}` : "") + org)
})
