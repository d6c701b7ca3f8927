/**
 * How the login host behaves where no source settles what Genesys does, and the limits that differ between orgs. Every field
 * may be left out.
 */

/** An answer of the login host that refuses. A field left out keeps its default. */
export interface RefusalOptions {
  readonly status?: 400 | 401 | 403
  /** A name of RFC 6749, such as `invalid_client`. */
  readonly error?: string
  /** Text for `description` and `error_description`. */
  readonly description?: string
}

export interface OAuthOptions {
  /** Default: 400 `invalid_client`, "client is disabled". */
  readonly disabledClient?: RefusalOptions
  /** Default: 400 `invalid_client`, "client is inactive". */
  readonly inactiveClient?: RefusalOptions
  /** A grant that the client does not have. Default: 400 `unauthorized_client`, "grant type is not allowed for this client". */
  readonly wrongGrant?: RefusalOptions
  /** A scope that the client does not have. Default: 400 `invalid_scope`, "scope is not allowed for this client". */
  readonly badScope?: RefusalOptions
  /** How many tokens from client credentials a client has alive; one more kills the oldest. Default: `"off"`. */
  readonly clientTokenCap?: number | "off"
  /** The same for the tokens of its user: code, PKCE, refresh, SAML2. Default: 10. */
  readonly userTokenCap?: number | "off"
  /** Seconds after which a token that was not used dies; 900 in HIPAA orgs. Default: `"off"`. */
  readonly idleTimeout?: number | "off"
  /** Seconds that a code of `/oauth/authorize` lives. Default: 600. */
  readonly codeLifetime?: number
  /** Seconds that a refresh token lives, unless it is used up before. Default: 2,592,000 (30 days). */
  readonly refreshTokenLifetime?: number
}
