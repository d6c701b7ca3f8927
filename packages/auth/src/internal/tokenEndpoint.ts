/** The HTTP side of `TokenEndpoint`: one exchange from request to token. What an answer means is in `classify.ts`. */
import * as Clock from "effect/Clock"
import * as DateTime from "effect/DateTime"
import * as Digest from "effect/crypto/Digest"
import * as Effect from "effect/Effect"
import * as HttpClient from "effect/http/HttpClient"
import { AccessToken, fingerprint } from "../AccessToken.ts"
import { Environment } from "../Environment.ts"
import { type Grant, RefreshToken } from "../Grant.ts"
import * as Redirect from "../Redirect.ts"
import * as ResponseText from "../ResponseText.ts"
import type { Issued } from "../TokenEndpoint.ts"
import type { TokenError } from "../TokenError.ts"
import * as Classify from "./classify.ts"
import * as TokenRequest from "./tokenRequest.ts"

/** More than any true answer of the login host has (about 200 bytes). */
const maxAnswerBytes = 64 * 1024

export const make = Effect.gen(function* () {
  const http = Redirect.unfollowed(yield* HttpClient.HttpClient)
  const environment = yield* Environment
  const digest = yield* Digest.Digest
  const url = `${environment.loginUrl}/oauth/token`

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
    const body = yield* Classify.needsBody(response.status)
      ? unreachable(text)
      : Effect.orElseSucceed(Effect.timeout(text, "1 second"), () => "")
    const answer = yield* Classify.answer(asked, response.status, response.headers, body)
    const token = new AccessToken({
      value: answer.accessToken,
      fingerprint: yield* Effect.provideService(fingerprint(answer.accessToken), Digest.Digest, digest),
      issuedAt: DateTime.makeUnsafe(issuedAt),
      expiresIn: answer.expiresIn
    })
    return { token, next: nextGrant(grant, answer) }
  })
  return { host: environment.loginUrl, exchange }
})

/** A refresh token replaces the login that was shown; where none comes, the old one goes on. */
const nextGrant = (grant: Grant, { refreshToken }: Classify.Answer): Grant =>
  refreshToken === undefined || (grant._tag !== "AuthorizationCode" && grant._tag !== "RefreshToken")
    ? grant
    : new RefreshToken({
        clientId: grant.clientId,
        ...(grant.clientSecret === undefined ? {} : { clientSecret: grant.clientSecret }),
        refreshToken
      })
