/**
 * `/api/v2/tokens/me`: describes and revokes the token that the request carries.
 */
import * as Effect from "effect/Effect"
import * as HttpApiBuilder from "effect/http-api/HttpApiBuilder"
import { SimulatorApi } from "../../api/SimulatorApi.ts"
import { TokenInfo } from "../../api/TokensApi.ts"
import { clientSummary } from "./clientBody.ts"
import * as Random from "../shared/random.ts"
import { Settings } from "../shared/settings.ts"
import { CurrentToken, type Token, Tokens } from "./tokens.ts"
import { answerAs, answerKept } from "../shared/answerAs.ts"

const answerToken = answerAs(TokenInfo)

export const TokensLive = HttpApiBuilder.group(
  SimulatorApi,
  "tokens",
  Effect.fnUntraced(function* (handlers) {
    const { organizationName, seed } = yield* Settings
    const tokens = yield* Tokens
    const organization = { id: Random.uuid(seed, Random.streams.organization, 0), name: organizationName }

    const describe = ({ client, idlesAt, scope }: Token) => ({
      organization,
      homeOrganization: organization,
      authorizedScope: scope,
      ...(Number.isFinite(idlesAt) ? { dateTokenIdles: new Date(idlesAt).toISOString() } : {}),
      OAuthClient: { ...clientSummary(client), organization }
    })
    /** By the value of a token that does not idle. */
    const known = answerKept<string, typeof TokenInfo.Encoded>(TokenInfo)

    return handlers.handleAll({
      get: () =>
        Effect.map(CurrentToken, (token) =>
          Number.isFinite(token.idlesAt)
            ? answerToken(describe(token))
            : (known.find(token.value) ?? known.answer(token.value, describe(token)))
        ),
      verify: () => Effect.void,
      revoke: () => Effect.map(CurrentToken, tokens.revoke)
    })
  })
)
