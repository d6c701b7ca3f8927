/**
 * `/api/v2/tokens/me`: describes and revokes the token that the request carries.
 */
import * as Effect from "effect/Effect"
import * as HttpApiBuilder from "effect/http-api/HttpApiBuilder"
import { SimulatorApi } from "../../api/SimulatorApi.ts"
import { TokenInfo } from "../../api/TokensApi.ts"
import * as Random from "../Random.ts"
import { Settings } from "../Settings.ts"
import { CurrentToken, Tokens } from "../Tokens.ts"
import { answerAs } from "./answerAs.ts"

const answerToken = answerAs(TokenInfo)

export const TokensLive = HttpApiBuilder.group(
  SimulatorApi,
  "tokens",
  Effect.fnUntraced(function* (handlers) {
    const { seed } = yield* Settings
    const tokens = yield* Tokens
    const organization = { id: Random.uuid(seed, Random.streams.organization, 0), name: "Your Company" }

    return handlers.handleAll({
      get: () =>
        Effect.map(CurrentToken, ({ client }) =>
          answerToken({
            organization,
            homeOrganization: organization,
            authorizedScope: [],
            OAuthClient: { id: client.id, name: client.name, organization }
          })
        ),
      verify: () => Effect.void,
      revoke: () => Effect.map(CurrentToken, tokens.revoke)
    })
  })
)
