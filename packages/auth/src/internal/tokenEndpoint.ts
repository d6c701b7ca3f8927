/** The HTTP side of `TokenEndpoint`: one exchange from request to token. What an answer means is in `classify.ts`. */
import * as Clock from "effect/Clock"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as HttpClient from "effect/http/HttpClient"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import type * as Redacted from "effect/Redacted"
import { AccessToken } from "../AccessToken.ts"
import type { Environment } from "../Environment.ts"
import { type Grant, RefreshToken } from "../Grant.ts"
import * as Redirect from "@effect-genesys/core/Redirect"
import * as ResponseText from "@effect-genesys/core/ResponseText"
import type { TokenError } from "../TokenError.ts"
import * as Classify from "./classify.ts"
import type { Answer } from "./success.ts"
import * as TokenRequest from "./tokenRequest.ts"

/** What an exchange brings. */
export interface Issued {
  readonly token: AccessToken
  /** What to show the next time: the same grant again, or a refresh token where one was issued. */
  readonly next: Grant
}

/** More than any true answer of the login host has (about 200 bytes). */
const maxAnswerBytes = 64 * 1024

/** Of the 10 s that an exchange may take. */
const revokePatience = "3 seconds"

export interface Options {
  readonly environment: Environment["Service"]
  /** Names a token without giving it away. */
  readonly fingerprint: (token: Redacted.Redacted) => Effect.Effect<string>
}

export const make = Effect.fnUntraced(function* ({ environment, fingerprint }: Options) {
  const http = Redirect.unfollowed(yield* HttpClient.HttpClient)
  const url = `${environment.loginUrl}/oauth/token`
  const { apiUrl, loginUrl, region } = environment
  const tokenUrl = `${apiUrl}/api/v2/tokens/me`
  /** Where only one of the hosts is the region's, the other one must not see a token of it. */
  const knowsApi = (loginUrl === region.loginUrl) === (apiUrl === region.apiUrl)

  /** Ends a token; false if that is not certain. Interrupting an exchange would leave it alive. */
  const revoke = (token: Redacted.Redacted): Effect.Effect<boolean> =>
    http.execute(HttpClientRequest.bearerToken(HttpClientRequest.delete(tokenUrl), token)).pipe(
      Effect.tap((response) => Effect.ignore(ResponseText.read(response, maxAnswerBytes))),
      Effect.interruptible,
      Effect.timeout(revokePatience),
      Effect.match({ onSuccess: ({ status }) => status >= 200 && status < 300, onFailure: () => false }),
      Effect.catchDefect(() => Effect.succeed(false)),
      Effect.uninterruptible
    )

  const exchange = Effect.fn("TokenEndpoint.exchange")(function* (grant: Grant): Effect.fn.Return<Issued, TokenError> {
    yield* Effect.annotateCurrentSpan({ "genesys.grant": grant._tag, "server.address": environment.loginUrl })
    const asked: Classify.Asked = {
      host: environment.loginUrl,
      region: environment.region.name,
      grant: grant._tag,
      secrets: TokenRequest.secretsOf(grant)
    }
    const unreachable = Effect.mapError(Classify.transportError(asked))
    const issuedAt = yield* Clock.currentTimeMillis
    const response = yield* unreachable(http.execute(TokenRequest.make(url, grant)))
    const text = ResponseText.read(response, maxAnswerBytes)
    // Where the status says it all, a body that cannot be read, or does not end, changes nothing.
    const body = Classify.needsBody(response.status)
      ? Effect.mapError(text, Classify.bodyError(asked))
      : Effect.orElseSucceed(Effect.timeout(text, "1 second"), () => "")
    const answer = yield* Effect.flatMap(body, (read) =>
      Classify.answer(asked, response.status, response.headers, read)
    ).pipe(
      Effect.catchTag("Unusable", ({ token, what }) =>
        Effect.flatMap(token === undefined || !knowsApi ? Effect.succeed(false) : revoke(token), (isRevoked) =>
          Effect.fail(Classify.unusableToken(asked, response.status, what, isRevoked))
        )
      )
    )
    const token = new AccessToken({
      value: answer.accessToken,
      fingerprint: yield* fingerprint(answer.accessToken),
      issuedAt: DateTime.makeUnsafe(issuedAt),
      expiresIn: answer.expiresIn
    })
    return { token, next: nextGrant(grant, answer) }
  })
  return { host: environment.loginUrl, exchange }
})

/** A refresh token replaces the login that was shown; where none comes, the old one goes on. */
const nextGrant = (grant: Grant, { refreshToken }: Answer): Grant =>
  refreshToken === undefined || (grant._tag !== "AuthorizationCode" && grant._tag !== "RefreshToken")
    ? grant
    : new RefreshToken({
        clientId: grant.clientId,
        ...(grant.clientSecret === undefined ? {} : { clientSecret: grant.clientSecret }),
        refreshToken
      })
