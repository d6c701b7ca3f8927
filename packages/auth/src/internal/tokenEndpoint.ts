/** The HTTP side of `TokenEndpoint`: how the request is made. What its answer means is in `classify.ts`. */
import * as Clock from "effect/Clock"
import * as DateTime from "effect/DateTime"
import * as Digest from "effect/crypto/Digest"
import * as Base64 from "effect/encoding/Base64"
import * as Effect from "effect/Effect"
import * as HttpClient from "effect/http/HttpClient"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as Redacted from "effect/Redacted"
import { AccessToken, fingerprint } from "../AccessToken.ts"
import { Environment } from "../Environment.ts"
import type { Grant } from "../Grant.ts"
import type { Issued } from "../TokenEndpoint.ts"
import * as ResponseText from "../ResponseText.ts"
import type { TokenError } from "../TokenError.ts"
import * as Classify from "./classify.ts"

/** More than any true answer of the login host has (about 200 bytes). */
const maxAnswerBytes = 64 * 1024

export const make = Effect.gen(function* () {
  const http = yield* HttpClient.HttpClient
  const environment = yield* Environment
  const digest = yield* Digest.Digest
  const url = `${environment.loginUrl}/oauth/token`

  const exchange = Effect.fn("TokenEndpoint.exchange", { kind: "client" })(function* (
    grant: Grant
  ): Effect.fn.Return<Issued, TokenError> {
    const context = { host: environment.loginUrl, region: environment.region.name, secrets: secretsOf(grant) }
    yield* Effect.annotateCurrentSpan({ "genesys.grant": grant._tag, "server.address": environment.loginUrl })
    const issuedAt = yield* Clock.currentTimeMillis
    const response = yield* http
      .execute(request(url, grant))
      .pipe(Effect.mapError((error) => Classify.transportError(context, error)))
    const body = yield* ResponseText.read(response, maxAnswerBytes).pipe(
      Effect.mapError((error) => Classify.transportError(context, error))
    )
    const answer = yield* Classify.answer(context, response.status, response.headers, body)
    const token = new AccessToken({
      value: answer.accessToken,
      fingerprint: yield* Effect.provideService(fingerprint(answer.accessToken), Digest.Digest, digest),
      issuedAt: DateTime.makeUnsafe(issuedAt),
      expiresIn: answer.expiresIn
    })
    return { token, next: grant }
  })
  return { host: environment.loginUrl, exchange }
})

const request = (url: string, grant: Grant): HttpClientRequest.HttpClientRequest =>
  HttpClientRequest.post(url).pipe(
    HttpClientRequest.setHeaders({
      accept: "application/json",
      authorization: `Basic ${basic(grant)}`
    }),
    HttpClientRequest.bodyUrlParams({ grant_type: "client_credentials" })
  )

const basic = (grant: Grant) => Base64.encode(`${grant.clientId}:${Redacted.value(grant.clientSecret)}`)

/** Everything that a lying host could echo into an error. */
const secretsOf = (grant: Grant): ReadonlyArray<string> => [Redacted.value(grant.clientSecret), basic(grant)]
