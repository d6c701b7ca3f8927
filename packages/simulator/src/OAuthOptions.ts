/**
 * How the login host behaves where no source settles what Genesys does, and the limits that differ between orgs.
 */
import * as Schema from "effect/Schema"
import { option, orOff, Positive } from "./internal/shared/option.ts"

/** An answer of the login host that refuses. */
const refusal = (error: string, text: string, description: string) =>
  option(
    Schema.Struct({
      status: option(Schema.Literals([400, 401, 403]), 400, "The status"),
      error: option(Schema.NonEmptyString, error, "A name of RFC 6749"),
      description: option(Schema.String, text, "Text for `description` and `error_description`")
    }),
    {},
    description
  )

/** What the login host answers, and what it bounds. */
export const OAuthOptions = Schema.Struct({
  disabledClient: refusal("invalid_client", "client is disabled", "The answer to a client that is disabled"),
  inactiveClient: refusal("invalid_client", "client is inactive", "The answer to a client that is inactive"),
  wrongGrant: refusal(
    "unauthorized_client",
    "grant type is not allowed for this client",
    "The answer to a grant that the client does not have"
  ),
  badScope: refusal(
    "invalid_scope",
    "scope is not allowed for this client",
    "The answer to a scope that the client does not have"
  ),
  clientTokenCap: option(
    orOff(Positive),
    "off",
    "How many tokens from client credentials a client has alive; one more kills the oldest"
  ),
  userTokenCap: option(orOff(Positive), 10, "The same for the tokens of its user: code, PKCE, refresh, SAML2"),
  idleTimeout: option(orOff(Positive), "off", "Seconds after which a token that was not used dies; 900 in HIPAA orgs"),
  codeLifetime: option(Positive, 600, "Seconds that a code of `/oauth/authorize` lives"),
  refreshTokenLifetime: option(Positive, 2_592_000, "Seconds that a refresh token lives, unless it is used up before")
})
