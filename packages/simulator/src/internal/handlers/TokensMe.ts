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
import { CurrentToken, Tokens } from "../Tokens.ts"
import { answerAs } from "./answerAs.ts"

const answerToken = answerAs(TokenInfo)

export const TokensLive = HttpApiBuilder.group(
  SimulatorApi,
  "tokens",
  Effect.fnUntraced(function* (handlers) {
    const { organizationName, seed } = yield* Settings
    const tokens = yield* Tokens
    const organization = { id: Random.uuid(seed, Random.streams.organization, 0), name: organizationName }

    return handlers.handleAll({
      get: () =>
        Effect.map(CurrentToken, ({ client, idlesAt, scope }) =>
          answerToken({
            organization,
            homeOrganization: organization,
            authorizedScope: scope,
            ...(Number.isFinite(idlesAt) ? { dateTokenIdles: new Date(idlesAt).toISOString() } : {}),
            OAuthClient: { ...clientSummary(client), organization }
          })
        ),
      verify: () => Effect.void,
      revoke: () => Effect.map(CurrentToken, tokens.revoke)
    })
  })
)
