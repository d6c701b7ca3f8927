/**
 * `/api/v2/tokens/me`: describes and revokes the token that the request carries.
 */
import * as Effect from "effect/Effect"
import * as HttpApiBuilder from "effect/http-api/HttpApiBuilder"
import { SimulatorApi } from "../../api/SimulatorApi.ts"
import { TokenInfo } from "../../api/TokensApi.ts"
import { clientSummary } from "../clientBody.ts"
import * as Random from "../Random.ts"
import { Settings } from "../Settings.ts"
import { CurrentToken, type Token, Tokens } from "../Tokens.ts"
import { answer, bytesAs } from "./answerAs.ts"

const bytesOf = bytesAs(TokenInfo)

export const TokensLive = HttpApiBuilder.group(
  SimulatorApi,
  "tokens",
  Effect.fnUntraced(function* (handlers) {
    const { organizationName, seed } = yield* Settings
    const tokens = yield* Tokens
    const organization = { id: Random.uuid(seed, Random.streams.organization, 0), name: organizationName }

    const describe = ({ client, idlesAt, scope }: Token) =>
      bytesOf({
        organization,
        homeOrganization: organization,
        authorizedScope: scope,
        ...(Number.isFinite(idlesAt) ? { dateTokenIdles: new Date(idlesAt).toISOString() } : {}),
        OAuthClient: { ...clientSummary(client), organization }
      })
    /** Of tokens that do not idle, of which this says always the same. */
    const described = new WeakMap<Token, Uint8Array>()

    return handlers.handleAll({
      get: () =>
        Effect.map(CurrentToken, (token) => {
          if (Number.isFinite(token.idlesAt)) return answer(describe(token))
          const bytes = described.get(token) ?? describe(token)
          described.set(token, bytes)
          return answer(bytes)
        }),
      verify: () => Effect.void,
      revoke: () => Effect.map(CurrentToken, tokens.revoke)
    })
  })
)
