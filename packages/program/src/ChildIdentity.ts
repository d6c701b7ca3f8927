/** What a program that we run is told of who it is and where it talks to, with a token; by the official CLI's names too, so that it can be the program. */
import { Credentials } from "@effect-genesys/auth/Credentials"
import { Environment, plainHosts } from "@effect-genesys/auth/Environment"
import { settingNames } from "@effect-genesys/core/Settings"
import * as Effect from "effect/Effect"

/**
 * The variables that tell a program who it is.
 *
 * @param value the token, as whoever starts the program takes it
 */
export const of = Effect.fnUntraced(function* <Token>(value: Token) {
  const environment = yield* Environment
  const { apiUrl, loginUrl, region } = environment
  const plain = plainHosts(environment)
  const { clientId } = yield* Credentials.use(({ current }) => current)
  return {
    GENESYS_CLOUD_ACCESS_TOKEN: value,
    GENESYSCLOUD_ACCESS_TOKEN: value,
    [settingNames.region]: region.name,
    GENESYSCLOUD_REGION: region.name,
    [settingNames.loginUrl]: loginUrl,
    [settingNames.apiUrl]: apiUrl,
    // No others that were permitted to us.
    ...(plain.length === 0 ? {} : { [settingNames.allowHttp]: plain.join(",") }),
    [settingNames.clientId]: clientId
  }
})
