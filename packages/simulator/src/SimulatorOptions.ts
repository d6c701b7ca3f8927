/**
 * The settings of a simulator, with their units and defaults. Every field may be left out: the defaults behave like a
 * Genesys Cloud org with one client-credentials client.
 */
import type { AnalyticsOptions } from "./AnalyticsOptions.ts"
import type { OAuthClient } from "./OAuthClient.ts"
import type { Scenario } from "./Scenario.ts"
import type { OAuthOptions } from "./OAuthOptions.ts"

export interface SimulatorOptions extends AnalyticsOptions {
  /** The port to listen on; 0 takes a free one. In memory it means nothing. Default: 0. */
  readonly port?: number
  /** The address to listen on. Anything but loopback is logged as a warning. Default: `127.0.0.1`. */
  readonly host?: string
  /** An integer from which users, conversations, ids, tokens and the default secret are computed. Default: 1. */
  readonly seed?: number
  /** The OAuth clients; the first is the default client. Default: one client, computed from the seed. */
  readonly clients?: readonly [OAuthClient, ...Array<OAuthClient>]
  /**
   * Seconds that a token lives (`expires_in`). Genesys allows 300 to 172,800, and clients of SCIM integrations 38,880,000 (450 days,
   * by the Terraform provider's check of `access_token_validity_seconds`); the simulator takes 1 and more. Default: 86,400.
   */
  readonly tokenLifetime?: number
  /** The status that answers a wrong secret. Genesys' own is not settled between the two. Default: 400. */
  readonly wrongSecretStatus?: 400 | 401
  /** What else is not settled about the login host, and the limits of tokens that differ between orgs. */
  readonly oauth?: OAuthOptions
  /** What the org is called: by `tokens/me`, and by the `orgName` of a SAML2 bearer grant. Default: `Your Company`. */
  readonly organizationName?: string
  /** How many tokens a client gets. All of its windows hold at once. `"off"` gives any number. */
  readonly mintLimit?: MintLimit | "off"
  /** How many API calls a token may make. `"off"` allows any number and leaves out the `inin-ratelimit-*` headers. */
  readonly rateLimit?: RateLimit | "off"
  /** API calls of a client in a UTC day; the answer to one more has a `Retry-After` until midnight. Default: `"off"`. */
  readonly dailyLimit?: number | "off"
  /** How many users the org has, the well-known one included. Default: 200. */
  readonly users?: number
  /**
   * How far the pages of users in another state than `active` reach: `pageSize` times `pageNumber` beyond is refused with 400
   * (terraform-provider-genesyscloud #1276 for `inactive`; for `deleted` and `any` it is not settled). Default: 10,000.
   */
  readonly userListLimit?: number
  /** What shall happen at which second of its run, as `Scenario.parse` reads it from a file. Default: nothing. */
  readonly scenario?: Scenario
  /** How many requests, tokens and rate windows the journal keeps. Its counts are kept for ever. Default: 10,000. */
  readonly journalSize?: number
}

/** So many requests in a fixed window that opens with the first of them. */
export interface RateLimit {
  /** Default: 300. */
  readonly limit?: number
  /** Seconds. Default: 60. */
  readonly window?: number
}

export interface MintLimit {
  /** Tokens in a window. Default: 50. */
  readonly limit?: number
  /** Seconds of a window. Default: 60. */
  readonly window?: number
  /** Tokens within one second. Default: 10. */
  readonly burst?: number
}
