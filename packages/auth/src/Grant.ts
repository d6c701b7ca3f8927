/**
 * The authorization grants of RFC 6749 that Genesys Cloud knows: what a program shows the login host to be given a
 * token. Secrets in them are `Redacted`.
 */
import * as Schema from "effect/Schema"

const Secret = Schema.Redacted(Schema.String)

/** A machine's own identity: an OAuth client with the grant type Client Credentials. It never gets a refresh token. */
export class ClientCredentials extends Schema.TaggedClass<ClientCredentials>("@effect-genesys/auth/ClientCredentials")(
  "ClientCredentials",
  {
    clientId: Schema.String,
    clientSecret: Secret
  }
) {}

/**
 * A person's login in a browser, as the code that the redirect brought. It is good for one exchange; from then on the
 * refresh token that comes with the token is shown. With a `codeVerifier` it is PKCE (RFC 7636), which needs no secret.
 */
export class AuthorizationCode extends Schema.TaggedClass<AuthorizationCode>("@effect-genesys/auth/AuthorizationCode")(
  "AuthorizationCode",
  {
    clientId: Schema.String,
    /** Left out for PKCE. */
    clientSecret: Schema.optionalKey(Secret),
    code: Secret,
    /** The very URI that the code was sent to. */
    redirectUri: Schema.String,
    /** What the code challenge was made of: 43 to 128 characters. */
    codeVerifier: Schema.optionalKey(Secret)
  }
) {}

/** A refresh token. Genesys rotates it: each exchange may bring the next one, and the old one is used up. */
export class RefreshToken extends Schema.TaggedClass<RefreshToken>("@effect-genesys/auth/RefreshToken")(
  "RefreshToken",
  {
    clientId: Schema.String,
    /** Left out for a client that uses PKCE. */
    clientSecret: Schema.optionalKey(Secret),
    refreshToken: Secret
  }
) {}

/** A person's assertion from the organization's SAML2 identity provider. It never gets a refresh token. */
export class Saml2Bearer extends Schema.TaggedClass<Saml2Bearer>("@effect-genesys/auth/Saml2Bearer")("Saml2Bearer", {
  clientId: Schema.String,
  clientSecret: Secret,
  /** The short name of the organization. */
  orgName: Schema.String,
  /** The assertion, in base64 as the identity provider sends it. */
  assertion: Secret
}) {}

/** Any of the grants that Genesys Cloud takes. */
export const Grant = Schema.Union([ClientCredentials, AuthorizationCode, RefreshToken, Saml2Bearer])
export type Grant = typeof Grant.Type
